//===- GradientFunctions.h - Clipping of gradients --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_PARAMETERS_GRADIENTFUNCTIONS_H
#define NASCENT_LIB_PARAMETERS_GRADIENTFUNCTIONS_H

#include "ParameterTable.h"

namespace nascent::parameters {

/// Emits the body of `<net>_gradient_norm(gradients)`, which is empty yet.
/// `ranges` has a row for each range of gradients: its first float and its end.
void emitGradientNorm(mlir::func::FuncOp function, ParameterTable &ranges);

/// The same for `<net>_clip_gradients(gradients, limit)`.
void emitClipGradients(mlir::func::FuncOp function, ParameterTable &ranges);

} // namespace nascent::parameters

#endif // NASCENT_LIB_PARAMETERS_GRADIENTFUNCTIONS_H
