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

  llvm::cl::opt<std::string> network{
      "network", llvm::cl::desc("Which network, where there are several"),
      llvm::cl::value_desc("name"), llvm::cl::cat(category)};
  llvm::cl::list<std::string> inputs{
      "input",
      llvm::cl::desc("An input, in the order of the network's, or each by its "
                     "name: .npy, .csv, .idx or .png; binds the network, "
                     "unless --bind does"),
      llvm::cl::value_desc("[name=]file"), llvm::cl::cat(category)};
  llvm::cl::list<std::string> outputs{
      "output",
      llvm::cl::desc("Where to write an output, in the order of the "
                     "network's: .npy, .npz or .safetensors"),
      llvm::cl::value_desc("file"), llvm::cl::cat(category)};
  llvm::cl::alias outputAlias{"o", llvm::cl::desc("Alias for --output"),
                              llvm::cl::aliasopt(outputs),
                              llvm::cl::cat(category)};
  llvm::cl::list<std::string> expected{
      "expect",
      llvm::cl::desc("What an output must be, in their order: .npy, .csv or "
                     ".png; exits with 1 if it is not"),
      llvm::cl::value_desc("file"), llvm::cl::cat(category)};
  llvm::cl::opt<double> relative{
      "rtol",
      llvm::cl::desc("How far an output may be from --expect, beside --atol, "
                     "as a part of it (default 1.3e-6, as PyTorch's)"),
      llvm::cl::value_desc("number"), llvm::cl::init(Tolerance().relative),
      llvm::cl::cat(category)};
  llvm::cl::opt<double> absolute{
      "atol", llvm::cl::desc("How far it may be in any case (default 1e-5)"),
      llvm::cl::value_desc("number"), llvm::cl::init(Tolerance().absolute),
      llvm::cl::cat(category)};
  llvm::cl::opt<uint64_t> seed{
      "seed",
      llvm::cl::desc("The seed of parameters without --params and of inputs "
                     "without --input (default 0)"),
      llvm::cl::init(0), llvm::cl::cat(category)};
  llvm::cl::opt<std::string> stream{
      "stream",
      llvm::cl::desc("Give the network the sequence block by block, so many "
                     "steps at a time (default 1), as --stream compiles it"),
      llvm::cl::value_desc("steps"), llvm::cl::ValueOptional,
      llvm::cl::cat(category)};
  llvm::cl::opt<bool> time{
      "time", llvm::cl::desc("Measure how long the forward pass takes"),
      llvm::cl::cat(category)};
  llvm::cl::opt<bool> perLayer{
      "per-layer", llvm::cl::desc("With --time, also measure each layer"),
      llvm::cl::cat(category)};
  llvm::cl::opt<unsigned> threads{
      "threads", llvm::cl::desc("How many threads compute (default 1)"),
      llvm::cl::init(1), llvm::cl::cat(category)};

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
