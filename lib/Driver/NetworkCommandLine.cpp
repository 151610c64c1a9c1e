//===- NetworkCommandLine.cpp - What tools take of a network --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NetworkCommandLine.h"
#include "nascent/Support/Binding.h"

namespace nascent {

using llvm::StringRef;
using llvm::Twine;

static std::optional<Optimization> parseOptimization(StringRef text) {
  if (text == "s")
    return Optimization{2, /*forSize=*/true};
  unsigned level;
  if (text.size() != 1 || text.getAsInteger(10, level) || level > 3)
    return std::nullopt;
  return Optimization{level, /*forSize=*/false};
}

Optimization NetworkCommandLine::getOptimization() const {
  return *parseOptimization(optLevel);
}

llvm::Error NetworkCommandLine::verifyValues() const {
  if (!parseOptimization(optLevel))
    return optionError("-O" + optLevel.getValue() +
                       ": expected a level from 0 to 3, or s for small code");
  for (const std::string &text : bindings)
    if (auto binding = parseBinding(text); !binding)
      return optionError("--bind: " + llvm::toString(binding.takeError()));
  return llvm::Error::success();
}

llvm::Error NetworkCommandLine::verifyStage(Stage from,
                                            llvm::ArrayRef<Choice> own) const {
  std::vector<Choice> choices = {
      {"--bind", bindings.getNumOccurrences(), Stage::Inferred},
      {"--init", init.getNumOccurrences(), Stage::Inferred},
      {"--weights", weights.getNumOccurrences(), Stage::Inferred}};
  choices.insert(choices.end(), own.begin(), own.end());
  choices.insert(
      choices.end(),
      {{"--mcpu", cpu.getNumOccurrences(), Stage::Inferred},
       {"--mattr", features.getNumOccurrences(), Stage::Inferred},
       {"--params", parameterFiles.getNumOccurrences(), Stage::Layout},
       {"--numerics", numerics.getNumOccurrences(), Stage::Linalg}});
  for (auto [option, count, last] : choices)
    if (count && from > last)
      return optionError(option + Twine(": ") + input + " is at stage '" +
                         stageName(from) +
                         "', where that is settled; give the option with a "
                         "file of stage '" +
                         stageName(last) + "' or earlier");
  return llvm::Error::success();
}

CompilerOptions NetworkCommandLine::getNetworkOptions() const {
  CompilerOptions options;
  options.bindings.assign(bindings.begin(), bindings.end());
  init.apply(options);
  options.target = {/*triple=*/"", cpu, features};
  options.weights = weights;
  options.strict = numerics == Numerics::Strict;
  options.remarks = remarks;
  return options;
}

} // namespace nascent
