//===- ObjectSymbols.h - What an object leaves undefined --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_TARGET_OBJECTSYMBOLS_H
#define NASCENT_TARGET_OBJECTSYMBOLS_H

#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBufferRef.h"
#include <string>
#include <vector>

namespace nascent {

/// The symbols that an object leaves to libraries, in alphabetical order: those
/// that are undefined, but for those in `known` and those that the linker or
/// the platform's C start-up code supplies to whatever it links.
llvm::Expected<std::vector<std::string>>
findLibrarySymbols(llvm::MemoryBufferRef object,
                   const llvm::StringSet<> &known);

} // namespace nascent

#endif // NASCENT_TARGET_OBJECTSYMBOLS_H
