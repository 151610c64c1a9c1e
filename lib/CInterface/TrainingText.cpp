//===- TrainingText.cpp - What functions for training say -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DeclarationText.h"
#include <fmt/format.h>

using namespace mlir;

namespace nascent {

/// What the blocks of an open batch need of scratch, and those of any smaller
/// batch: the rows that fill no largest block count as many as there can be.
static std::string scratchOfBlocks(const EntryInterface &entry) {
  ArrayRef<int64_t> blocks = entry.blocks;
  int64_t rest = entry.trainingScratchBytes;
  for (size_t i = 2; i < blocks.size(); i += 2)
    rest += (blocks[i - 2] / blocks[i] - 1) * blocks[i + 1];
  return fmt::format("{}u + ((batch) > 0 ? (size_t)(batch) : 0) / {} * {}u",
                     rest, blocks[0], blocks[1]);
}

/// What functions that train an entry read and write of rows.
static std::string describeTraining(const NetworkInterface &network,
                                    const EntryInterface &entry) {
  bool hasLabels = entry.numLabels != 0;
  std::string labels =
      fmt::format("labels from 0 to {}, or {} where none counts",
                  entry.numLabels - 1, entry.ignoredLabel);
  std::string text;
  forEachBuffer(network, entry, [&](const Subject &subject) {
    auto input = entry.findInput(subject.buffer);
    bool isLabels = entry.endsInLoss && hasLabels && input == entry.labelInput;
    if (input || entry.hasOwnLoss)
      text += fmt::format("\n   {}: {}, {} {}, row-major.", subject.buffer,
                          input ? "input" : "output", shapeText(subject.type),
                          isLabels ? labels
                                   : describeElements(entry, subject.buffer));
  });
  if (entry.hasLoss() && !entry.endsInLoss)
    text += fmt::format("\n   target: {} {}.", shapeText(entry.target),
                        hasLabels ? labels : "floats, row-major");
  if (entry.hasOpenDims())
    text += "\n   batch: how many rows; zero or less counts as none.";
  return text;
}

/// The gradients of outputs, which are read, and of inputs.
static std::string describeGradients(const NetworkInterface &network,
                                     const EntryInterface &entry) {
  std::string read, written;
  forEachBuffer(network, entry, [&](const Subject &subject) {
    if (!entry.findInput(subject.buffer))
      read +=
          fmt::format("\n   d{}: how the loss changes with each element of {}.",
                      subject.buffer, subject.buffer);
    else if (subject.type.getElementType().isF32())
      written += fmt::format(
          "\n   d{}: the same of {}, which this computes, or NULL{}.",
          subject.buffer, subject.buffer,
          entry.inputs.size() > 1 ? " for all inputs" : "");
  });
  return read + written;
}

/// Whether functions that train an entry read indices beside its labels.
static bool hasIndicesBesideLabels(const EntryInterface &entry) {
  for (auto [i, limit] : llvm::enumerate(entry.limits))
    if (limit != 0 && !(entry.endsInLoss && i == entry.labelInput))
      return true;
  return false;
}

/// What functions that train an entry return, and when.
static std::string describeRefusal(const EntryInterface &entry) {
  bool hasIndices = hasIndicesBesideLabels(entry);
  bool hasLabels = entry.numLabels != 0;
  if (!hasIndices && !hasLabels)
    return "Returns 0.";
  return fmt::format(
      "Returns 0, or\n   -1 and writes nothing, if {}{}{} is not "
      "one of those that there are.",
      hasLabels ? "a label" : "", hasLabels && hasIndices ? " or " : "",
      hasIndices ? "an index" : "");
}

void addTraining(Arguments &arguments, const NetworkInterface &network,
                 const EntryInterface &entry) {
  bool hasLabels = entry.numLabels != 0;
  add(arguments, "training_buffers", describeTraining(network, entry));
  add(arguments, "gradient_buffers", describeGradients(network, entry));
  add(arguments, "counted",
      hasLabels ? fmt::format("labels other than {}", entry.ignoredLabel)
                : "one for each element of the target");
  add(arguments, "ignored", std::to_string(entry.ignoredLabel));
  add(arguments, "returns", describeRefusal(entry));
  add(arguments, "training_steps", std::to_string(entry.trainingSteps));
  add(arguments, "step_returns",
      hasLabels || hasIndicesBesideLabels(entry)
          ? "They return 0, or -1 and write\n   nothing, as above: then at "
            "each step."
          : "They return 0.");
  bool isParallel = entry.isTrainedInParallel;
  add(arguments, "training_nonblocking",
      isParallel ? "" : " NASCENT_NONBLOCKING");
  add(arguments, "training_threads", isParallel ? kTeam : "");
  add(arguments, "random",
      entry.isRandom ? R"(
   dropout_seed: what is dropped follows from it: another one for each step.
   first_row: where the batch is a part of a larger one, its first row there; what
   is dropped of a row does not depend on how the larger one is cut.)"
                     : "");
  add(arguments, "and_random",
      entry.isRandom ? ",\n   dropout_seed and first_row" : "");
  std::string bytes = fmt::format(" {}u", entry.trainingScratchBytes);
  if (!entry.blocks.empty())
    bytes = "(batch) (" + scratchOfBlocks(entry) + ")";
  add(arguments, "training_scratch_bytes", bytes);
  add(arguments, "of_batch", entry.blocks.empty() ? "" : "(batch)");
}

} // namespace nascent
