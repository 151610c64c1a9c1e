//===- Npy.h - The NPY format -----------------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_SUPPORT_NPY_H
#define NASCENT_SUPPORT_NPY_H

#include "nascent/Support/TensorFile.h"
#include <optional>

namespace nascent {

/// What a NPY file's array consists of.
struct NpyElements {
  DType dtype;
  /// Never of single bytes.
  bool isBigEndian;
};

/// Parses an element type as numpy writes it: "<f4" or ">f4". Nothing if it is
/// no number of known byte order.
std::optional<NpyElements> parseNpyElements(llvm::StringRef description);

/// Adds the array of a NPY file's contents to `file` under `name`. Its bytes
/// lie in `contents`, unless they are column-major or big endian: then they are
/// put in order in memory of `file`.
llvm::Error parseNpy(llvm::StringRef contents, llvm::StringRef name,
                     TensorFile &file);

/// Writes a file of format 1.0, as numpy does. Fails for an element type that
/// numpy does not have.
llvm::Error writeNpy(const Tensor &tensor, llvm::raw_ostream &os);

} // namespace nascent

#endif // NASCENT_SUPPORT_NPY_H
