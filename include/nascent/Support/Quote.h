//===- Quote.h - Bytes of a file, as messages show them ---------*- C++ -*-===//

#ifndef NASCENT_SUPPORT_QUOTE_H
#define NASCENT_SUPPORT_QUOTE_H

#include "llvm/ADT/StringRef.h"
#include <string>

namespace nascent {

/// Bytes of a file in quotes: one short line, whatever they are.
std::string quote(llvm::StringRef bytes);

/// A name that a file gives, in full; control characters become '?', lest it
/// command the terminal.
std::string printable(llvm::StringRef name);

} // namespace nascent

#endif // NASCENT_SUPPORT_QUOTE_H
