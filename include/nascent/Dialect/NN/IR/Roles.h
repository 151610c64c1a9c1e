//===- Roles.h - What arguments are to their functions ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_IR_ROLES_H
#define NASCENT_DIALECT_NN_IR_ROLES_H

#include "mlir/Interfaces/FunctionInterfaces.h"
#include "nascent/Dialect/NN/IR/NNAttributes.h"
#include <optional>

namespace nascent::nn {

/// The role of an argument, where it has one.
std::optional<Role> getRole(mlir::FunctionOpInterface function,
                            unsigned argument);

/// Gives an argument its role, whatever it had before.
void setRole(mlir::FunctionOpInterface function, unsigned argument, Role role);

/// The arguments of that role, in their order.
llvm::SmallVector<unsigned> findArguments(mlir::FunctionOpInterface function,
                                          Role role);

/// The only argument of that role; nullopt where there is none, or several.
std::optional<unsigned> findArgument(mlir::FunctionOpInterface function,
                                     Role role);

} // namespace nascent::nn

#endif // NASCENT_DIALECT_NN_IR_ROLES_H
