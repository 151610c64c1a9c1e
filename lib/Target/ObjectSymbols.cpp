//===- ObjectSymbols.cpp - What an object leaves undefined ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Target/ObjectSymbols.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Object/ObjectFile.h"

using namespace llvm;

namespace nascent {

/// Names that no library needs to define.
static bool isSupplied(StringRef name) {
  return is_contained(
      {
          // ELF: the tables that position-independent code finds data by.
          StringRef("_GLOBAL_OFFSET_TABLE_"),
          StringRef(".TOC."),
          StringRef("_gp_disp"),
          StringRef("__gnu_local_gp"),
          // WebAssembly: where a module's memory and stack are.
          StringRef("__linear_memory"),
          StringRef("__stack_pointer"),
          StringRef("__indirect_function_table"),
          StringRef("__memory_base"),
          StringRef("__table_base"),
          // COFF: says that an object has floating point. Every such object of
          // Microsoft's compiler has it, and its C start-up code defines it.
          StringRef("_fltused"),
          StringRef("__fltused"),
      },
      name);
}

Expected<std::vector<std::string>>
findLibrarySymbols(MemoryBufferRef object, const StringSet<> &known) {
  auto file = object::ObjectFile::createObjectFile(object);
  if (!file)
    return file.takeError();
  std::vector<std::string> names;
  for (object::SymbolRef symbol : (*file)->symbols()) {
    Expected<uint32_t> flags = symbol.getFlags();
    if (!flags)
      return flags.takeError();
    if (!(*flags & object::SymbolRef::SF_Undefined))
      continue;
    Expected<StringRef> name = symbol.getName();
    if (!name)
      return name.takeError();
    if (!known.contains(*name) && !isSupplied(*name))
      names.push_back(name->str());
  }
  llvm::sort(names);
  names.erase(llvm::unique(names), names.end());
  return names;
}

} // namespace nascent
