//===- ShellQuote.cpp - Arguments as a shell reads them -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/ShellQuote.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace nascent {

std::string quoteForShell(llvm::StringRef argument) {
  bool isPlain = llvm::all_of(argument, [](char c) {
    return llvm::isAlnum(c) || llvm::StringRef("_@%+=:,./-").contains(c);
  });
  if (isPlain && !argument.empty())
    return argument.str();
  std::string text = "'";
  for (char c : argument)
    text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

} // namespace nascent
