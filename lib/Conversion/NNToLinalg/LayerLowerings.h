//===- LayerLowerings.h - The lowerings of each family ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_CONVERSION_NNTOLINALG_LAYERLOWERINGS_H
#define NASCENT_LIB_CONVERSION_NNTOLINALG_LAYERLOWERINGS_H

#include "nascent/Conversion/NNToLinalg/LinalgLowering.h"

namespace nascent::nn {

/// A layer's lowering by functions of it.
template <typename Op>
using LowerLayer = mlir::Value (*)(Op layer, mlir::ImplicitLocOpBuilder &b,
                                   mlir::ValueRange inputs,
                                   mlir::ValueRange parameters);

template <typename Op, LowerLayer<Op> lower, LowerLayer<Op> lowerTrained>
struct LoweringModel : LinalgLoweringOpInterface::ExternalModel<
                           LoweringModel<Op, lower, lowerTrained>, Op> {
  mlir::Value lowerToLinalg(mlir::Operation *op, mlir::ImplicitLocOpBuilder &b,
                            mlir::ValueRange inputs,
                            mlir::ValueRange parameters) const {
    return lower(llvm::cast<Op>(op), b, inputs, parameters);
  }
  mlir::Value lowerForTraining(mlir::Operation *op,
                               mlir::ImplicitLocOpBuilder &b,
                               mlir::ValueRange inputs,
                               mlir::ValueRange parameters) const {
    return lowerTrained(llvm::cast<Op>(op), b, inputs, parameters);
  }
};

/// Attaches what lowers a layer, and what does while the network is trained.
template <typename Op, LowerLayer<Op> lower,
          LowerLayer<Op> lowerTrained = lower>
void attach(mlir::MLIRContext &context) {
  Op::template attachInterface<LoweringModel<Op, lower, lowerTrained>>(context);
}

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
