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

llvm::StringRef leadingCWord(llvm::StringRef text) {
  return text.take_while([](char c) { return llvm::isAlnum(c) || c == '_'; });
}

bool isCWord(llvm::StringRef text) {
  return !text.empty() && leadingCWord(text) == text;
}

bool isReservedWord(llvm::StringRef name) {
  static constexpr llvm::StringLiteral words =
      " alignas alignof and and_eq asm auto bitand bitor bool break case catch "
      "char char8_t char16_t char32_t class compl concept const consteval "
      "constexpr constinit const_cast continue co_await co_return co_yield "
      "decltype default delete detail do double dynamic_cast else enum "
      "explicit export extern false float for friend goto i386 if inline int "
      "linux long mutable namespace new noexcept not not_eq nullptr NULL "
      "offsetof operator "
      "or or_eq private protected public register reinterpret_cast requires "
      "restrict return short signed sizeof static static_assert static_cast "
      "std struct switch template this thread_local throw true try typedef "
      "typeid typename typeof typeof_unqual union unix unsigned using virtual "
      "void volatile wchar_t while xor xor_eq ";
  // Macros of <stdint.h>, such as INT32_MAX, and the headers' own.
  return words.contains((" " + name + " ").str()) || name.ends_with("_MAX") ||
         name.ends_with("_MIN") || name.starts_with("NASCENT_");
}

bool isPythonWord(llvm::StringRef name) {
  static constexpr llvm::StringLiteral words =
      " False None True and as assert async await break class continue def del "
      "elif else except finally for from global if import in is lambda "
      "nonlocal not or pass raise return try while with yield ";
  return words.contains((" " + name + " ").str());
}

bool isGivenByMlir(llvm::StringRef name) {
  name.consume_front("arg");
  return !name.empty() && llvm::all_of(name, llvm::isDigit);
}

std::string forwardName(llvm::StringRef network, llvm::StringRef entry) {
  std::string name = mangle(network) + "_forward";
  return entry.empty() ? name : name + "_" + entry.str();
}

} // namespace nascent
