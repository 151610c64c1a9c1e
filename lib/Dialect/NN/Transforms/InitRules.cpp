//===- InitRules.cpp - Which initialiser a parameter gets -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "InitRules.h"
#include "mlir/AsmParser/AsmParser.h"

using namespace mlir;

namespace nascent::nn {

/// `#nn.…`, or `@name` for an initialiser of the module.
static InitializerAttrInterface
parseInitializer(StringRef text, MLIRContext *context, std::string &why) {
  StringRef symbol = text;
  if (symbol.consume_front("@"))
    return CustomAttr::get(context, FlatSymbolRefAttr::get(context, symbol));
  // The caller reports what is wrong, once, and names the option.
  ScopedDiagnosticHandler collect(context, [&](Diagnostic &diagnostic) {
    if (why.empty())
      why = diagnostic.str();
  });
  return dyn_cast_or_null<InitializerAttrInterface>(
      parseAttribute(text, context));
}

LogicalResult InitRules::parse(StringRef text, ModuleOp module) {
  std::string name = ("initialiser rule '" + text + "'").str();
  auto emitError = [&] { return module.emitError() << name << ": "; };
  auto [target, initText] = text.split('=');
  StringRef networkName, pattern = target;
  if (target.contains(':'))
    std::tie(networkName, pattern) = target.split(':');
  if (pattern.empty() || initText.empty())
    return emitError() << "expected [NETWORK:]PATTERN=INITIALISER, such as "
                          "'mlp:*.weight=#nn.xavier_uniform'";
  if (!networkName.empty() && !module.lookupSymbol<SequentialOp>(networkName))
    return emitError() << "there is no network '" << networkName << "'";
  llvm::Expected<llvm::GlobPattern> glob = llvm::GlobPattern::create(pattern);
  if (!glob)
    return emitError() << "pattern '" << pattern
                       << "' is malformed: " << toString(glob.takeError());
  std::string why;
  InitializerAttrInterface init =
      parseInitializer(initText, module.getContext(), why);
  if (!init)
    return emitError() << "expected an initialiser such as "
                          "#nn.xavier_uniform, got '"
                       << initText << "'" << (why.empty() ? "" : ": ") << why;
  // A GlobPattern refers to the text it was made of.
  fromOptions.push_back({networkName.str(), std::move(*glob), init,
                         std::move(name), module.getLoc()});
  return success();
}

void InitRules::enter(SequentialOp entered) {
  network = entered;
  names.clear();
  fromNetwork.clear();
  auto rules = network->getAttrOfType<ArrayAttr>(NNDialect::kInitRulesAttrName);
  if (!rules)
    return;
  for (auto rule : rules.getAsRange<InitRuleAttr>())
    fromNetwork.push_back(
        {/*network=*/"", cantFail(llvm::GlobPattern::create(rule.getPattern())),
         rule.getInit(), ("the rule for '" + rule.getPattern() + "'").str(),
         network.getLoc()});
}

Attribute InitRules::choose(ArrayRef<std::string> parameterNames,
                            const ParameterSpec &spec) {
  for (std::string *list : {&names, &allNames})
    for (StringRef name : parameterNames)
      *list += (list->empty() ? "'" : ", '") + name.str() + "'";
  Attribute matched;
  for (std::vector<InitRule> *rules : {&fromNetwork, &fromOptions})
    for (InitRule &rule : *rules) {
      if (!rule.network.empty() && rule.network != network.getSymName())
        continue;
      if (llvm::none_of(parameterNames, [&](StringRef name) {
            return rule.pattern.match(name);
          }))
        continue;
      rule.hasMatched = true;
      matched = rule.init;
    }
  if (spec.isInitStated)
    return spec.init;
  if (matched)
    return matched;
  if (spec.isDrawn()) {
    StringRef byDefault = spec.role == ParameterRole::Bias
                              ? NNDialect::kDefaultBiasInitAttrName
                              : NNDialect::kDefaultInitAttrName;
    if (Attribute stated = network->getAttr(byDefault))
      return stated;
  }
  return getDefaultInitializer(profile, spec);
}

LogicalResult InitRules::verifyMatched(ArrayRef<InitRule> rules,
                                       StringRef known) {
  for (const InitRule &rule : rules)
    if (!rule.hasMatched)
      return emitError(rule.location)
             << rule.text << " matches no parameter; there are "
             << (known.empty() ? "none" : known);
  return success();
}

LogicalResult InitRules::leave() {
  if (failed(verifyMatched(fromNetwork, names)))
    return failure();
  // From here on the parameters say it.
  for (StringRef name :
       {NNDialect::kInitRulesAttrName, NNDialect::kDefaultInitAttrName,
        NNDialect::kDefaultBiasInitAttrName})
    network->removeDiscardableAttr(name);
  return success();
}

LogicalResult InitRules::finish() {
  return verifyMatched(fromOptions, allNames);
}

} // namespace nascent::nn
