//===- SourceFile.cpp - The text of a model -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/SourceFile.h"
#include "nascent/Support/Descriptor.h"
#include "nascent/Support/ForeignFile.h"
#include "nascent/Support/MakeError.h"
#include "nascent/Support/MapFile.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace nascent {

using Buffer = Expected<std::unique_ptr<MemoryBuffer>>;

static Error tooLarge() {
  return makeError("expected a model of at most {} bytes, found more",
                   sourceLimit);
}

/// Reads what is left of an open file, up to the limit.
static Buffer readDescriptor(int descriptor, StringRef name) {
  SmallString<0> text;
  char chunk[1 << 16];
  sys::fs::file_t file = sys::fs::convertFDToNativeFile(descriptor);
  while (true) {
    Expected<size_t> count = sys::fs::readNativeFile(file, chunk);
    if (!count)
      return count.takeError();
    if (*count == 0)
      return MemoryBuffer::getMemBufferCopy(text, name);
    text.append(StringRef(chunk, *count));
    if (text.size() > sourceLimit)
      return tooLarge();
  }
}

static Buffer read(StringRef path) {
  if (path == "-")
    return readDescriptor(0, "<stdin>");
  if (std::optional<int> descriptor = openDescriptor(path))
    return readDescriptor(*descriptor, path);
  uint64_t size;
  if (!sys::fs::file_size(path, size) && size > sourceLimit &&
      sys::path::extension(path) != ".onnx")
    return tooLarge();
  return mapFile(path, /*isTerminated=*/true);
}

Buffer readSource(StringRef path) {
  Buffer buffer = read(path);
  if (!buffer)
    return cannotRead(path, buffer.takeError());
  StringRef contents = (*buffer)->getBuffer();
  if (isOnnxFile(contents, path))
    return buffer;
  if (std::optional<ForeignFile> foreign = recognizeForeignFile(contents, path))
    return makeError("'{}' is {}, not a network in MLIR; {}", path.str(),
                     foreign->kind.str(), foreign->advice.str());
  return buffer;
}

} // namespace nascent
