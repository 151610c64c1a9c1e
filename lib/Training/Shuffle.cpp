//===- Shuffle.cpp - The order of rows in an epoch ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Training/Shuffle.h"
#include <array>
#include <numeric>
#include <utility>

namespace nascent {

/// Philox4x32-10, of which two words are taken; Philox.h says more of it.
static uint64_t drawWord(uint64_t low, uint64_t high, uint64_t seed) {
  std::array<uint32_t, 4> c = {uint32_t(low), uint32_t(low >> 32),
                               uint32_t(high), uint32_t(high >> 32)};
  auto left = uint32_t(seed), right = uint32_t(seed >> 32);
  for (int round = 0; round < 10; ++round) {
    uint64_t first = uint64_t(0xD2511F53) * c[0];
    uint64_t second = uint64_t(0xCD9E8D57) * c[2];
    c = {uint32_t(second >> 32) ^ c[1] ^ left, uint32_t(second),
         uint32_t(first >> 32) ^ c[3] ^ right, uint32_t(first)};
    left += 0x9E3779B9;
    right += 0xBB67AE85;
  }
  return c[0] | uint64_t(c[1]) << 32;
}

std::vector<int64_t> shuffledRows(int64_t rows, uint64_t seed, uint64_t epoch) {
  std::vector<int64_t> order(rows);
  std::iota(order.begin(), order.end(), 0);
  for (int64_t i = rows - 1; i > 0; --i) {
    __extension__ using Wide = unsigned __int128;
    Wide product = Wide(drawWord(i, epoch, seed)) * uint64_t(i + 1);
    std::swap(order[i], order[static_cast<int64_t>(product >> 64)]);
  }
  return order;
}

uint64_t seedOfStep(uint64_t seed, uint64_t step) {
  return drawWord(step, ~uint64_t(0), seed);
}

} // namespace nascent
