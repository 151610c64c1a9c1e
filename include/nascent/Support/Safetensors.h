//===- Safetensors.h - The safetensors format -------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_SUPPORT_SAFETENSORS_H
#define NASCENT_SUPPORT_SAFETENSORS_H

#include "nascent/Support/TensorFile.h"

namespace nascent {

/// The tensor by which a checkpoint of nascent-train is told from parameters.
inline constexpr llvm::StringLiteral kCheckpointNames = "training/names";

/// Adds the tensors of a file's contents to `file`, in the order of their data.
/// Their bytes lie in `contents`. Everything the format promises is checked:
/// names are unique, and the tensors fill the data without a gap or an overlap.
llvm::Error parseSafetensors(llvm::StringRef contents, TensorFile &file);

/// Writes a file whose data starts at a multiple of 64 bytes. Larger elements
/// come first, so that all are aligned; otherwise the order is kept.
llvm::Error writeSafetensors(llvm::ArrayRef<Tensor> tensors,
                             llvm::raw_ostream &os);

} // namespace nascent

#endif // NASCENT_SUPPORT_SAFETENSORS_H
