//===- CompareFloatsTest.cpp - Whether numbers are near enough ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/CompareFloats.h"
#include "gtest/gtest.h"
#include <cmath>

using namespace nascent;

static constexpr Tolerance kTenth = {/*relative=*/0.1, /*absolute=*/0.5};

/// The indices of the worst elements.
static std::vector<int64_t> worst(std::vector<float> actual,
                                  std::vector<float> expected,
                                  size_t most = 10) {
  std::vector<int64_t> indices;
  for (const Difference &each :
       compareFloats(actual, expected, kTenth, most).worst)
    indices.push_back(each.index);
  return indices;
}

TEST(CompareFloats, AddsTolerances) {
  // 0.5 + 0.1 * 10.
  EXPECT_TRUE(worst({11.5f, 8.5f}, {10, 10}).empty());
  EXPECT_EQ(worst({11.51f, 8.5f}, {10, 10}), std::vector<int64_t>{0});
  // Of what is expected, not of what is there.
  EXPECT_EQ(worst({10}, {8.6f}), std::vector<int64_t>{0});
}

TEST(CompareFloats, KeepsTheWorst) {
  std::vector<float> zeros(6);
  EXPECT_EQ(worst({1, 3, -5, 3, 0, 2}, zeros, 3),
            (std::vector<int64_t>{2, 1, 3}));
  Comparison all = compareFloats({1, 3, -5, 3, 0, 2}, zeros, kTenth, 2);
  EXPECT_EQ(all.wrong, 5);
  EXPECT_EQ(all.worst.size(), 2u);
  EXPECT_EQ(all.worst[0].actual, -5);
  EXPECT_EQ(all.worst[0].expected, 0);
  EXPECT_EQ(all.worst[0].difference, 5);
  EXPECT_EQ(all.largest, 5);
}

TEST(CompareFloats, TakesSpecialValuesForThemselves) {
  EXPECT_TRUE(
      worst({NAN, INFINITY, -INFINITY}, {NAN, INFINITY, -INFINITY}).empty());
  // What is not a number is worse than what is infinite.
  EXPECT_EQ(worst({INFINITY, 1, NAN, 9}, {-INFINITY, INFINITY, 0, 0}),
            (std::vector<int64_t>{2, 0, 1, 3}));
}

TEST(CompareFloats, IsStrictWithoutTolerance) {
  float next = std::nextafter(1.0f, 2.0f);
  EXPECT_EQ(compareFloats({1, next}, {1, 1}, {0, 0}, 5).wrong, 1);
}
