//===- Spelling.cpp - What a misspelt word may have meant -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/Spelling.h"
#include <fmt/format.h>

using namespace llvm;

namespace nascent {

std::string didYouMean(StringRef word, ArrayRef<StringRef> known) {
  // A third of the letters may be wrong; of words of one or two letters none.
  unsigned best = word.size() / 3 + 1;
  StringRef nearest;
  for (StringRef candidate : known) {
    unsigned distance = word.edit_distance_insensitive(candidate);
    if (distance < best) {
      best = distance;
      nearest = candidate;
    }
  }
  // Else the first that goes on: "xavier", of "xavier_uniform".
  for (StringRef candidate : known)
    if (nearest.empty() && word.size() > 2 &&
        candidate.starts_with_insensitive(word))
      nearest = candidate;
  return nearest.empty() ? ""
                         : fmt::format(" (did you mean '{}'?)", nearest.str());
}

} // namespace nascent
