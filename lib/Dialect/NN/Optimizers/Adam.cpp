//===- Adam.cpp - Adam and AdamW ------------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OptimizerRules.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

namespace nascent::nn {

/// The Adam whose code and numbers AdamW has, but for when weights decay.
static AdamAttr asAdam(AdamWAttr attr) {
  return AdamAttr::get(attr.getContext(), attr.getLearningRate(),
                       attr.getBeta1(), attr.getBeta2(), attr.getEpsilon(),
                       attr.getWeightDecay());
}

LogicalResult AdamAttr::verify(VerifyError emitError, APFloat learningRate,
                               APFloat beta1, APFloat beta2, APFloat epsilon,
                               APFloat weightDecay) {
  return success(
      succeeded(verifyNotNegative(emitError, "learning_rate", learningRate)) &&
      succeeded(verifyShare(emitError, "beta1", beta1)) &&
      succeeded(verifyShare(emitError, "beta2", beta2)) &&
      succeeded(verifyNotNegative(emitError, "epsilon", epsilon)) &&
      succeeded(verifyNotNegative(emitError, "weight_decay", weightDecay)));
}

LogicalResult AdamWAttr::verify(VerifyError emitError, APFloat learningRate,
                                APFloat beta1, APFloat beta2, APFloat epsilon,
                                APFloat weightDecay) {
  return AdamAttr::verify(emitError, learningRate, beta1, beta2, epsilon,
                          weightDecay);
}

StringRef AdamWAttr::getFunctionName() const { return AdamAttr::getMnemonic(); }

static SmallVector<Hyperparameter> hyperparametersOf(AdamAttr adam,
                                                     bool isDecoupled) {
  return {real("learning_rate", adam.getLearningRate()),
          real("beta1", adam.getBeta1()),
          real("beta2", adam.getBeta2()),
          real("epsilon", adam.getEpsilon()),
          real("weight_decay", adam.getWeightDecay()),
          {"decoupled", Hyperparameter::Flag, double(isDecoupled)},
          {"step", Hyperparameter::Count, 1.0}};
}

SmallVector<Hyperparameter> AdamAttr::getHyperparameters() const {
  return hyperparametersOf(*this, /*isDecoupled=*/false);
}
SmallVector<Hyperparameter> AdamWAttr::getHyperparameters() const {
  return hyperparametersOf(asAdam(*this), /*isDecoupled=*/true);
}

StringRef AdamAttr::getFormula() const {
  return R"(     g = gradient_scale * g + (decoupled ? 0 : weight_decay) * p
     p = p * (1 - (decoupled ? learning_rate * weight_decay : 0))
     m = beta1 * m + (1 - beta1) * g
     v = beta2 * v + (1 - beta2) * g * g
     p = p - learning_rate / (1 - beta1^step) * m
             / (sqrt(v) / sqrt(1 - beta2^step) + epsilon)
   m, then v, are the state; step is 1 at first. decoupled makes Adam AdamW.)";
}
StringRef AdamWAttr::getFormula() const { return asAdam(*this).getFormula(); }

SmallVector<OptimizerState> AdamAttr::getStates() const {
  return {{"m"}, {"v"}};
}
SmallVector<OptimizerState> AdamWAttr::getStates() const {
  return asAdam(*this).getStates();
}

namespace {
enum AdamShared {
  AdamDecay,
  AdamKeep,
  AdamBeta1,
  AdamShare1,
  AdamBeta2,
  AdamShare2,
  AdamRate,
  AdamRoot,
  AdamEpsilon
};
} // namespace

SmallVector<Value> AdamAttr::emitShared(ImplicitLocOpBuilder &b,
                                        GetHyperparameter get) const {
  Doubles d{b};
  Value step = get("step"), isDecoupled = get("decoupled");
  Value beta1 = get("beta1"), beta2 = get("beta2"), epsilon = get("epsilon");
  Value rate = d.from(get("learning_rate"));
  Value weightDecay = get("weight_decay");
  Value none = arith::ConstantOp::create(b, b.getF32FloatAttr(0.0f));
  Value one = arith::ConstantOp::create(b, b.getF32FloatAttr(1.0f));
  Value decay = arith::SelectOp::create(b, isDecoupled, none, weightDecay);
  Value shrunk = d.complement(d.mul(rate, d.from(weightDecay)));
  Value keep = arith::SelectOp::create(b, isDecoupled, d.round(shrunk), one);
  Value wide1 = d.from(beta1), wide2 = d.from(beta2);
  Value share1 = d.round(d.complement(wide1));
  Value share2 = d.round(d.complement(wide2));
  Value correction1 = d.complement(d.power(wide1, step));
  Value correction2 = d.complement(d.power(wide2, step));
  Value corrected = d.round(d.div(rate, correction1));
  // A product with it is faster than a quotient.
  Value inverse = d.div(d.number(1.0), correction2);
  Value root = math::SqrtOp::create(b, d.round(inverse));
  return {decay, keep, beta1, share1, beta2, share2, corrected, root, epsilon};
}
SmallVector<Value> AdamWAttr::emitShared(ImplicitLocOpBuilder &b,
                                         GetHyperparameter get) const {
  return asAdam(*this).emitShared(b, get);
}

Value AdamAttr::emitElement(ElementwiseBuilder &e, StepElement &element) const {
  ArrayRef<Value> shared = element.shared;
  Value gradient = addDecay(e, element, shared[AdamDecay]);
  Value parameter = e.mul(element.parameter, shared[AdamKeep]);
  Value &m = element.states[0], &v = element.states[1];
  m = average(e, shared[AdamBeta1], m, shared[AdamShare1], gradient);
  Value square = e.mul(gradient, gradient);
  v = average(e, shared[AdamBeta2], v, shared[AdamShare2], square);
  Value root = e.mul(squareRoot(e, v), shared[AdamRoot]);
  Value divisor = e.add(root, shared[AdamEpsilon]);
  Value direction = divide(e, m, divisor);
  Value change = e.mul(shared[AdamRate], direction);
  return e.sub(parameter, change);
}
Value AdamWAttr::emitElement(ElementwiseBuilder &e,
                             StepElement &element) const {
  return asAdam(*this).emitElement(e, element);
}

} // namespace nascent::nn
