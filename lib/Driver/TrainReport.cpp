//===- TrainReport.cpp - What nascent-train says meanwhile ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TrainReport.h"
#include <cmath>
#include <fmt/format.h>

namespace nascent {

std::string describeEpoch(const EpochRecord &record, int64_t epochs) {
  std::string text = fmt::format("epoch {}/{}: loss {:.4g}", record.epoch,
                                 epochs, record.loss);
  if (record.validationLoss)
    text += fmt::format(", validation loss {:.4g}", *record.validationLoss);
  if (record.accuracy)
    text += fmt::format(", accuracy {:.1f} %", 100 * *record.accuracy);
  return text;
}

std::string describeProgress(const EpochProgress &progress, int width) {
  double share =
      progress.all ? double(progress.done) / double(progress.all) : 1.0;
  auto filled = static_cast<size_t>(share * width);
  std::string bar(filled, '=');
  if (filled < size_t(width))
    bar += '>';
  bar.resize(width, ' ');
  std::string text =
      fmt::format("epoch {}/{} [{}] {:3.0f} %  loss {:.4g}", progress.epoch,
                  progress.epochs, bar, std::floor(100 * share), progress.loss);
  if (progress.accuracy)
    text += fmt::format(", accuracy {:.1f} %", 100 * *progress.accuracy);
  return text;
}

ProgressBar::ProgressBar() : isTerminal(llvm::errs().is_displayed()) {}

void ProgressBar::show(const EpochProgress &progress) {
  if (!isTerminal)
    return;
  auto now = std::chrono::steady_clock::now();
  if (isShown && now - last < std::chrono::milliseconds(200))
    return;
  last = now;
  isShown = true;
  llvm::errs() << "\x1b[K" << describeProgress(progress) << "\r";
}

void ProgressBar::clear() {
  if (isShown)
    llvm::errs() << "\x1b[K";
  isShown = false;
}

} // namespace nascent
