//===- TrainData.cpp - Examples and what they should give -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TrainData.h"
#include "nascent/Dialect/NN/IR/NetworkParameters.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"
#include <cmath>
#include <fmt/format.h>

namespace nascent {

llvm::Expected<TrainData> readTrainData(llvm::ArrayRef<std::string> inputs,
                                        llvm::StringRef labels) {
  TrainData data;
  data.inputPaths = inputs.vec();
  data.labelsPath = labels.str();
  for (const std::string &path : inputs) {
    auto array = readArray(path);
    if (!array)
      return array.takeError();
    data.inputs.push_back(std::move(*array));
  }
  auto array = readArray(labels);
  if (!array)
    return array.takeError();
  data.labels = std::move(*array);
  auto rowsOf = [](const Array &array) {
    return array.shape.empty() ? 0 : array.shape.front();
  };
  int64_t rows = rowsOf(data.labels);
  if (rows == 0)
    return llvm::createStringError(
        fmt::format("'{}' has the shape {}; expected a row for each example",
                    labels.str(), nn::formatShape(data.labels.shape)));
  for (auto [input, path] : llvm::zip_equal(data.inputs, inputs))
    if (rowsOf(input) != rows)
      return llvm::createStringError(fmt::format(
          "'{}' has {} rows, but '{}' has labels for {}; each is an example",
          path, rowsOf(input), labels.str(), rows));
  return data;
}

static llvm::Error wrongLabels(const TrainData &data, size_t perRow,
                               const char *what) {
  return llvm::createStringError(fmt::format(
      "'{}' has the shape {}; expected {}{} for each example", data.labelsPath,
      nn::formatShape(data.labels.shape), perRow, what));
}

llvm::Error makeClasses(TrainData &data, int64_t size, int64_t classes,
                        int64_t ignored, llvm::ArrayRef<double> weights) {
  llvm::MutableArrayRef<float> labels = data.labels.buffer.floats();
  if (labels.size() != uint64_t(data.rows()) * uint64_t(size))
    return wrongLabels(data, size, size == 1 ? " class" : " classes");
  bool hasAny = false;
  for (auto [place, word] : llvm::enumerate(labels)) {
    auto label = llvm::bit_cast<int32_t>(word);
    if (!data.labels.isIndices) {
      if (word != std::trunc(word) || !(std::abs(word) < 0x1p31f))
        return llvm::createStringError(fmt::format(
            "'{}' has the label {} at place {}; expected a class, which is an "
            "integer",
            data.labelsPath, word, place));
      label = static_cast<int32_t>(word);
    }
    if ((label < 0 || label >= classes) && label != ignored)
      return llvm::createStringError(fmt::format(
          "'{}' has the label {} at place {}; expected 0 to {}, as the network "
          "has {} classes, or {} where there is none",
          data.labelsPath, label, place, classes - 1, classes, ignored));
    word = llvm::bit_cast<float>(label);
    hasAny |= label != ignored &&
              (weights.empty() || static_cast<float>(weights[label]) > 0);
  }
  if (!hasAny)
    return llvm::createStringError(fmt::format(
        "'{}' has no label that counts: all are {}, which stands for none{}",
        data.labelsPath, ignored,
        weights.empty() ? "" : ", or of classes that weigh 0"));
  data.labels.isIndices = true;
  return llvm::Error::success();
}

llvm::Error makeNumbers(TrainData &data, int64_t size) {
  llvm::MutableArrayRef<float> labels = data.labels.buffer.floats();
  if (labels.size() != uint64_t(data.rows()) * uint64_t(size))
    return wrongLabels(data, size, size == 1 ? " number" : " numbers");
  if (data.labels.isIndices)
    for (float &word : labels)
      word = static_cast<float>(llvm::bit_cast<int32_t>(word));
  data.labels.isIndices = false;
  return llvm::Error::success();
}

void gatherRows(const Array &from, llvm::ArrayRef<int64_t> rows,
                llvm::MutableArrayRef<float> to) {
  llvm::ArrayRef<float> all = from.buffer.floats();
  size_t size = all.size() / from.shape.front();
  for (auto [place, row] : llvm::enumerate(rows))
    llvm::copy(all.slice(row * size, size), to.begin() + place * size);
}

} // namespace nascent
