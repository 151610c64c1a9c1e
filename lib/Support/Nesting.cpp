//===- Nesting.cpp - How deep the brackets of a file are ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// MLIR's parser calls itself for what is between brackets, whatever they are:
// attributes, types, locations, regions; and for operators, as in - - d0. Some
// ten thousand of them are more than a stack holds, so they are counted before.
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/Nesting.h"
#include "llvm/ADT/SmallVector.h"

using namespace llvm;

namespace nascent {

/// The end of the string that starts at `start`; it ends with its line at last.
static size_t skipString(StringRef text, size_t start) {
  size_t place = start + 1;
  while (place < text.size() && text[place] != '"' && text[place] != '\n')
    place += text[place] == '\\' ? 2 : 1;
  return place;
}

size_t findDeepNesting(StringRef text, size_t limit) {
  constexpr StringLiteral opening = "([{<", closing = ")]}>";
  // A bracket that is not the last open one's closes nothing: it is an error,
  // or a comparison.
  SmallVector<std::pair<char, size_t>> expected;
  // Since the last comma or the like that is not between brackets of its own.
  size_t operators = 0;
  for (size_t place = 0; place < text.size(); ++place) {
    StringRef rest = text.drop_front(place);
    if (rest.front() == '"') {
      place = skipString(text, place);
    } else if (rest.starts_with("//")) {
      place = std::min(text.find('\n', place), text.size());
    } else if (rest.starts_with("->")) {
      ++place;
    } else if (size_t kind = opening.find(rest.front());
               kind != StringRef::npos) {
      if (expected.size() == limit)
        return place;
      expected.emplace_back(closing[kind], operators);
      operators = 0;
    } else if (!expected.empty() && rest.front() == expected.back().first) {
      operators = expected.pop_back_val().second;
    } else if (StringRef(",:=").contains(rest.front())) {
      operators = 0;
    } else if (StringRef("+-*").contains(rest.front()) && ++operators > limit) {
      return place;
    }
  }
  return StringRef::npos;
}

} // namespace nascent
