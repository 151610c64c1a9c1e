//===- ReadArray.h - Inputs and outputs in files ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_DRIVER_READARRAY_H
#define NASCENT_LIB_DRIVER_READARRAY_H

#include "nascent/Support/AlignedBuffer.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace nascent {

/// An array of floats, row-major.
struct Array {
  llvm::SmallVector<int64_t> shape;
  /// Elements of f32; where they are indices, the bits of i32.
  AlignedBuffer buffer;
  bool isIndices = false;
  /// What a user should know of how it was read.
  std::vector<std::string> remarks;
};

/// One of zeros. Fails if there is not that much memory.
llvm::Expected<Array> allocateArray(llvm::ArrayRef<int64_t> shape);

/// Where element `index` of an array is, as a user counts: "row 3, column 2,
/// counted from 1". All of an example is one row.
std::string placeOf(llvm::ArrayRef<int64_t> shape, int64_t index);

/// Reads the array of a NPY or an IDX file, whose floats are converted and
/// whose integers are indices; the table of a CSV file; or an image of a PNG
/// file as (1, channels, height, width), from 0 to 1. Bytes of an IDX file with
/// rows and columns are such images, too: (count, 1, height, width). Any error
/// starts with "cannot read '<path>': ".
llvm::Expected<Array> readArray(llvm::StringRef path);

} // namespace nascent

#endif // NASCENT_LIB_DRIVER_READARRAY_H
