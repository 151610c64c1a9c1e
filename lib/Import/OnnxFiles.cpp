//===- OnnxFiles.cpp - Tensors beside an ONNX file ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OnnxFiles.h"
#include "nascent/Support/MakeError.h"
#include "nascent/Support/MapFile.h"
#include "nascent/Support/Quote.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace nascent {

using llvm::StringRef;

llvm::Expected<StringRef> OnnxFiles::read(const OnnxTensor &tensor) {
  StringRef location = tensor.location;
  bool leavesFolder = llvm::sys::path::is_absolute(location) ||
                      location.contains('\0') || location.contains('\\');
  for (auto part = llvm::sys::path::begin(location),
            end = llvm::sys::path::end(location);
       part != end; ++part)
    leavesFolder |= *part == "..";
  llvm::SmallString<128> folder = llvm::sys::path::parent_path(path);
  llvm::SmallString<128> file = folder, realFolder, realFile;
  llvm::sys::path::append(file, location);
  if (!leavesFolder &&
      !llvm::sys::fs::real_path(folder.empty() ? "." : StringRef(folder),
                                realFolder) &&
      !llvm::sys::fs::real_path(file, realFile)) {
    // A link may lead elsewhere.
    StringRef rest = realFile;
    leavesFolder = !rest.consume_front(realFolder) ||
                   !(rest.starts_with("/") || realFolder == "/");
  }
  if (leavesFolder)
    return llvm::createStringError("is in the file '" + printable(location) +
                                   "', which is not in the model's folder");
  auto &buffer = buffers[location];
  if (!buffer) {
    auto mapped = mapFile(file);
    if (!mapped)
      return cannotRead(file, mapped.takeError());
    buffer = std::move(*mapped);
  }
  StringRef contents = buffer->getBuffer();
  uint64_t offset = tensor.offset;
  if (tensor.offset < 0 || offset > contents.size())
    return makeError("begins at byte {} of '{}', which has {}", tensor.offset,
                     file.str().str(), contents.size());
  contents = contents.drop_front(offset);
  int64_t length = tensor.length.value_or(contents.size());
  if (length < 0 || uint64_t(length) > contents.size())
    return makeError("has {} bytes in '{}', where there are {}", length,
                     file.str().str(), contents.size());
  return contents.take_front(length);
}

} // namespace nascent
