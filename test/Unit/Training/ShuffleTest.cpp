//===- ShuffleTest.cpp - The order of rows in an epoch --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Training/Shuffle.h"
#include "gtest/gtest.h"
#include <algorithm>
#include <numeric>

using namespace nascent;

TEST(Shuffle, HasEachRowOnce) {
  for (int64_t rows : {0, 1, 2, 1000}) {
    std::vector<int64_t> order = shuffledRows(rows, 1, 2), all(rows);
    std::iota(all.begin(), all.end(), 0);
    std::sort(order.begin(), order.end());
    EXPECT_EQ(order, all);
  }
}

TEST(Shuffle, IsThatOfSeedAndEpoch) {
  EXPECT_EQ(shuffledRows(100, 1, 2), shuffledRows(100, 1, 2));
  EXPECT_NE(shuffledRows(100, 1, 2), shuffledRows(100, 1, 3));
  EXPECT_NE(shuffledRows(100, 1, 2), shuffledRows(100, 2, 2));
  EXPECT_NE(shuffledRows(100, 1, 2), shuffledRows(100, 1 + (1ull << 32), 2));
}

// From a program of the reference, test/Integration/Inputs/shuffled.py.
TEST(Shuffle, IsTheSameEverywhere) {
  EXPECT_EQ(shuffledRows(10, 0, 0),
            (std::vector<int64_t>{4, 2, 6, 9, 3, 7, 8, 0, 5, 1}));
  EXPECT_EQ(shuffledRows(10, 42, 3),
            (std::vector<int64_t>{7, 4, 6, 2, 8, 9, 3, 5, 0, 1}));
}

TEST(Shuffle, PutsEachRowAnywhere) {
  // Each of 5 rows is at each place about a fifth of the time.
  constexpr int epochs = 10000;
  int counts[5][5] = {};
  for (int epoch = 0; epoch < epochs; ++epoch) {
    std::vector<int64_t> order = shuffledRows(5, 7, epoch);
    for (int place = 0; place < 5; ++place)
      ++counts[order[place]][place];
  }
  for (auto &row : counts)
    for (int count : row)
      EXPECT_NEAR(count, epochs / 5, 200);
}
