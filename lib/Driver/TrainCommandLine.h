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

  cl::opt<std::string> network{
      "network", cl::desc("Which network, where there are several"),
      cl::value_desc("name"), cl::cat(category)};
  cl::list<std::string> data{
      "data",
      cl::desc("What to train on, a row an example: .npy, .csv or "
               ".idx; one for each input, in their order"),
      cl::value_desc("file"), cl::cat(category)};
  cl::opt<std::string> labels{
      "labels",
      cl::desc("What each example should give: a class, or numbers; "
               "none where the network ends in a loss itself"),
      cl::value_desc("file"), cl::cat(category)};
  cl::opt<int64_t> labelColumns{
      "label-columns",
      cl::desc("How many columns are labels, the last ones of the last file of "
               "--data and of --validation; instead of --labels"),
      cl::value_desc("count"), cl::init(0), cl::cat(category)};
  cl::list<std::string> validation{
      "validation", cl::desc("Data to test on after each epoch, as --data"),
      cl::value_desc("file"), cl::cat(category)};
  cl::opt<std::string> validationLabels{
      "validation-labels",
      cl::desc("What each example of --validation should give, as --labels"),
      cl::value_desc("file"), cl::cat(category)};
  cl::opt<std::string> loss{
      "loss",
      cl::desc("What to make small: cross_entropy (default), nll, mse, "
               "l1, 'huber delta(0.5)', bce_with_logits; not where the "
               "network ends in a loss itself"),
      cl::value_desc("name"), cl::init("cross_entropy"), cl::cat(category)};
  cl::opt<std::string> optimizer{
      "optimizer",
      cl::desc("What takes the steps: sgd, adam (default), adamw, "
               "rmsprop, adagrad; with numbers of its own as "
               "'sgd<learning_rate = 0.1, momentum = 0.9>'"),
      cl::value_desc("name"), cl::init("adam"), cl::cat(category)};
  RatesCommandLine rates{category};
  /// What other programs call the optimiser's number.
  cl::opt<std::string> learningRate{"learning-rate", cl::cat(category)};
  cl::opt<std::string> lr{"lr", cl::cat(category)};
  cl::opt<double> clip{"clip-norm",
                       cl::desc("Scale gradients down to this norm, if above"),
                       cl::value_desc("number"), cl::cat(category)};
  cl::opt<int64_t> epochs{"epochs",
                          cl::desc("How often to go through the data, those of "
                                   "--resume included (default 10)"),
                          cl::init(10), cl::cat(category)};
  cl::opt<int64_t> batch{
      "batch", cl::desc("How many examples a step takes (default 64)"),
      cl::init(64), cl::cat(category)};
  cl::opt<int64_t> microBatches{
      "micro-batches",
      cl::desc("Into how many parts each batch goes, a power of two, "
               "whose gradients are added in pairs (default: as many as "
               "there are ranks)"),
      cl::value_desc("count"), cl::init(1), cl::cat(category)};
  cl::opt<uint64_t> seed{
      "seed",
      cl::desc("The seed of parameters without --params, and of the "
               "order of examples (default 0)"),
      cl::init(0), cl::cat(category)};
  cl::opt<bool> inOrder{"no-shuffle",
                        cl::desc("Take examples in the order of the files"),
                        cl::cat(category)};
  cl::opt<int64_t> patience{
      "patience",
      cl::desc("Stop after so many epochs that make the validation loss "
               "no smaller, and give the parameters of the best one"),
      cl::value_desc("epochs"), cl::init(0), cl::cat(category)};
  cl::opt<std::string> output{
      "o",
      cl::desc("Where to write what training gives: .safetensors or "
               ".npz"),
      cl::value_desc("file"), cl::cat(category)};
  cl::opt<std::string> log{
      "log", cl::desc("Where to write the losses of all epochs: .csv"),
      cl::value_desc("file"), cl::cat(category)};
  cl::opt<std::string> plot{
      "plot", cl::desc("Where to draw the losses of all epochs: .svg"),
      cl::value_desc("file"), cl::cat(category)};
  cl::opt<std::string> checkpoint{
      "checkpoint",
      cl::desc("Where to keep, after each epoch, what it takes to go on: "
               ".safetensors"),
      cl::value_desc("file"), cl::cat(category)};
  cl::opt<int64_t> checkpointSteps{
      "checkpoint-steps", cl::desc("Checkpoint also after each so many steps"),
      cl::value_desc("steps"), cl::init(0), cl::cat(category)};
  cl::opt<std::string> resume{"resume", cl::desc("Go on from a checkpoint"),
                              cl::value_desc("file"), cl::cat(category)};

  /// Whether there are labels beside the inputs.
  bool hasLabels() const { return !labels.empty() || labelColumns; }
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
