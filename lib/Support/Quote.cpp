//===- Quote.cpp - What files say, as messages show it --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/Quote.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Unicode.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace nascent {

std::string quote(StringRef bytes) {
  constexpr size_t longest = 24;
  return "'" + printable(bytes.take_front(longest)) +
         (bytes.size() > longest ? "...'" : "'");
}

std::string quoteAll(ArrayRef<std::string> names) {
  return names.empty() ? "none" : "'" + join(names, "', '") + "'";
}

std::string counted(int64_t number, StringRef what) {
  return std::to_string(number) + " " + what.str() + (number == 1 ? "" : "s");
}

std::string printable(StringRef name) {
  // Nearly all names are.
  if (all_of(name, isPrint))
    return name.str();
  std::string text;
  raw_string_ostream os(text);
  while (!name.empty()) {
    const UTF8 *next = name.bytes_begin();
    UTF32 character = 0;
    bool isPrintable = convertUTF8Sequence(&next, name.bytes_end(), &character,
                                           strictConversion) == conversionOK &&
                       sys::unicode::isPrintable(character);
    size_t size = std::max<size_t>(next - name.bytes_begin(), 1);
    if (isPrintable)
      os << name.take_front(size);
    else
      for (unsigned char byte : name.take_front(size))
        os << '\\' << hexdigit(byte >> 4) << hexdigit(byte & 15);
    name = name.drop_front(size);
  }
  return text;
}

std::string unicode(StringRef name) {
  return json::isUTF8(name) ? name.str() : printable(name);
}

size_t columnsOf(StringRef text) {
  return std::max(sys::unicode::columnWidthUTF8(text), 0);
}

} // namespace nascent
