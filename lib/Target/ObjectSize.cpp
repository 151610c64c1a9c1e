//===- ObjectSize.cpp - How much memory an object takes -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Target/ObjectSize.h"
#include "llvm/Object/ObjectFile.h"

namespace nascent {

llvm::Expected<int64_t> measureObject(llvm::StringRef object) {
  auto file = llvm::object::ObjectFile::createObjectFile(
      llvm::MemoryBufferRef(object, "object"));
  if (!file)
    return file.takeError();
  int64_t bytes = 0;
  for (const llvm::object::SectionRef &section : (*file)->sections())
    if (section.isText() || section.isData())
      bytes += section.getSize();
  return bytes;
}

} // namespace nascent
