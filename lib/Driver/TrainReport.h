//===- TrainReport.h - What nascent-train says meanwhile --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_DRIVER_TRAINREPORT_H
#define NASCENT_LIB_DRIVER_TRAINREPORT_H

#include "nascent/Training/History.h"
#include <chrono>
#include <string>

namespace nascent {

/// "epoch 2/10: loss 0.1234, validation loss 0.1301, accuracy 96.1 %".
std::string describeEpoch(const EpochRecord &record, int64_t epochs);

/// How far an epoch is.
struct EpochProgress {
  int64_t epoch = 1, epochs = 1;
  /// Of batches.
  int64_t done = 0, all = 0;
  /// Of the epoch so far.
  double loss = 0;
  /// After the epoch before, of 1.
  std::optional<double> accuracy;
};

/// "epoch 2/10 [=====>    ]  52 %  loss 0.1234, accuracy 96.1 %", of `width`
/// places between the brackets.
std::string describeProgress(const EpochProgress &progress, int width = 30);

/// A line on standard error that says how far an epoch is, some times a second;
/// only on a terminal. What is printed next writes over it.
class ProgressBar {
public:
  ProgressBar();
  void show(const EpochProgress &progress);
  /// Takes the line away.
  void clear();

private:
  bool isTerminal, isShown = false;
  std::chrono::steady_clock::time_point last;
};

} // namespace nascent

#endif // NASCENT_LIB_DRIVER_TRAINREPORT_H
