//===- CompareFloats.cpp - Whether numbers are near enough ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/CompareFloats.h"
#include <algorithm>
#include <cmath>

namespace nascent {

/// Whether the first is worse than the second.
static bool isWorse(const Difference &a, const Difference &b) {
  if (std::isnan(a.difference) || std::isnan(b.difference))
    return std::isnan(a.difference) && !std::isnan(b.difference);
  return a.difference > b.difference;
}

Comparison compareFloats(llvm::ArrayRef<float> actual,
                         llvm::ArrayRef<float> expected,
                         const Tolerance &tolerance, size_t most) {
  Comparison result;
  for (size_t i = 0, e = actual.size(); i != e; ++i) {
    double a = actual[i], b = expected[i];
    if (a == b || (std::isnan(a) && std::isnan(b)))
      continue;
    double difference = std::abs(a - b);
    if (std::isfinite(difference))
      result.largest = std::max(result.largest, difference);
    bool isNear =
        difference <= tolerance.absolute + tolerance.relative * std::abs(b) &&
        std::isfinite(difference);
    if (isNear)
      continue;
    ++result.wrong;
    // Equals stay in the order of their indices.
    Difference found{static_cast<int64_t>(i), expected[i], actual[i],
                     difference};
    auto place = std::upper_bound(result.worst.begin(), result.worst.end(),
                                  found, isWorse);
    if (place == result.worst.end() && result.worst.size() == most)
      continue;
    result.worst.insert(place, found);
    if (result.worst.size() > most)
      result.worst.pop_back();
  }
  return result;
}

} // namespace nascent
