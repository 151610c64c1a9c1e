//===- Nesting.h - How deep the brackets of a file are --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_SUPPORT_NESTING_H
#define NASCENT_SUPPORT_NESTING_H

#include "llvm/ADT/StringRef.h"

namespace nascent {

/// Where brackets of MLIR's text are nested more than `limit` deep for the
/// first time, or more operators than that follow each other; `npos` if
/// nowhere. What is in strings and comments does not count.
size_t findDeepNesting(llvm::StringRef text, size_t limit);

} // namespace nascent

#endif // NASCENT_SUPPORT_NESTING_H
