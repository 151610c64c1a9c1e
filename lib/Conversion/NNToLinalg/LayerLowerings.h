//===- LayerLowerings.h - The lowerings of each family ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_CONVERSION_NNTOLINALG_LAYERLOWERINGS_H
#define NASCENT_LIB_CONVERSION_NNTOLINALG_LAYERLOWERINGS_H

#include "mlir/IR/MLIRContext.h"

namespace nascent::nn {

/// Attach `LinalgLoweringOpInterface` to the layers of one family each.
void attachActivationLowerings(mlir::MLIRContext &context);
void attachAttentionLowerings(mlir::MLIRContext &context);
void attachBatchNormalizationLowerings(mlir::MLIRContext &context);
void attachConvolutionLowerings(mlir::MLIRContext &context);
void attachDenseLowerings(mlir::MLIRContext &context);
void attachDropoutLowerings(mlir::MLIRContext &context);
void attachEmbeddingLowerings(mlir::MLIRContext &context);
void attachJoiningLowerings(mlir::MLIRContext &context);
void attachLossLowerings(mlir::MLIRContext &context);
void attachNormalizationLowerings(mlir::MLIRContext &context);
void attachPoolingLowerings(mlir::MLIRContext &context);
void attachRecurrentLowerings(mlir::MLIRContext &context);
void attachResizingLowerings(mlir::MLIRContext &context);
void attachShapingLowerings(mlir::MLIRContext &context);
void attachSoftmaxLowerings(mlir::MLIRContext &context);
void attachTransposedConvolutionLowerings(mlir::MLIRContext &context);

} // namespace nascent::nn

#endif // NASCENT_LIB_CONVERSION_NNTOLINALG_LAYERLOWERINGS_H
