//===- Adagrad.cpp - Adagrad ----------------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OptimizerRules.h"

using namespace mlir;

namespace nascent::nn {

LogicalResult AdagradAttr::verify(VerifyError emitError, APFloat learningRate,
                                  APFloat learningRateDecay, APFloat epsilon,
                                  APFloat weightDecay) {
  return success(
      succeeded(verifyNotNegative(emitError, "learning_rate", learningRate)) &&
      succeeded(verifyNotNegative(emitError, "learning_rate_decay",
                                  learningRateDecay)) &&
      succeeded(verifyNotNegative(emitError, "epsilon", epsilon)) &&
      succeeded(verifyNotNegative(emitError, "weight_decay", weightDecay)));
}

SmallVector<Hyperparameter> AdagradAttr::getHyperparameters() const {
  return {real("learning_rate", getLearningRate()),
          real("learning_rate_decay", getLearningRateDecay()),
          real("epsilon", getEpsilon()),
          real("weight_decay", getWeightDecay()),
          {"step", Hyperparameter::Count, 1.0}};
}

StringRef AdagradAttr::getFormula() const {
  return R"(     g = gradient_scale * g + weight_decay * p
     s = s + g * g
     p = p - learning_rate / (1 + (step - 1) * learning_rate_decay) * g
             / (sqrt(s) + epsilon)
   s is the state; step is 1 at first.)";
}

SmallVector<OptimizerState> AdagradAttr::getStates() const { return {{"sum"}}; }

namespace {
enum AdagradShared { AdagradRate, AdagradEpsilon, AdagradDecay };
} // namespace

SmallVector<Value> AdagradAttr::emitShared(ImplicitLocOpBuilder &b,
                                           GetHyperparameter get) const {
  Doubles d{b};
  Value rate = d.from(get("learning_rate"));
  Value slowing = d.from(get("learning_rate_decay"));
  Value step = d.fromCount(get("step"));
  Value earlier = d.sub(step, d.number(1.0));
  Value slowed = d.mul(earlier, slowing);
  Value divisor = d.add(d.number(1.0), slowed);
  Value current = d.round(d.div(rate, divisor));
  Value epsilon = get("epsilon"), decay = get("weight_decay");
  return {current, epsilon, decay};
}

Value AdagradAttr::emitElement(ElementwiseBuilder &e,
                               StepElement &element) const {
  ArrayRef<Value> shared = element.shared;
  Value gradient = addDecay(e, element, shared[AdagradDecay]);
  Value &sum = element.states.front();
  sum = e.add(sum, e.mul(gradient, gradient));
  Value divisor = e.add(squareRoot(e, sum), shared[AdagradEpsilon]);
  Value direction = divide(e, gradient, divisor);
  Value change = e.mul(shared[AdagradRate], direction);
  return e.sub(element.parameter, change);
}

} // namespace nascent::nn
