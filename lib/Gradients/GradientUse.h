//===- GradientUse.h - What becomes of gradients ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_GRADIENTS_GRADIENTUSE_H
#define NASCENT_LIB_GRADIENTS_GRADIENTUSE_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/SymbolTable.h"

namespace nascent::gradients {

/// What becomes of the gradients that a function computes.
enum class GradientUse {
  Store,
  /// They are added to those that are stored.
  Accumulate,
  /// They are added to the parameters.
  Step
};

/// Has what the function stores be what `use` says, by operations behind
/// `lastForward`. A step multiplies a gradient by the parameter's `nn.rate`,
/// and merges statistics of the batch into the running ones. Fails, after an
/// error, on what has no rule for that.
llvm::LogicalResult useGradients(mlir::func::FuncOp function, GradientUse use,
                                 mlir::Operation *lastForward,
                                 mlir::SymbolTable &symbols);

} // namespace nascent::gradients

#endif // NASCENT_LIB_GRADIENTS_GRADIENTUSE_H
