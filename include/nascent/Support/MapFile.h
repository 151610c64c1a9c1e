//===- MapFile.h - The contents of a regular file ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_SUPPORT_MAPFILE_H
#define NASCENT_SUPPORT_MAPFILE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"
#include <memory>

namespace nascent {

/// Maps the file at `path` into memory. Fails with the reason alone; also where
/// it is a directory, a device or a pipe, which it does not wait for. With
/// `isTerminated` a null character follows the contents, as parsers want it.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
mapFile(llvm::StringRef path, bool isTerminated = false);

/// "cannot read '<path>': ", and why.
llvm::Error cannotRead(llvm::StringRef path, llvm::Error why);

} // namespace nascent

#endif // NASCENT_SUPPORT_MAPFILE_H
