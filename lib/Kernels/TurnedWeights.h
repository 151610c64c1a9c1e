//===- TurnedWeights.h - Weights that are read across panels ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_KERNELS_TURNEDWEIGHTS_H
#define NASCENT_LIB_KERNELS_TURNEDWEIGHTS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace nascent::kernels {

/// Has each contraction that reads panels otherwise than along its columns, as
/// the gradient of a layer's input does, read a copy without panels, whose rows
/// are what columns were: one elementwise operation for each weight. Products
/// whose kernels turn what they read by themselves are left as they are. What
/// all compute side by side comes from the second operand of each from then on.
void turnWeights(mlir::func::FuncOp function);

} // namespace nascent::kernels

#endif // NASCENT_LIB_KERNELS_TURNEDWEIGHTS_H
