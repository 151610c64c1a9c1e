//===- MapFile.cpp - The contents of a regular file -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/MapFile.h"
#include "nascent/Support/MakeError.h"
#include "llvm/Support/FileSystem.h"

using namespace llvm;

namespace nascent {

Expected<std::unique_ptr<MemoryBuffer>> mapFile(StringRef path,
                                                bool isTerminated) {
  // Asked before it is opened, because opening a FIFO waits for a writer.
  sys::fs::file_status status;
  if (std::error_code error = sys::fs::status(path, status))
    return errorCodeToError(error);
  if (!sys::fs::is_regular_file(status))
    return makeError("expected a regular file, found {}",
                     sys::fs::is_directory(status) ? "a directory"
                                                   : "a device or pipe");
  auto buffer = MemoryBuffer::getFile(path, /*IsText=*/false,
                                      /*RequiresNullTerminator=*/isTerminated);
  if (!buffer)
    return errorCodeToError(buffer.getError());
  return std::move(*buffer);
}

Error cannotRead(StringRef path, Error why) {
  return makeError("cannot read '{}': {}", path.str(),
                   toString(std::move(why)));
}

} // namespace nascent
