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

class PairwiseSum {
public:
  void add(llvm::ArrayRef<float> next) {
    std::vector<float> sum(next.begin(), next.end());
    size_t level = 0;
    // As a binary counter carries: two sums of as many become one.
    for (uint64_t carry = added++; carry & 1; carry >>= 1, ++level)
      for (size_t i = 0; i < sum.size(); ++i)
        sum[i] = sums[level][i] + sum[i];
    sums.resize(std::max(sums.size(), level + 1));
    sums[level] = std::move(sum);
  }

  /// The sum of all, of which there are a power of two.
  llvm::ArrayRef<float> get() const { return sums.back(); }

private:
  /// For each level, the sum of as many as it stands for.
  std::vector<std::vector<float>> sums;
  uint64_t added = 0;
};

} // namespace nascent

#endif // NASCENT_TRAINING_PAIRWISESUM_H
