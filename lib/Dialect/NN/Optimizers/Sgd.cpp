//===- Sgd.cpp - Stochastic gradient descent ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OptimizerRules.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace nascent::nn {

LogicalResult SgdAttr::verify(VerifyError emitError, APFloat learningRate,
                              APFloat momentum, APFloat weightDecay,
                              bool nesterov) {
  if (nesterov && momentum.isZero())
    return emitError() << "nesterov needs a momentum, got 0";
  return success(
      succeeded(verifyNotNegative(emitError, "learning_rate", learningRate)) &&
      succeeded(verifyNotNegative(emitError, "momentum", momentum)) &&
      succeeded(verifyNotNegative(emitError, "weight_decay", weightDecay)));
}

SmallVector<Hyperparameter> SgdAttr::getHyperparameters() const {
  return {real("learning_rate", getLearningRate()),
          real("momentum", getMomentum()),
          real("weight_decay", getWeightDecay()),
          {"nesterov", Hyperparameter::Flag, double(getNesterov())}};
}

StringRef SgdAttr::getFormula() const {
  return R"(     g = gradient_scale * g + weight_decay * p
     b = momentum * b + g
     p = p - learning_rate * (nesterov ? g + momentum * b : b))";
}

SmallVector<OptimizerState> SgdAttr::getStates() const {
  return {{"momentum", "momentum"}};
}

namespace {
enum SgdShared { SgdRate, SgdMomentum, SgdDecay, SgdNesterov };
} // namespace

SmallVector<Value> SgdAttr::emitShared(ImplicitLocOpBuilder &,
                                       GetHyperparameter get) const {
  Value rate = get("learning_rate"), momentum = get("momentum");
  Value decay = get("weight_decay"), nesterov = get("nesterov");
  return {rate, momentum, decay, nesterov};
}

Value SgdAttr::emitElement(ElementwiseBuilder &e, StepElement &element) const {
  Value gradient = addDecay(e, element, element.shared[SgdDecay]);
  if (Value &state = element.states.front()) {
    Value momentum = element.shared[SgdMomentum];
    Value kept = e.mul(momentum, state);
    state = e.add(kept, gradient);
    Value ahead = e.mul(momentum, state);
    Value looked = e.add(gradient, ahead);
    gradient = arith::SelectOp::create(
        e.getBuilder(), element.shared[SgdNesterov], looked, state);
  }
  Value change = e.mul(element.shared[SgdRate], gradient);
  return e.sub(element.parameter, change);
}

} // namespace nascent::nn
