//===- Npz.h - The NPZ format: a zip archive of NPY files -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_SUPPORT_NPZ_H
#define NASCENT_SUPPORT_NPZ_H

#include "nascent/Support/TensorFile.h"

namespace nascent {

/// Adds the arrays of an archive to `file`, in the order of its directory, each
/// named as its member without ".npy". Their bytes are copies, whose checksums
/// are verified.
llvm::Error parseNpz(llvm::StringRef contents, TensorFile &file);

/// Writes an archive of stored members without times.
llvm::Error writeNpz(llvm::ArrayRef<Tensor> tensors, llvm::raw_ostream &os);

} // namespace nascent

#endif // NASCENT_SUPPORT_NPZ_H
