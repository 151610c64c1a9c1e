//===- ShellQuote.h - Arguments as a shell reads them -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_SUPPORT_SHELLQUOTE_H
#define NASCENT_SUPPORT_SHELLQUOTE_H

#include "llvm/ADT/StringRef.h"
#include <string>

namespace nascent {

/// An argument of a command, in single quotes where it has characters that mean
/// something to a shell.
std::string quoteForShell(llvm::StringRef argument);

} // namespace nascent

#endif // NASCENT_SUPPORT_SHELLQUOTE_H
