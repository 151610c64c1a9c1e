//===- ParameterRules.cpp - What is said of parameters by name ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ParameterRules.h"
#include "nascent/Support/Quote.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace nascent::parameters {

LogicalResult ParameterRules::add(StringRef what, StringRef target,
                                  float number, ModuleOp module) {
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
  rules.push_back({network.str(), std::move(*glob), number, std::move(text)});
  return success();
}

std::optional<float>
ParameterRules::find(nn::SequentialOp network,
                     const nn::NetworkParameter &parameter) {
  names += (names.empty() ? "'" : ", '") + printable(parameter.name) + "'";
  std::optional<float> found;
  for (Rule &rule : rules) {
    if (!rule.network.empty() && rule.network != network.getSymName())
      continue;
    auto matches = [&](StringRef name) { return rule.pattern.match(name); };
    if (!matches(parameter.name) && llvm::none_of(parameter.aliases, matches))
      continue;
    rule.hasMatched = true;
    found = rule.number;
  }
  return found;
}

LogicalResult ParameterRules::finish(ModuleOp module) const {
  for (const Rule &rule : rules)
    if (!rule.hasMatched)
      return module.emitError()
             << rule.text << " matches no trainable parameter; there are "
             << (names.empty() ? "none" : names);
  return success();
}

} // namespace nascent::parameters
