//===- Idx.h - The IDX format of data sets ----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What MNIST and its relatives come in: two zeros, a type, a rank, the sizes as
// 32-bit numbers, then the elements, all big endian. Often it is compressed by
// gzip.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_SUPPORT_IDX_H
#define NASCENT_SUPPORT_IDX_H

#include "nascent/Support/TensorFile.h"

namespace nascent {

/// Whether a path names such a file: "train-images-idx3-ubyte", "x.idx", either
/// also with ".gz".
bool isIdxPath(llvm::StringRef path);

/// Adds the array of a file's contents to `file`, with its elements put into
/// the order of this machine; compressed contents are inflated first. Fails
/// where elements are fewer or more than the sizes say.
llvm::Error parseIdx(llvm::StringRef contents, TensorFile &file);

} // namespace nascent

#endif // NASCENT_SUPPORT_IDX_H
