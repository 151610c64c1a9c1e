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

/// Adds the gradients that a function computes to those that are stored, by
/// operations behind `lastForward`; where `kept`, one number, is 0, whatever is
/// stored counts as zero.
void accumulateGradients(mlir::func::FuncOp function,
                         mlir::Operation *lastForward, mlir::Value kept);

/// Adds the gradients to the parameters instead, each multiplied by the
/// parameter's `nn.rate`, and merges statistics of the batch into the running
/// ones. Fails, after an error, on what has no rule for that.
llvm::LogicalResult stepByGradients(mlir::func::FuncOp function,
                                    mlir::Operation *lastForward,
                                    mlir::SymbolTable &symbols);

} // namespace nascent::gradients

#endif // NASCENT_LIB_GRADIENTS_GRADIENTUSE_H
