//===- TrainData.cpp - Examples and what they should give -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TrainData.h"
#include "nascent/Dialect/NN/IR/NetworkParameters.h"
#include "nascent/Support/MakeError.h"
#include "nascent/Support/Quote.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"
#include <cmath>

namespace nascent {

/// One number that is none makes the loss none, and then all parameters.
static llvm::Error verifyNumbers(const Array &array, llvm::StringRef path) {
  for (auto [place, value] : llvm::enumerate(array.buffer.floats()))
    if (!array.isIndices && !std::isfinite(value))
      return makeError("'{}' has {} in {}; training takes finite numbers",
                       path.str(), value, placeOf(array.shape, place));
  return llvm::Error::success();
}

/// Takes the last columns out of a table, as labels.
static llvm::Error takeLabels(Array &table, const std::string &path,
                              int64_t count, Array &labels) {
  if (table.shape.size() != 2 || table.shape[1] <= count)
    return makeError("'{}' has the shape {}; --label-columns={} takes a table "
                     "of more than {}",
                     path, nn::formatShape(table.shape), count,
                     counted(count, "column"));
  int64_t rows = table.shape[0], columns = table.shape[1];
  auto inputs = allocateArray({rows, columns - count});
  auto last = allocateArray({rows, count});
  if (!inputs || !last)
    return llvm::joinErrors(inputs.takeError(), last.takeError());
  llvm::MutableArrayRef<float> from = table.buffer.floats();
  for (int64_t row = 0; row < rows; ++row) {
    llvm::ArrayRef<float> own = from.slice(row * columns, columns);
    llvm::copy(own.drop_back(count),
               inputs->buffer.floats().begin() + row * (columns - count));
    llvm::copy(own.take_back(count),
               last->buffer.floats().begin() + row * count);
  }
  inputs->isIndices = last->isIndices = table.isIndices;
  inputs->remarks = std::move(table.remarks);
  table = std::move(*inputs);
  labels = std::move(*last);
  return llvm::Error::success();
}

llvm::Expected<TrainData> readTrainData(llvm::ArrayRef<std::string> inputs,
                                        llvm::StringRef labels,
                                        int64_t labelColumns) {
  TrainData data;
  data.inputPaths = inputs.vec();
  data.labelsPath = labels.str();
  auto rowsOf = [](const Array &array) {
    return array.shape.empty() ? 0 : array.shape.front();
  };
  auto read = [&](const std::string &path, Array &to) -> llvm::Error {
    auto array = readArray(path);
    if (!array)
      return array.takeError();
    to = std::move(*array);
    if (rowsOf(to) == 0)
      return makeError("'{}' has the shape {}; expected a row for each example",
                       path, nn::formatShape(to.shape));
    if (rowsOf(to) != data.rows())
      return makeError("'{}' has {}, but '{}' has {}; each is an example",
                       inputs.front(), counted(data.rows(), "row"), path,
                       rowsOf(to));
    return verifyNumbers(to, path);
  };
  for (const std::string &path : inputs)
    if (llvm::Error error = read(path, data.inputs.emplace_back()))
      return error;
  llvm::Error error = llvm::Error::success();
  if (labelColumns) {
    error = takeLabels(data.inputs.back(), inputs.back(), labelColumns,
                       data.labels);
    std::string columns = "last " + counted(labelColumns, "column");
    data.labelsPath = inputs.back() + ", " + columns;
    data.inputPaths.back() += " without its " + columns;
  } else if (!labels.empty()) {
    error = read(data.labelsPath, data.labels);
  }
  if (error)
    return error;
  return data;
}

static llvm::Error wrongLabels(const Array &labels, llvm::StringRef path,
                               size_t perRow, const char *what) {
  return makeError("'{}' has the shape {}; expected {}{} for each example",
                   path.str(), nn::formatShape(labels.shape), perRow, what);
}

llvm::Error makeClasses(Array &labels, llvm::StringRef path, int64_t size,
                        int64_t classes, int64_t ignored,
                        llvm::ArrayRef<double> weights) {
  llvm::MutableArrayRef<float> words = labels.buffer.floats();
  if (words.size() != uint64_t(labels.shape.front()) * uint64_t(size))
    return wrongLabels(labels, path, size, size == 1 ? " class" : " classes");
  bool hasAny = false;
  for (auto [place, word] : llvm::enumerate(words)) {
    auto label = llvm::bit_cast<int32_t>(word);
    if (!labels.isIndices) {
      if (word != std::trunc(word) || !(std::abs(word) < 0x1p31f))
        return makeError(
            "'{}' has the label {} in {}; expected a class, which is an "
            "integer",
            path.str(), word, placeOf(labels.shape, place));
      label = static_cast<int32_t>(word);
    }
    if ((label < 0 || label >= classes) && label != ignored)
      return makeError(
          "'{}' has the label {} in {}; expected 0 to {}, as the network "
          "has {} classes, or {} where there is none",
          path.str(), label, placeOf(labels.shape, place), classes - 1, classes,
          ignored);
    word = llvm::bit_cast<float>(label);
    hasAny |= label != ignored &&
              (weights.empty() || static_cast<float>(weights[label]) > 0);
  }
  if (!hasAny)
    return makeError(
        "'{}' has no label that counts: all are {}, which stands for none{}",
        path.str(), ignored,
        weights.empty() ? "" : ", or of classes that weigh 0");
  labels.isIndices = true;
  return llvm::Error::success();
}

llvm::Error makeNumbers(Array &labels, llvm::StringRef path, int64_t size) {
  llvm::MutableArrayRef<float> words = labels.buffer.floats();
  if (words.size() != uint64_t(labels.shape.front()) * uint64_t(size))
    return wrongLabels(labels, path, size, size == 1 ? " number" : " numbers");
  if (labels.isIndices)
    for (float &word : words)
      word = static_cast<float>(llvm::bit_cast<int32_t>(word));
  labels.isIndices = false;
  return llvm::Error::success();
}

llvm::Error fitInput(Array &input, llvm::StringRef path,
                     mlir::RankedTensorType type) {
  if (input.shape.size() == 2 && type.getRank() == 1 && input.shape[1] == 1)
    input.shape.pop_back();
  bool wantsIndices = type.getElementType().isInteger(32);
  // Whether bytes are 0 to 255 or 0 to 1 is not ours to guess.
  if (input.isIndices && !wantsIndices)
    return makeError("'{}' has integers, but the network's input is of floats; "
                     "numpy's astype('<f4') converts them",
                     path.str());
  if (input.isIndices == wantsIndices)
    return llvm::Error::success();
  for (auto [place, word] : llvm::enumerate(input.buffer.floats())) {
    if (word != std::trunc(word) || !(std::abs(word) < 0x1p31f))
      return makeError(
          "'{}' has {} in {}; expected an integer, as the network's "
          "input is of indices or labels",
          path.str(), word, placeOf(input.shape, place));
    word = llvm::bit_cast<float>(static_cast<int32_t>(word));
  }
  input.isIndices = true;
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
