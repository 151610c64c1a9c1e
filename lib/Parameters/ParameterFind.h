//===- ParameterFind.h - Parameters by their names --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_PARAMETERS_PARAMETERFIND_H
#define NASCENT_LIB_PARAMETERS_PARAMETERFIND_H

#include "nascent/Dialect/NN/IR/NetworkParameters.h"

namespace nascent::parameters {

/// Creates `@<net>_find(name) -> i32`: the index of the parameter with that
/// name or alias, a string that ends in 0; -1 if there is none. Fails, after an
/// error, if the symbol is taken.
llvm::LogicalResult createFind(nn::SequentialOp network,
                               mlir::SymbolTable &symbols,
                               llvm::ArrayRef<nn::NetworkParameter> parameters);

} // namespace nascent::parameters

#endif // NASCENT_LIB_PARAMETERS_PARAMETERFIND_H
