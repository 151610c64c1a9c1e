//===- Rmsprop.cpp - RMSprop ----------------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OptimizerRules.h"

using namespace mlir;

namespace nascent::nn {

LogicalResult RmspropAttr::verify(VerifyError emitError, APFloat learningRate,
                                  APFloat alpha, APFloat epsilon,
                                  APFloat momentum, APFloat weightDecay) {
  return success(
      succeeded(verifyNotNegative(emitError, "learning_rate", learningRate)) &&
      succeeded(verifyShare(emitError, "alpha", alpha)) &&
      succeeded(verifyNotNegative(emitError, "epsilon", epsilon)) &&
      succeeded(verifyNotNegative(emitError, "momentum", momentum)) &&
      succeeded(verifyNotNegative(emitError, "weight_decay", weightDecay)));
}

SmallVector<Hyperparameter> RmspropAttr::getHyperparameters() const {
  return {real("learning_rate", getLearningRate()), real("alpha", getAlpha()),
          real("epsilon", getEpsilon()), real("momentum", getMomentum()),
          real("weight_decay", getWeightDecay())};
}

StringRef RmspropAttr::getFormula() const {
  return R"(     g = gradient_scale * g + weight_decay * p
     v = alpha * v + (1 - alpha) * g * g
     b = momentum * b + g / (sqrt(v) + epsilon)
     p = p - learning_rate * b
   v, then b, are the state.)";
}

SmallVector<OptimizerState> RmspropAttr::getStates() const {
  return {{"v"}, {"momentum", "momentum"}};
}

namespace {
enum RmspropShared {
  RmspropRate,
  RmspropAlpha,
  RmspropShare,
  RmspropEpsilon,
  RmspropMomentum,
  RmspropDecay
};
} // namespace

SmallVector<Value> RmspropAttr::emitShared(ImplicitLocOpBuilder &b,
                                           GetHyperparameter get) const {
  Doubles d{b};
  Value rate = get("learning_rate"), alpha = get("alpha");
  Value share = d.round(d.complement(d.from(alpha)));
  Value epsilon = get("epsilon"), momentum = get("momentum");
  Value decay = get("weight_decay");
  return {rate, alpha, share, epsilon, momentum, decay};
}

Value RmspropAttr::emitElement(ElementwiseBuilder &e,
                               StepElement &element) const {
  ArrayRef<Value> shared = element.shared;
  Value gradient = addDecay(e, element, shared[RmspropDecay]);
  Value square = e.mul(gradient, gradient);
  Value &v = element.states[0], &b = element.states[1];
  v = average(e, shared[RmspropAlpha], v, shared[RmspropShare], square);
  Value divisor = e.add(squareRoot(e, v), shared[RmspropEpsilon]);
  Value direction = divide(e, gradient, divisor);
  if (b) {
    Value kept = e.mul(shared[RmspropMomentum], b);
    direction = b = e.add(kept, direction);
  }
  Value change = e.mul(shared[RmspropRate], direction);
  return e.sub(element.parameter, change);
}

} // namespace nascent::nn
