//===- TrainCommandLine.cpp - The options of nascent-train ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TrainCommandLine.h"
#include "CommandLine.h"
#include "nascent/CInterface/Declarations.h"
#include "nascent/Dialect/NN/IR/ParseLoss.h"
#include "nascent/Support/MakeError.h"
#include "nascent/Support/Quote.h"
#include "nascent/Support/TensorFile.h"
#include "nascent/Training/TrainingState.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/Path.h"
#include <cmath>

namespace nascent {

TrainCommandLine::TrainCommandLine()
    : NetworkCommandLine("nascent-train options") {
  // Help does not list what always is an error, which says what to do.
  bindings.setHiddenFlag(cl::ReallyHidden);
  weights.setHiddenFlag(cl::ReallyHidden);
  learningRate.setHiddenFlag(cl::ReallyHidden);
  lr.setHiddenFlag(cl::ReallyHidden);
}

std::vector<std::string> TrainCommandLine::listOutputs() const {
  std::vector<std::string> paths;
  for (const auto *option : {&output, &log, &plot, &checkpoint})
    if (option->getNumOccurrences())
      paths.push_back(*option);
  return paths;
}

void TrainCommandLine::protectInputs(OutputFiles &files) const {
  files.protect(input);
  for (const auto *paths : {&data, &validation})
    for (llvm::StringRef path : *paths)
      files.protect(path);
  files.protect(labels);
  files.protect(validationLabels);
  if (resume.getValue() != checkpoint.getValue())
    files.protect(resume);
  for (llvm::StringRef text : parameterFiles) {
    files.protect(text);
    files.protect(text.split('=').second);
  }
}

llvm::Error TrainCommandLine::verify() const {
  if (!input.getNumOccurrences())
    return optionError("no model: give its file; --help lists all options");
  if (llvm::Error error = verifyValues())
    return error;
  if (bindings.getNumOccurrences())
    return optionError("--bind: the data and --batch settle the shapes; leave "
                       "it out");
  for (const auto *option : {&learningRate, &lr})
    if (option->getNumOccurrences())
      return makeError("--{}: the learning rate is a number of the optimiser: "
                       "--optimizer='adam<learning_rate = {}>'",
                       option->ArgStr.str(), option->getValue());
  if (weights != parameters::WeightType::F32)
    return optionError(
        "--weights: training changes weights by less than f16 or "
        "bf16 tell apart; give the option to nascent-compile, "
        "with what training gives");
  if (!data.getNumOccurrences())
    return optionError("--data is missing: name the file of what to train on");
  if (labels.getNumOccurrences() && labelColumns.getNumOccurrences())
    return optionError("--labels and --label-columns: labels are either in a "
                       "file of their own or in that of --data");
  if (validationLabels.getNumOccurrences() && labelColumns)
    return optionError("--validation-labels and --label-columns: the last "
                       "columns of --validation are its labels, too; leave out "
                       "the file");
  bool isLabelled = labels.getNumOccurrences() && !validation.empty();
  if (isLabelled != bool(validationLabels.getNumOccurrences()))
    return optionError(
        labels.getNumOccurrences()
            ? "--validation and --validation-labels go together"
            : "--validation-labels goes with --validation and --labels");
  if (loss == "own")
    return optionError(
        "--loss=own: that is a loss of the program that trains, but here the "
        "tool does; name another one, or have the network end in its loss");
  if (llvm::Error error = nn::verifyLossText(loss))
    return optionError("--loss: " + llvm::toString(std::move(error)));
  if (patience && validation.empty())
    return optionError("--patience goes with --validation");
  if (!output.getNumOccurrences())
    return optionError("-o is missing: name the file for the trained "
                       "parameters, such as trained.safetensors");
  auto format = formatOf(output);
  if (!format || *format == TensorFormat::Npy)
    return optionError("-o " + output.getValue() +
                       ": expected a file of .safetensors or .npz");
  for (auto [option, value, extension] :
       {std::tuple("--log", &log, ".csv"), std::tuple("--plot", &plot, ".svg"),
        std::tuple("--checkpoint", &checkpoint, ".safetensors")})
    if (value->getNumOccurrences() &&
        llvm::sys::path::extension(*value) != extension)
      return makeError("{} {}: expected the extension {}", option,
                       value->getValue(), extension);
  for (auto [option, value, least] :
       {std::tuple("--epochs", &epochs, 0), std::tuple("--batch", &batch, 1),
        std::tuple("--patience", &patience, 1),
        std::tuple("--label-columns", &labelColumns, 1),
        std::tuple("--micro-batches", &microBatches, 1),
        std::tuple("--checkpoint-steps", &checkpointSteps, 1)})
    if (value->getNumOccurrences() && *value < least)
      return makeError("{}={}: expected {} or more", option, value->getValue(),
                       least);
  if (checkpointSteps && !checkpoint.getNumOccurrences())
    return optionError("--checkpoint-steps goes with --checkpoint");
  if (clip.getNumOccurrences() && !(clip > 0 && std::isfinite(clip)))
    return makeError("--clip-norm={}: expected a number above 0",
                     clip.getValue());
  if (resume.getNumOccurrences() && parameterFiles.getNumOccurrences())
    return optionError("--resume goes on from the parameters of the "
                       "checkpoint; leave out --params");
  std::vector<std::string> outputs = listOutputs();
  for (size_t i = 0; i < outputs.size(); ++i)
    for (size_t j = 0; j < i; ++j)
      if (outputs[i] == outputs[j])
        return optionError("'" + outputs[i] +
                           "' is the name of two files to write");
  if (!checkpoint.getNumOccurrences() ||
      llvm::sys::fs::equivalent(resume, checkpoint))
    return llvm::Error::success();
  if (auto found = readCheckpoint(checkpoint); !found)
    llvm::consumeError(found.takeError());
  else
    return makeError("--checkpoint {0}: the file holds {1} and {2} of a "
                     "training; give --resume {0} to go on, or name another "
                     "file",
                     checkpoint.getValue(), counted(found->epoch, "epoch"),
                     counted(found->step, "step"));
  return llvm::Error::success();
}

llvm::Error TrainCommandLine::verifyMicroBatches(int64_t ranks) const {
  if (microBatches.getNumOccurrences() == 0) {
    if (ranks == 1 || numerics != Numerics::Strict)
      return llvm::Error::success();
    return makeError(
        "--numerics=strict: sums of {} ranks have the bits of other numbers of "
        "ranks only if batches are cut alike; {}",
        ranks,
        llvm::isPowerOf2_64(ranks)
            ? "give --micro-batches, a power of two that they divide"
            : "start 1, 2, 4 or another power of two of them");
  }
  if (microBatches > batch)
    return makeError(
        "--micro-batches={}: expected at most the {} examples of a --batch",
        microBatches.getValue(), batch.getValue());
  if (llvm::isPowerOf2_64(microBatches) && microBatches % ranks == 0)
    return llvm::Error::success();
  return makeError(
      "--micro-batches={}: expected a power of two{}", microBatches.getValue(),
      ranks == 1 ? "" : fmt::format(" that {} ranks divide", ranks));
}

CompilerOptions TrainCommandLine::getCompilerOptions() const {
  CompilerOptions options = getNetworkOptions();
  options.bindings.clear();
  options.train = true;
  options.loss = loss;
  options.optimizers = {optimizer};
  rates.apply(options);
  // What nobody calls need not be compiled.
  for (llvm::StringRef name : optionalDeclarations())
    if (name != "init" && name != "get" && name != "set")
      options.without.push_back(name.str());
  return options;
}

llvm::LogicalResult reportTrain(llvm::Error error) {
  return reportError(std::move(error), "nascent-train");
}

llvm::LogicalResult reportTrain(const std::string &message) {
  return reportTrain(llvm::createStringError(message));
}

} // namespace nascent
