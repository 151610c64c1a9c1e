//===- RunCommandLine.cpp - The options of nascent-run --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RunCommandLine.h"
#include "CommandLine.h"
#include "nascent/CInterface/Declarations.h"
#include "nascent/Support/CName.h"
#include "nascent/Support/MakeError.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include <thread>

namespace nascent {

RunCommandLine::InputFiles RunCommandLine::getInputFiles() const {
  InputFiles files;
  for (llvm::StringRef text : inputs) {
    auto [name, path] = text.split('=');
    // A file may have such a name, too.
    bool hasName =
        !path.empty() && isCWord(name) && !llvm::sys::fs::exists(text);
    if (hasName)
      files.names.push_back(name.str());
    files.paths.push_back((hasName ? path : text).str());
  }
  return files;
}

int64_t RunCommandLine::getBlock() const {
  int64_t block = 0;
  if (!stream.getNumOccurrences())
    return 0;
  if (stream.empty())
    return 1;
  return llvm::StringRef(stream).getAsInteger(10, block) ? -1 : block;
}

llvm::Error RunCommandLine::verify() const {
  if (!input.getNumOccurrences())
    return optionError("no model: give its file; --help lists all options");
  if (llvm::Error error = verifyValues())
    return error;
  if (InputFiles files = getInputFiles();
      !files.names.empty() && files.names.size() != files.paths.size())
    return optionError("--input: expected a name for each input or for none, "
                       "found " +
                       llvm::join(inputs, " and "));
  bool drawsNothing =
      parameterFiles.getNumOccurrences() && inputs.getNumOccurrences();
  if (seed.getNumOccurrences() && drawsNothing)
    return optionError("--seed is about what is random, but --params gives "
                       "the parameters and --input the input; leave it out");
  for (auto [option, tolerance] :
       {std::pair("--rtol", &relative), std::pair("--atol", &absolute)}) {
    if (!tolerance->getNumOccurrences())
      continue;
    if (!expected.getNumOccurrences())
      return optionError(llvm::Twine(option) + " goes with --expect");
    if (!(*tolerance >= 0))
      return makeError("{}={}: expected a number of 0 or more", option,
                       tolerance->getValue());
  }
  if (stream.getNumOccurrences() && getBlock() < 1)
    return optionError("--stream=" + stream +
                       ": expected how many steps a block has, 1 or more");
  if (stream.getNumOccurrences() && needsSteps())
    return optionError(llvm::Twine(perLayer ? "--per-layer" : "--threads") +
                       " goes without --stream, whose blocks one function "
                       "computes");
  if (perLayer && !time)
    return optionError("--per-layer goes with --time");
  unsigned processors = std::max(1u, std::thread::hardware_concurrency());
  if (threads < 1 || threads > processors)
    return makeError(
        "--threads={}: expected 1 to {}, as many as this machine has "
        "processors",
        threads.getValue(), processors);
  return llvm::Error::success();
}

llvm::Error RunCommandLine::verifyStage(Stage from) const {
  return NetworkCommandLine::verifyStage(
      from, {{"--stream", stream.getNumOccurrences(), Stage::Materialized},
             {"--threads", threads > 1, Stage::Layout},
             {"--per-layer", perLayer, Stage::Layout}});
}

CompilerOptions RunCommandLine::getCompilerOptions() const {
  CompilerOptions options = getNetworkOptions();
  options.bindings.clear();
  options.stream = getBlock() != 0;
  if (needsSteps())
    options.threads = nn::Threads::Steps;
  // What nobody calls need not be compiled.
  for (llvm::StringRef name : optionalDeclarations())
    if (name != "init")
      options.without.push_back(name.str());
  return options;
}

llvm::LogicalResult reportRun(llvm::Error error) {
  return reportError(std::move(error), "nascent-run");
}

llvm::LogicalResult reportRun(const std::string &message) {
  return reportRun(llvm::createStringError(message));
}

} // namespace nascent
