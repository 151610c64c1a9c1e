//===- Quote.cpp - Bytes of a file, as messages show them -----------------===//

#include "nascent/Support/Quote.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace nascent {

std::string quote(StringRef bytes) {
  constexpr size_t longest = 24;
  std::string text;
  raw_string_ostream os(text);
  os << '\'';
  printEscapedString(bytes.take_front(longest), os);
  os << (bytes.size() > longest ? "...'" : "'");
  return text;
}

std::string printable(StringRef name) {
  std::string text = name.str();
  for (char &c : text)
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7f)
      c = '?';
  return text;
}

} // namespace nascent
