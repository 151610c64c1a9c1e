//===- TrainData.h - Examples and what they should give ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_DRIVER_TRAINDATA_H
#define NASCENT_LIB_DRIVER_TRAINDATA_H

#include "ReadArray.h"
#include "mlir/IR/BuiltinTypes.h"

namespace nascent {

/// Examples, a row each in every array.
struct TrainData {
  std::vector<Array> inputs;
  /// Nothing where they are one of the inputs.
  Array labels;
  /// How errors quote them.
  std::vector<std::string> inputPaths;
  std::string labelsPath;

  int64_t rows() const { return inputs.front().shape.front(); }
};

/// Reads inputs and labels, if there is a file of these, or the last columns of
/// the last input are labels. Fails where they have not the same number of
/// rows, or none.
llvm::Expected<TrainData> readTrainData(llvm::ArrayRef<std::string> inputs,
                                        llvm::StringRef labels,
                                        int64_t labelColumns);

/// Has labels, read from `path`, be classes, `size` of each example: integers
/// from 0 to below `classes`, or `ignored`. Floats without a fraction become
/// integers. Fails where one is something else, and where none counts, by what
/// classes weigh.
llvm::Error makeClasses(Array &labels, llvm::StringRef path, int64_t size,
                        int64_t classes, int64_t ignored,
                        llvm::ArrayRef<double> weights = {});

/// Has labels be numbers, `size` of each example. Fails where there are others.
llvm::Error makeNumbers(Array &labels, llvm::StringRef path, int64_t size);

/// Has an input, read from `path`, be of integers or floats as `type` is, and a
/// table's only column be no dimension where that has none. Fails where what is
/// to be an integer has a fraction.
llvm::Error fitInput(Array &input, llvm::StringRef path,
                     mlir::RankedTensorType type);

/// Copies rows of an array, one behind the other.
void gatherRows(const Array &from, llvm::ArrayRef<int64_t> rows,
                llvm::MutableArrayRef<float> to);

} // namespace nascent

#endif // NASCENT_LIB_DRIVER_TRAINDATA_H
