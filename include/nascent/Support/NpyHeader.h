//===- NpyHeader.h - What a NPY file says about its array -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The header of numpy's array files: element type, order and shape. Shapes are
// taken from data files that may be far larger than memory, so only the header
// is ever read; that the data is all there is checked by the file's length.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_SUPPORT_NPYHEADER_H
#define NASCENT_SUPPORT_NPYHEADER_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <string>

namespace nascent {

/// The header of a NPY file of format 1.0, 2.0 or 3.0.
struct NpyHeader {
  /// The element type as numpy writes it: "<f4".
  std::string dtype;
  bool fortranOrder = false;
  /// Sizes of zero or more; empty for a scalar.
  llvm::SmallVector<int64_t> shape;
  /// Where the data starts in the file.
  uint64_t dataOffset = 0;
};

/// Reads the header of the file at `path`. Fails if it is malformed, if its
/// elements are structured, or if the file is too short for its array.
llvm::Expected<NpyHeader> readNpyHeader(llvm::StringRef path);

/// The same for a file of `fileSize` bytes that starts with `start`. Of a file
/// whose header does not fit into the first `npyHeaderLimit` bytes no more is
/// needed: it is refused.
llvm::Expected<NpyHeader> parseNpyHeader(llvm::StringRef start,
                                         uint64_t fileSize);

/// The most bytes that precede the data: magic, version, length, and a
/// description of up to 64 KiB.
constexpr uint64_t npyHeaderLimit = 12 + 64 * 1024;

} // namespace nascent

#endif // NASCENT_SUPPORT_NPYHEADER_H
