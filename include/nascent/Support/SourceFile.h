//===- SourceFile.h - The text of a model -----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_SUPPORT_SOURCEFILE_H
#define NASCENT_SUPPORT_SOURCEFILE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"
#include <memory>

namespace nascent {

/// What is no model, however long one reads.
constexpr uint64_t sourceLimit = 256 << 20;

/// Reads a file that is meant to be a model: a regular file, or whatever is
/// open already: "-", "/dev/stdin", "/dev/fd/3". A device or a FIFO that would
/// have to be opened is refused, because it may never end or never begin; so
/// are more than `sourceLimit` bytes, and what is known to be of another
/// format. Any error names the file.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
readSource(llvm::StringRef path);

} // namespace nascent

#endif // NASCENT_SUPPORT_SOURCEFILE_H
