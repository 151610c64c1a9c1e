//===- HistoryTable.cpp - How a training went, as a table -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Training/History.h"
#include <fmt/format.h>

namespace nascent {

void writeCsv(const History &history, llvm::raw_ostream &os) {
  auto number = [](const std::optional<double> &value) {
    return value ? fmt::format("{}", *value) : std::string();
  };
  os << "epoch,step,loss,validation_loss,validation_accuracy\n";
  for (const EpochRecord &record : history)
    os << fmt::format("{},{},{},{},{}\n", record.epoch, record.step,
                      record.loss, number(record.validationLoss),
                      number(record.accuracy));
}

} // namespace nascent
