//===- Quote.h - What files say, as messages show it ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_SUPPORT_QUOTE_H
#define NASCENT_SUPPORT_QUOTE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <string>

namespace nascent {

/// Bytes of a file in quotes: one short line, whatever they are.
std::string quote(llvm::StringRef bytes);

/// "'a', 'b'"; "none" without names.
std::string quoteAll(llvm::ArrayRef<std::string> names);

/// "1 element", "2 elements".
std::string counted(int64_t number, llvm::StringRef what);

/// A name that a file gives, in full, for messages, listings and comments: one
/// line of UTF-8 that can be seen. Bytes of characters that cannot, such as
/// line breaks and what turns the direction of text, and bytes that are no
/// UTF-8 become "\0A", which MLIR reads as the same byte. What is printable
/// already stays as it is.
std::string printable(llvm::StringRef name);

/// A name for JSON, which escapes what it must but holds nothing but UTF-8.
std::string unicode(llvm::StringRef name);

/// How many columns of a terminal a printable text takes.
size_t columnsOf(llvm::StringRef text);

} // namespace nascent

#endif // NASCENT_SUPPORT_QUOTE_H
