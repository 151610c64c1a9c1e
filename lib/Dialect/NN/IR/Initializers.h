//===- Initializers.h - What initialisers share -----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_DIALECT_NN_IR_INITIALIZERS_H
#define NASCENT_LIB_DIALECT_NN_IR_INITIALIZERS_H

#include "nascent/Dialect/NN/IR/NNAttributes.h"

namespace nascent::nn {

/// The nearest f32, or an i32, as an argument.
mlir::TypedAttr toArgument(mlir::MLIRContext *context,
                           const llvm::APFloat &value);
mlir::TypedAttr toArgument(mlir::MLIRContext *context, int64_t value);

/// Fails, after an error, unless a parameter has a rank from `least` to `most`,
/// as `what` has, and its rows and columns can be counted in i32.
llvm::LogicalResult verifyRank(const InitTarget &target, unsigned least,
                               unsigned most, llvm::StringRef what,
                               EmitError emitError);

} // namespace nascent::nn

#endif // NASCENT_LIB_DIALECT_NN_IR_INITIALIZERS_H
