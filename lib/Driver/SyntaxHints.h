//===- SyntaxHints.h - What MLIR's parser does not say ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_DRIVER_SYNTAXHINTS_H
#define NASCENT_LIB_DRIVER_SYNTAXHINTS_H

#include "llvm/ADT/StringRef.h"

namespace nascent {

/// What to write where MLIR's parser has an error of this text, for those who
/// do not know MLIR; empty where the text says enough.
llvm::StringRef hintOnSyntax(llvm::StringRef error);

} // namespace nascent

#endif // NASCENT_LIB_DRIVER_SYNTAXHINTS_H
