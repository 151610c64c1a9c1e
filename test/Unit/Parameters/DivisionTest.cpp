//===- DivisionTest.cpp - Products that divide ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../../../lib/Parameters/Division.h"
#include <gtest/gtest.h>
#include <random>

using nascent::parameters::Division;

namespace {

uint64_t divide(uint64_t x, const Division &division) {
  return x * uint64_t(division.factor) >> division.shift;
}

TEST(Division, IsExactBelow31Bits) {
  constexpr int64_t kLimit = int64_t(1) << 31;
  std::vector<int64_t> divisors = {kLimit - 1, kLimit - 2};
  for (int64_t divisor = 1; divisor < 1000; ++divisor)
    divisors.push_back(divisor);
  for (int bit = 10; bit < 31; ++bit)
    for (int64_t near : {-1, 0, 1})
      divisors.push_back((int64_t(1) << bit) + near);
  std::mt19937 random(7);
  for (int64_t divisor : divisors) {
    Division division = Division::by(divisor);
    std::vector<int64_t> dividends = {0, 1, kLimit - 1, kLimit - 2};
    for (int i = 0; i < 1000; ++i) {
      int64_t x = random() % kLimit;
      // Quotients change next to multiples.
      int64_t multiple = x / divisor * divisor;
      dividends.insert(dividends.end(), {x, multiple});
      if (multiple > 0)
        dividends.push_back(multiple - 1);
    }
    for (int64_t x : dividends)
      ASSERT_EQ(divide(x, division), uint64_t(x / divisor))
          << x << " / " << divisor;
  }
}

TEST(Division, ByOneIsExactForAll) {
  Division division = Division::by(1);
  for (uint64_t x : {uint64_t(0), uint64_t(1) << 40, ~uint64_t(0)})
    EXPECT_EQ(divide(x, division), x);
}

} // namespace
