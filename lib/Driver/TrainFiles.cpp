//===- TrainFiles.cpp - What training reads and writes --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TrainLoop.h"
#include "nascent/Dialect/NN/IR/ParseLoss.h"
#include "nascent/Support/OutputFile.h"
#include "nascent/Support/Quote.h"
#include "nascent/Support/TensorFile.h"
#include "llvm/Support/WithColor.h"
#include <cmath>
#include <fmt/format.h>

using namespace mlir;

namespace nascent {

//===----------------------------------------------------------------------===//
// What a checkpoint has
//===----------------------------------------------------------------------===//

llvm::Expected<std::vector<NamedValues>>
TrainLoop::getParameters(StringRef prefix) {
  std::vector<NamedValues> values;
  for (const ParameterInterface &each : network.getInterface().parameters) {
    NamedValues &named = values.emplace_back();
    named.name = (prefix + each.name).str();
    named.shape.assign(each.shape.begin(), each.shape.end());
    named.values.resize(*elementCount(named.shape));
    if (llvm::Error error = network.get(each.name, named.values))
      return error;
    for (float value : named.values)
      if (!std::isfinite(value))
        return diverged("parameter '" + printable(each.name) + "'", value);
  }
  return values;
}

llvm::Error TrainLoop::save() {
  auto values = getParameters("parameters/");
  if (!values)
    return values.takeError();
  state.values = std::move(*values);
  for (auto [number, kept] : llvm::enumerate(optimizer.getStates())) {
    auto buffer = training->copyState(number);
    if (!buffer)
      return buffer.takeError();
    for (const ParameterInterface &each : network.getInterface().parameters) {
      NamedValues &named = state.values.emplace_back();
      named.name = (kept.name + "/" + each.name).str();
      named.shape.assign(each.shape.begin(), each.shape.end());
      named.values.resize(*elementCount(named.shape));
      if (llvm::Error error = network.get(each.name, named.values, &*buffer))
        return error;
    }
  }
  llvm::append_range(state.values, best);
  return llvm::Error::success();
}

llvm::Error TrainLoop::restore() {
  auto startOf = [](StringRef name) { return name.split('/').first; };
  auto nameOf = [](StringRef name) { return name.split('/').second; };
  for (const NamedValues &each : state.values)
    if (startOf(each.name) == "parameters")
      if (llvm::Error error = network.set(nameOf(each.name), each.values))
        return error;
  for (auto [number, kept] : llvm::enumerate(optimizer.getStates())) {
    auto buffer = training->copyState(number);
    if (!buffer)
      return buffer.takeError();
    for (const NamedValues &each : state.values)
      if (startOf(each.name) == kept.name)
        if (llvm::Error error =
                network.set(nameOf(each.name), each.values, &*buffer))
          return error;
    training->replaceState(number, *buffer);
  }
  for (const NamedValues &each : state.values)
    if (startOf(each.name) == "best")
      best.push_back(each);
  return llvm::Error::success();
}

std::vector<std::pair<std::string, std::string>>
TrainLoop::listSettings() const {
  std::string numbers;
  llvm::raw_string_ostream(numbers) << optimizer;
  auto orNone = [](std::string text) { return text.empty() ? "none" : text; };
  return {
      {"optimiser", numbers},
      {"--rate", orNone(options.rates.describeRates())},
      {"--no-decay", orNone(options.rates.describeNoDecay())},
      {"--clip-norm", options.clip.getNumOccurrences()
                          ? fmt::format("{}", options.clip.getValue())
                          : "none"},
      {"number of micro-batches",
       std::to_string(options.microBatches.getValue())},
      {"order of examples", options.inOrder ? "that of the files" : "shuffled"},
      {"network's hash", model}};
}

llvm::Error TrainLoop::resume() {
  if (!options.resume.getNumOccurrences())
    return llvm::Error::success();
  auto found = readCheckpoint(options.resume);
  if (!found)
    return found.takeError();
  if (llvm::Error error = save())
    return error;
  // Earlier versions kept the user's spelling.
  found->loss = nn::normalizeLoss(found->loss, entry().outputs.front());
  if (llvm::Error error = verifyContinues(options.resume, *found, state))
    return error;
  for (const std::string &change : describeChanges(*found, state))
    if (ranks.isFirst())
      llvm::WithColor::remark(llvm::errs(), "nascent-train")
          << "'" << printable(options.resume)
          << "' goes on otherwise: " << change << "\n";
  found->settings = state.settings;
  state = std::move(*found);
  if (llvm::Error error = restore())
    return error;
  sayLine(fmt::format("going on from '{}': {} and {} are done",
                      options.resume.getValue(), counted(state.epoch, "epoch"),
                      counted(state.step, "step")));
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

llvm::Error TrainLoop::writeCheckpointNow() {
  if (!options.checkpoint.getNumOccurrences() || !ranks.isFirst())
    return llvm::Error::success();
  if (llvm::Error error = save())
    return error;
  OutputFiles files;
  options.protectInputs(files);
  return writeCheckpoint(options.checkpoint, state, files);
}

llvm::Error TrainLoop::writeHistory() {
  OutputFiles files;
  options.protectInputs(files);
  for (auto [option, writer] : {std::pair(&options.log, &writeCsv),
                                std::pair(&options.plot, &writeCurve)}) {
    if (!option->getNumOccurrences() || !ranks.isFirst())
      continue;
    auto write = [&, writer = writer](llvm::raw_ostream &os) {
      writer(state.history, os);
      return llvm::Error::success();
    };
    if (llvm::Error error = files.add(option->getValue(), write))
      return error;
  }
  return files.commit();
}

llvm::Error TrainLoop::writeParameters() {
  auto values = getParameters("");
  if (!values)
    return values.takeError();
  if (options.patience && state.bestEpoch != 0) {
    sayLine(
        fmt::format("the parameters are those of epoch {}, whose validation "
                    "loss is {:.4g}",
                    state.bestEpoch, state.bestLoss));
    for (auto [own, kept] : llvm::zip_equal(*values, best))
      own.values = kept.values;
  }
  if (!ranks.isFirst())
    return llvm::Error::success();
  std::vector<Tensor> tensors;
  for (const NamedValues &each : *values)
    tensors.push_back(
        {each.name,
         DType::F32,
         {each.shape.begin(), each.shape.end()},
         StringRef(reinterpret_cast<const char *>(each.values.data()),
                   each.values.size() * sizeof(float))});
  OutputFiles files;
  options.protectInputs(files);
  if (llvm::Error error = writeTensorFile(options.output, tensors, files))
    return error;
  return files.commit();
}

} // namespace nascent
