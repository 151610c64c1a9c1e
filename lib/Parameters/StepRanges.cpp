//===- StepRanges.cpp - What a step of training changes -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StepRanges.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Support/Quote.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>

using namespace mlir;

namespace nascent::parameters {

LogicalResult StepRules::parse(StringRef what, StringRef target, float rate,
                               std::vector<Rule> &rules, ModuleOp module) {
  std::string text = (what + " '" + printable(target) + "'").str();
  StringRef network, pattern = target;
  if (target.contains(':'))
    std::tie(network, pattern) = target.split(':');
  if (pattern.empty())
    return module.emitError() << text
                              << ": expected a pattern of names, such as "
                                 "'*.bias' or 'mlp:*.bias'";
  if (!network.empty() && !module.lookupSymbol<nn::SequentialOp>(network))
    return module.emitError()
           << text << ": there is no network '" << printable(network) << "'";
  auto glob = llvm::GlobPattern::create(pattern);
  if (!glob)
    return module.emitError() << text << ": the pattern is malformed: "
                              << llvm::toString(glob.takeError());
  rules.push_back({network.str(), std::move(*glob), rate, std::move(text)});
  return success();
}

LogicalResult StepRules::parseRate(StringRef text, ModuleOp module) {
  auto [target, number] = text.rsplit('=');
  double rate = 0;
  if (number.getAsDouble(rate) || !(rate >= 0) ||
      !std::isfinite(static_cast<float>(rate)))
    return module.emitError()
           << "rate '" << printable(text)
           << "': expected [NETWORK:]PATTERN=RATE, a factor of the learning "
              "rate of 0 or more, such as '*.bias=0'";
  return parse("rate of", target, static_cast<float>(rate), rates, module);
}

LogicalResult StepRules::parseNoDecay(StringRef text, ModuleOp module) {
  return parse("no decay of", text, /*rate=*/0, noDecay, module);
}

const StepRules::Rule *StepRules::find(std::vector<Rule> &rules,
                                       nn::SequentialOp network,
                                       const nn::NetworkParameter &parameter) {
  const Rule *found = nullptr;
  for (Rule &rule : rules) {
    if (!rule.network.empty() && rule.network != network.getSymName())
      continue;
    auto matches = [&](StringRef name) { return rule.pattern.match(name); };
    if (!matches(parameter.name) && llvm::none_of(parameter.aliases, matches))
      continue;
    rule.hasMatched = true;
    found = &rule;
  }
  return found;
}

FailureOr<SmallVector<StepRange>>
StepRules::getRanges(nn::SequentialOp network,
                     ArrayRef<nn::NetworkParameter> parameters) {
  SmallVector<StepRange> ranges;
  bool isTrainable = false;
  for (const nn::NetworkParameter &parameter : parameters) {
    if (!parameter.spec.trainable)
      continue;
    isTrainable = true;
    names += (names.empty() ? "'" : ", '") + printable(parameter.name) + "'";
    const Rule *rate = find(rates, network, parameter);
    const Rule *kept = find(noDecay, network, parameter);
    if (rate && rate->rate == 0)
      continue;
    nn::ParameterOp op = parameter.op;
    int64_t begin = *op.getOffset();
    int64_t end =
        llvm::alignTo(begin + *op.getStorageBytes(), nn::kBufferAlignment);
    ranges.push_back({begin / int64_t(sizeof(float)),
                      end / int64_t(sizeof(float)), rate ? rate->rate : 1.0f,
                      /*decays=*/!kept});
  }
  if (isTrainable && ranges.empty())
    return network.emitOpError()
           << "'" << printable(network.getSymName())
           << "' has rate 0 for all of its parameters; nothing is trained";
  llvm::sort(ranges, [](const StepRange &a, const StepRange &b) {
    return a.begin < b.begin;
  });
  SmallVector<StepRange> merged;
  for (const StepRange &range : ranges) {
    StepRange *last = merged.empty() ? nullptr : &merged.back();
    if (last && last->end == range.begin && last->rate == range.rate &&
        last->decays == range.decays)
      last->end = range.end;
    else
      merged.push_back(range);
  }
  return merged;
}

LogicalResult StepRules::finish(ModuleOp module) const {
  for (const std::vector<Rule> *rules : {&rates, &noDecay})
    for (const Rule &rule : *rules)
      if (!rule.hasMatched)
        return module.emitError()
               << rule.text << " matches no trainable parameter; there are "
               << (names.empty() ? "none" : names);
  return success();
}

} // namespace nascent::parameters
