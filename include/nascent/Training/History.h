//===- History.h - How a training went --------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_TRAINING_HISTORY_H
#define NASCENT_TRAINING_HISTORY_H

#include "llvm/Support/raw_ostream.h"
#include <cstdint>
#include <optional>
#include <vector>

namespace nascent {

/// What an epoch came to.
struct EpochRecord {
  /// From 1 on.
  int64_t epoch = 0;
  /// How many steps there were up to its end.
  int64_t step = 0;
  /// The mean over its rows, each as its step found it.
  double loss = 0;
  /// Of the validation data after it, where there are some; how many of them
  /// are classified right, of 1, where they are classes.
  std::optional<double> validationLoss, accuracy;
};

using History = std::vector<EpochRecord>;

/// Writes it as a table, with a line for each epoch and a header. A number
/// reads back as the same one.
void writeCsv(const History &history, llvm::raw_ostream &os);

/// Draws the losses, and the accuracy, over the epochs: an SVG image.
void writeCurve(const History &history, llvm::raw_ostream &os);

} // namespace nascent

#endif // NASCENT_TRAINING_HISTORY_H
