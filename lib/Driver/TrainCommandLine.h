//===- TrainCommandLine.h - The options of nascent-train --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_DRIVER_TRAINCOMMANDLINE_H
#define NASCENT_LIB_DRIVER_TRAINCOMMANDLINE_H

#include "NetworkCommandLine.h"
#include "RatesCommandLine.h"
#include "nascent/Support/OutputFile.h"

namespace nascent {

/// The command line of `nascent-train`.
struct TrainCommandLine : NetworkCommandLine {
  TrainCommandLine();

  llvm::cl::opt<std::string> network{
      "network", llvm::cl::desc("Which network, where there are several"),
      llvm::cl::value_desc("name"), llvm::cl::cat(category)};
  llvm::cl::list<std::string> data{
      "data",
      llvm::cl::desc("What to train on, a row an example: .npy, .csv or "
                     ".idx; one for each input, in their order"),
      llvm::cl::value_desc("file"), llvm::cl::cat(category)};
  llvm::cl::opt<std::string> labels{
      "labels",
      llvm::cl::desc("What each example should give: a class, or numbers; "
                     "none where the network ends in a loss itself"),
      llvm::cl::value_desc("file"), llvm::cl::cat(category)};
  llvm::cl::list<std::string> validation{
      "validation",
      llvm::cl::desc("Data to test on after each epoch, as --data"),
      llvm::cl::value_desc("file"), llvm::cl::cat(category)};
  llvm::cl::opt<std::string> validationLabels{
      "validation-labels", llvm::cl::desc("Theirs, as --labels"),
      llvm::cl::value_desc("file"), llvm::cl::cat(category)};
  llvm::cl::opt<std::string> loss{
      "loss",
      llvm::cl::desc("What to make small: cross_entropy (default), nll, mse, "
                     "l1, 'huber delta(0.5)', bce_with_logits; not where the "
                     "network ends in a loss itself"),
      llvm::cl::value_desc("name"), llvm::cl::init("cross_entropy"),
      llvm::cl::cat(category)};
  llvm::cl::opt<std::string> optimizer{
      "optimizer",
      llvm::cl::desc("What takes the steps: sgd, adam (default), adamw, "
                     "rmsprop, adagrad; with numbers of its own as "
                     "'sgd<learning_rate = 0.1, momentum = 0.9>'"),
      llvm::cl::value_desc("name"), llvm::cl::init("adam"),
      llvm::cl::cat(category)};
  RatesCommandLine rates{category};
  /// What other programs call the optimiser's number.
  llvm::cl::opt<std::string> learningRate{"learning-rate",
                                          llvm::cl::cat(category)};
  llvm::cl::opt<std::string> lr{"lr", llvm::cl::cat(category)};
  llvm::cl::opt<double> clip{
      "clip-norm",
      llvm::cl::desc("Scale gradients whose norm is greater down to it"),
      llvm::cl::value_desc("number"), llvm::cl::cat(category)};
  llvm::cl::opt<int64_t> epochs{
      "epochs", llvm::cl::desc("How often to go through the data (default 10)"),
      llvm::cl::init(10), llvm::cl::cat(category)};
  llvm::cl::opt<int64_t> batch{
      "batch", llvm::cl::desc("How many examples a step takes (default 64)"),
      llvm::cl::init(64), llvm::cl::cat(category)};
  llvm::cl::opt<int64_t> microBatches{
      "micro-batches",
      llvm::cl::desc("Into how many parts each batch goes, a power of two, "
                     "whose gradients are added in pairs; (default: as many "
                     "as there are ranks)"),
      llvm::cl::value_desc("count"), llvm::cl::init(1),
      llvm::cl::cat(category)};
  llvm::cl::opt<uint64_t> seed{
      "seed",
      llvm::cl::desc("The seed of parameters without --params, and of the "
                     "order of examples (default 0)"),
      llvm::cl::init(0), llvm::cl::cat(category)};
  llvm::cl::opt<bool> inOrder{
      "no-shuffle", llvm::cl::desc("Take examples in the order of the files"),
      llvm::cl::cat(category)};
  llvm::cl::opt<int64_t> patience{
      "patience",
      llvm::cl::desc("Stop after so many epochs that make the validation loss "
                     "no smaller, and give the parameters of the best one"),
      llvm::cl::value_desc("epochs"), llvm::cl::init(0),
      llvm::cl::cat(category)};
  llvm::cl::opt<std::string> output{
      "o",
      llvm::cl::desc("Where to write what training gives: .safetensors or "
                     ".npz"),
      llvm::cl::value_desc("file"), llvm::cl::cat(category)};
  llvm::cl::opt<std::string> log{
      "log", llvm::cl::desc("Where to write the losses of all epochs: .csv"),
      llvm::cl::value_desc("file"), llvm::cl::cat(category)};
  llvm::cl::opt<std::string> plot{
      "plot", llvm::cl::desc("Where to draw them: .svg"),
      llvm::cl::value_desc("file"), llvm::cl::cat(category)};
  llvm::cl::opt<std::string> checkpoint{
      "checkpoint",
      llvm::cl::desc("Where to keep, after each epoch, what it takes to go on: "
                     ".safetensors"),
      llvm::cl::value_desc("file"), llvm::cl::cat(category)};
  llvm::cl::opt<int64_t> checkpointSteps{
      "checkpoint-steps", llvm::cl::desc("Also after each so many steps"),
      llvm::cl::value_desc("steps"), llvm::cl::init(0),
      llvm::cl::cat(category)};
  llvm::cl::opt<std::string> resume{
      "resume", llvm::cl::desc("Go on from a checkpoint"),
      llvm::cl::value_desc("file"), llvm::cl::cat(category)};

  /// Whether each value makes sense, and all go together.
  llvm::Error verify() const;
  /// The same of what says how `ranks` processes share a batch.
  llvm::Error verifyMicroBatches(int64_t ranks) const;
  /// What of it the compiler takes, but for bindings and files of parameters.
  CompilerOptions getCompilerOptions() const;
  /// Nothing that is read is written, but for a checkpoint, by the next one.
  void protectInputs(OutputFiles &files) const;
  /// All files that are written.
  std::vector<std::string> listOutputs() const;
};

/// Writes an error as the tool's, and fails, unless it is none.
llvm::LogicalResult reportTrain(llvm::Error error);
/// The same for an error that reads so.
llvm::LogicalResult reportTrain(const std::string &message);

} // namespace nascent

#endif // NASCENT_LIB_DRIVER_TRAINCOMMANDLINE_H
