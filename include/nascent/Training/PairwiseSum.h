//===- PairwiseSum.h - Sums in an order of their own ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Ranks share a power of two of arrays in equal parts. Where each one adds its
// own in pairs, and the sums in pairs, and ranks add what they have likewise,
// the sum of all has the same bits for any number of ranks.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_TRAINING_PAIRWISESUM_H
#define NASCENT_TRAINING_PAIRWISESUM_H

#include "llvm/ADT/ArrayRef.h"
#include <algorithm>
#include <cstdint>
#include <vector>

namespace nascent {

/// Adds up arrays of one size as they come: one that is there, two, four and so
/// on are kept once each.
class PairwiseSum {
public:
  /// Of `count` arrays, a power of two.
  explicit PairwiseSum(uint64_t count) : count(count) {}

  /// Adds what `next` has, which becomes the sum of some: the last one that of
  /// all.
  void add(llvm::MutableArrayRef<float> next) {
    size_t level = 0;
    // As a binary counter carries: two sums of as many become one.
    for (uint64_t carry = added++; carry & 1; carry >>= 1, ++level)
      for (size_t i = 0; i < next.size(); ++i)
        next[i] = sums[level][i] + next[i];
    if (added == count)
      return;
    sums.resize(std::max(sums.size(), level + 1));
    sums[level].assign(next.begin(), next.end());
  }

private:
  /// For each level, the sum of as many as it stands for.
  std::vector<std::vector<float>> sums;
  uint64_t count, added = 0;
};

} // namespace nascent

#endif // NASCENT_TRAINING_PAIRWISESUM_H
