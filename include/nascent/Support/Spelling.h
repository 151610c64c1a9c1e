//===- Spelling.h - What a misspelt word may have meant ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_SUPPORT_SPELLING_H
#define NASCENT_SUPPORT_SPELLING_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <string>

namespace nascent {

/// " (did you mean 'dense'?)" for the known word that is nearest to `word`, or
/// that begins with it, or nothing if none does. Of several, the first.
std::string didYouMean(llvm::StringRef word,
                       llvm::ArrayRef<llvm::StringRef> known);

} // namespace nascent

#endif // NASCENT_SUPPORT_SPELLING_H
