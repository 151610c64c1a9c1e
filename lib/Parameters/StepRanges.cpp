//===- StepRanges.cpp - What a step of training changes -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StepRanges.h"
#include "NeighbourRanges.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace nascent::parameters {

SmallVector<StepRange> getStepRanges(nn::SequentialOp network,
                                     ArrayRef<nn::NetworkParameter> parameters,
                                     ParameterRules &noDecay) {
  SmallVector<StepRange> ranges;
  for (const nn::NetworkParameter &parameter : parameters) {
    if (nn::isStatistic(parameter.spec))
      continue;
    bool decays = !noDecay.find(network, parameter);
    if (!parameter.spec.trainable)
      continue;
    nn::ParameterOp op = parameter.op;
    auto rate = op->getAttrOfType<FloatAttr>(nn::kRateAttrName);
    int64_t begin = *op.getOffset();
    int64_t end =
        llvm::alignTo(begin + *op.getStorageBytes(), nn::kBufferAlignment);
    ranges.push_back({begin / int64_t(sizeof(float)),
                      end / int64_t(sizeof(float)),
                      rate ? float(rate.getValueAsDouble()) : 1.0f, decays});
  }
  return joinNeighbours<StepRange>(
      std::move(ranges), [](const auto &a, const auto &b) {
        return a.rate == b.rate && a.decays == b.decays;
      });
}

} // namespace nascent::parameters
