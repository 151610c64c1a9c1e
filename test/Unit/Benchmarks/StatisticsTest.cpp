//===- StatisticsTest.cpp - Which samples count, and what they say --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Statistics.h"
#include <gtest/gtest.h>

using namespace nascent::bench;

TEST(Statistics, MedianOfOddAndEvenCounts) {
  EXPECT_EQ(median({3}), 3);
  EXPECT_EQ(median({5, 1, 3}), 3);
  EXPECT_EQ(median({4, 1, 3, 2}), 2.5);
  EXPECT_EQ(median({7, 7, 1, 7}), 7);
}

// What the machine disturbed, it slowed down: such samples must not count.
TEST(Statistics, OnlyUndisturbedSamplesCount) {
  std::vector<Sample> samples = {{10, 100}, {12, 97}, {50, 40}, {60, 95.9}};
  EXPECT_EQ(countKept(samples, 0.96, 100), 2);
  EXPECT_EQ(medianKept(samples, 0.96, 100), 11);
}

TEST(Statistics, ThresholdIsStrictWhereEnoughCount) {
  std::vector<std::vector<Sample>> all = {{{1, 100}, {1, 96}}, {{1, 99}}};
  EXPECT_DOUBLE_EQ(commonThreshold(all, 1, 100), 0.96);
}

// One disturbed contestant lowers the threshold of all, who are compared.
TEST(Statistics, ThresholdGoesDownForAllAlike) {
  std::vector<std::vector<Sample>> all = {{{1, 100}, {1, 100}},
                                          {{1, 100}, {1, 89}}};
  EXPECT_DOUBLE_EQ(commonThreshold(all, 1, 100), 0.96);
  EXPECT_DOUBLE_EQ(commonThreshold(all, 2, 100), 0.88);
}

TEST(Statistics, EverySampleCountsWhereThereAreTooFew) {
  EXPECT_EQ(commonThreshold({{{1, 100}}}, 2, 100), 0);
  EXPECT_EQ(commonThreshold({{{1, 0.5}}}, 1, 100), 0);
}
