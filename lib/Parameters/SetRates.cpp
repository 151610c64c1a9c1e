//===- SetRates.cpp - How fast parameters change --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What does not change needs no gradient, no state of an optimiser and no place
// among those that have them. So it is settled before layouts are.
//
//===----------------------------------------------------------------------===//

#include "ParameterRules.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Parameters/Passes.h"
#include "nascent/Support/Quote.h"
#include "llvm/ADT/StringExtras.h"
#include <cmath>
#include <optional>

namespace nascent::parameters {

#define GEN_PASS_DEF_NNSETRATES
#include "nascent/Parameters/Passes.h.inc"

using namespace mlir;

namespace {

struct SetRates : impl::NNSetRatesBase<SetRates> {
  using NNSetRatesBase::NNSetRatesBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    ParameterRules rules;
    for (const std::string &text : rates)
      if (failed(parse(text, rules)))
        return signalPassFailure();
    SymbolTableCollection symbols;
    for (auto network : module.getOps<nn::SequentialOp>())
      if (network.ownsParameters() && failed(apply(network, rules, symbols)))
        return signalPassFailure();
    if (failed(rules.finish(module)))
      signalPassFailure();
  }

  LogicalResult parse(StringRef text, ParameterRules &rules) {
    auto [target, number] = text.rsplit('=');
    double rate = 0;
    // LLVM reads an exponent without digits as 0.
    bool isWhole = !number.empty() &&
                   (llvm::isDigit(number.back()) || number.back() == '.');
    if (!isWhole || number.getAsDouble(rate) || !(rate >= 0) ||
        !std::isfinite(static_cast<float>(rate)))
      return getOperation().emitError()
             << "rate '" << printable(text)
             << "': expected [NETWORK:]PATTERN=RATE, a factor of the learning "
                "rate of 0 or more, such as '*.bias=0'";
    return rules.add("rate of", target, static_cast<float>(rate),
                     getOperation());
  }

  LogicalResult apply(nn::SequentialOp network, ParameterRules &rules,
                      SymbolTableCollection &symbols) {
    auto parameters = nn::collectParameters(network, symbols);
    if (failed(parameters))
      return failure();
    bool isTrainable = false, isTrained = false;
    for (nn::NetworkParameter &parameter : *parameters) {
      if (!parameter.spec.trainable)
        continue;
      isTrainable = true;
      std::optional<float> rate = rules.find(network, parameter);
      isTrained |= rate != 0.0f;
      if (!rate)
        continue;
      parameter.op->removeAttr(nn::kRateAttrName);
      if (*rate == 0)
        parameter.op.setTrainable(false);
      else if (*rate != 1)
        parameter.op->setAttr(nn::kRateAttrName,
                              Builder(&getContext()).getF32FloatAttr(*rate));
    }
    if (isTrainable && !isTrained)
      return network.emitOpError()
             << "'" << printable(network.getSymName())
             << "' has rate 0 for all of its parameters; nothing is trained";
    return success();
  }
};

} // namespace

} // namespace nascent::parameters
