//===- CName.cpp - Names in C ---------------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/CName.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace nascent {

std::string mangle(llvm::StringRef name) {
  std::string mangled;
  if (name.empty() || llvm::isDigit(name.front()))
    mangled = "_";
  for (char c : name)
    mangled += llvm::isAlnum(c) ? c : '_';
  return mangled;
}

std::string mangleUpper(llvm::StringRef name) {
  return llvm::StringRef(mangle(name)).upper();
}

bool isCWord(llvm::StringRef text) {
  return !text.empty() && llvm::all_of(text, [](char c) {
    return llvm::isAlnum(c) || c == '_';
  });
}

std::string forwardName(llvm::StringRef network, llvm::StringRef entry) {
  std::string name = mangle(network) + "_forward";
  return entry.empty() ? name : name + "_" + entry.str();
}

} // namespace nascent
