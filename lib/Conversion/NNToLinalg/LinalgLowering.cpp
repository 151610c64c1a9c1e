//===- LinalgLowering.cpp - How layers compute ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Conversion/NNToLinalg/LinalgLowering.h"
#include "LayerLowerings.h"
#include "nascent/Dialect/NN/IR/NNDialect.h"

using namespace mlir;

#include "nascent/Conversion/NNToLinalg/LinalgLowering.cpp.inc"

namespace nascent::nn {

void registerLinalgLoweringModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, NNDialect *) {
    attachActivationLowerings(*context);
    attachAttentionLowerings(*context);
    attachBatchNormalizationLowerings(*context);
    attachConvolutionLowerings(*context);
    attachDenseLowerings(*context);
    attachDropoutLowerings(*context);
    attachEmbeddingLowerings(*context);
    attachJoiningLowerings(*context);
    attachLossLowerings(*context);
    attachNormalizationLowerings(*context);
    attachPoolingLowerings(*context);
    attachRecurrentLowerings(*context);
    attachResizingLowerings(*context);
    attachShapingLowerings(*context);
    attachSoftmaxLowerings(*context);
    attachTransposedConvolutionLowerings(*context);
  });
}

} // namespace nascent::nn
