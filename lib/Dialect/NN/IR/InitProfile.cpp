//===- InitProfile.cpp - The frameworks' default initialisers -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Dialect/NN/IR/InitProfile.h"
#include "nascent/Dialect/NN/IR/NNAttributes.h"

using namespace mlir;

namespace nascent::nn {

Attribute getDefaultInitializer(InitProfile profile,
                                const ParameterSpec &spec) {
  MLIRContext *context = spec.init.getContext();
  // Layers state PyTorch's themselves; the others begin biases at zero.
  if (profile == InitProfile::Torch || !spec.isDrawn())
    return spec.init;
  if (spec.role == ParameterRole::Bias)
    return ZerosAttr::get(context);
  bool isTable = spec.role == ParameterRole::Table;
  switch (profile) {
  case InitProfile::Torch:
    break;
  case InitProfile::Keras:
    if (isTable)
      return UniformAttr::get(context, APFloat(-0.05), APFloat(0.05));
    return XavierUniformAttr::get(context, APFloat(1.0));
  case InitProfile::Gluon:
    return UniformAttr::get(context, APFloat(-0.07), APFloat(0.07));
  case InitProfile::Flax:
    if (isTable)
      return VarianceScalingAttr::get(context, APFloat(1.0), FanMode::FanIn,
                                      Distribution::Normal);
    return LecunNormalAttr::get(context);
  case InitProfile::Paddle:
    // A convolution's is N(0, √(2 / fan_in)), a matrix's Xavier's.
    if (spec.rank > 2)
      return KaimingNormalAttr::get(context, APFloat(0.0), FanMode::FanIn,
                                    Nonlinearity::LeakyRelu);
    return XavierUniformAttr::get(context, APFloat(1.0));
  }
  llvm_unreachable("unknown profile");
}

} // namespace nascent::nn
