//===- RunCommandLine.h - The options of nascent-run ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_DRIVER_RUNCOMMANDLINE_H
#define NASCENT_LIB_DRIVER_RUNCOMMANDLINE_H

#include "NetworkCommandLine.h"
#include "nascent/Support/CompareFloats.h"

namespace nascent {

/// The command line of `nascent-run`.
struct RunCommandLine : NetworkCommandLine {
  RunCommandLine() : NetworkCommandLine("nascent-run options") {}

  cl::opt<std::string> network{
      "network", cl::desc("Which network, where there are several"),
      cl::value_desc("name"), cl::cat(category)};
  cl::list<std::string> inputs{
      "input",
      cl::desc("An input, in the order of the network's, or each by its "
               "name: .npy, .csv, .idx or .png; binds the network, "
               "unless --bind does"),
      cl::value_desc("[name=]file"), cl::cat(category)};
  cl::list<std::string> outputs{
      "output",
      cl::desc("Where to write an output, in the order of the "
               "network's: .npy, .npz or .safetensors"),
      cl::value_desc("file"), cl::cat(category)};
  cl::alias outputAlias{"o", cl::desc("Alias for --output"),
                        cl::aliasopt(outputs), cl::cat(category)};
  cl::list<std::string> expected{
      "expect",
      cl::desc("What an output must be, in their order: .npy, .csv or "
               ".png; exits with 1 if it is not"),
      cl::value_desc("file"), cl::cat(category)};
  cl::opt<double> relative{
      "rtol",
      cl::desc("How far an output may be from --expect, beside --atol, "
               "as a part of the expected number (default 1.3e-6)"),
      cl::value_desc("number"), cl::init(Tolerance().relative),
      cl::cat(category)};
  cl::opt<double> absolute{
      "atol",
      cl::desc("How far an output may be from --expect, whatever its size "
               "(default 1e-5)"),
      cl::value_desc("number"), cl::init(Tolerance().absolute),
      cl::cat(category)};
  cl::opt<uint64_t> seed{
      "seed",
      cl::desc("The seed of parameters without --params and of inputs "
               "without --input (default 0)"),
      cl::init(0), cl::cat(category)};
  cl::opt<std::string> stream{
      "stream",
      cl::desc("Give the network the sequence block by block, so many "
               "steps at a time (default 1), as --stream compiles it"),
      cl::value_desc("steps"), cl::ValueOptional, cl::cat(category)};
  cl::opt<bool> time{"time",
                     cl::desc("Measure how long the forward pass takes"),
                     cl::cat(category)};
  cl::opt<bool> perLayer{"per-layer",
                         cl::desc("With --time, also measure each layer"),
                         cl::cat(category)};
  cl::opt<unsigned> threads{"threads",
                            cl::desc("How many threads compute (default 1)"),
                            cl::init(1), cl::cat(category)};

  /// The files of inputs, and of which: all have a name, or none has.
  struct InputFiles {
    std::vector<std::string> paths, names;
  };
  InputFiles getInputFiles() const;

  /// Whether each value makes sense, and all go together.
  llvm::Error verify() const;
  /// Whether those given are of use for a file that is at stage `from`.
  llvm::Error verifyStage(Stage from) const;
  /// How many steps a block of a stream has; 0 where it is none.
  int64_t getBlock() const;
  /// Whether an object needs a step for each layer.
  bool needsSteps() const { return threads > 1 || perLayer; }
  /// What of it the compiler takes, but for bindings and files of parameters.
  CompilerOptions getCompilerOptions() const;
};

/// Writes an error as the tool's, and fails, unless it is none.
llvm::LogicalResult reportRun(llvm::Error error);
/// The same for an error that reads so.
llvm::LogicalResult reportRun(const std::string &message);

} // namespace nascent

#endif // NASCENT_LIB_DRIVER_RUNCOMMANDLINE_H
