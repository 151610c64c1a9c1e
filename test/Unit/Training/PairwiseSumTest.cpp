//===- PairwiseSumTest.cpp - Sums in an order of their own ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Training/PairwiseSum.h"
#include "gtest/gtest.h"

using namespace nascent;

static float sumOf(llvm::ArrayRef<float> numbers) {
  PairwiseSum sum(numbers.size());
  float last = 0;
  for (float number : numbers) {
    last = number;
    sum.add(last);
  }
  return last;
}

TEST(PairwiseSum, AddsInPairs) {
  EXPECT_EQ(sumOf({3}), 3);
  // One after the other they would come to 1.
  const float numbers[] = {1e8f, 1, -1e8f, 1, 5, 6, 7, 8};
  EXPECT_EQ(sumOf(llvm::ArrayRef(numbers).take_front(4)), 0);
  EXPECT_EQ(sumOf(numbers), 26);
}

TEST(PairwiseSum, IsTheSameInParts) {
  std::vector<float> numbers;
  for (int i = 0; i < 16; ++i)
    numbers.push_back(1.0f / float(3 + i * i));
  for (size_t parts : {2, 4, 8, 16}) {
    std::vector<float> sums;
    for (size_t part = 0; part < parts; ++part)
      sums.push_back(
          sumOf(llvm::ArrayRef(numbers).slice(part * 16 / parts, 16 / parts)));
    EXPECT_EQ(sumOf(sums), sumOf(numbers));
  }
}
