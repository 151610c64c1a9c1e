//===- TrainingText.cpp - What functions for training say -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DeclarationText.h"
#include <fmt/format.h>

using namespace mlir;

namespace nascent {

/// What the blocks of an open batch need of scratch, each number of rows after
/// the larger ones, which leave less than one of theirs.
static std::string scratchOfBlocks(const EntryInterface &entry) {
  std::string text = fmt::format("{}u", entry.trainingScratchBytes);
  std::string rest = "(size_t)(batch)";
  for (size_t i = 0; i < entry.blocks.size(); i += 2) {
    int64_t rows = entry.blocks[i];
    text += fmt::format(" + {} / {} * {}u", rest, rows, entry.blocks[i + 1]);
    rest = fmt::format("(size_t)(batch) % {}", rows);
  }
  return text;
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
    bool isInput = subject.buffer.front() == 'x';
    bool isLabels = entry.endsInLoss && hasLabels &&
                    subject.buffer == entry.inputName(entry.labelInput);
    if (isInput || entry.hasOwnLoss)
      text += fmt::format("\n   {}: {}, {} {}, row-major.", subject.buffer,
                          isInput ? "input" : "output", shapeText(subject.type),
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
    if (subject.buffer.front() == 'y')
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

void addTraining(Arguments &arguments, const NetworkInterface &network,
                 const EntryInterface &entry) {
  bool hasLabels = entry.numLabels != 0;
  add(arguments, "training_buffers", describeTraining(network, entry));
  add(arguments, "gradient_buffers", describeGradients(network, entry));
  add(arguments, "counted",
      hasLabels ? fmt::format("labels other than {}", entry.ignoredLabel)
                : "one for each element of target");
  add(arguments, "ignored", std::to_string(entry.ignoredLabel));
  std::string refused = hasLabels ? "a label" : "";
  if (entry.hasIndices() && !(entry.endsInLoss && entry.inputs.size() == 2))
    refused += hasLabels ? " or an index" : "an index";
  add(arguments, "refused",
      refused.empty() ? "ever there is something to refuse"
                      : refused + " is not one of those that there are");
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
}

} // namespace nascent
