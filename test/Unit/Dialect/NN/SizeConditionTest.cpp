//===- SizeConditionTest.cpp - What sizes must fulfil ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Dialect/NN/IR/SizeCondition.h"
#include "gtest/gtest.h"
#include <limits>

using namespace nascent::nn;

namespace {

const SizeExpr s = SizeExpr::name("s", 0), t = SizeExpr::name("t", 1);

std::string equal(const SizeExpr &a, const SizeExpr &b) {
  return SizeCondition::equal(a, b).format();
}
std::string atLeast(const SizeExpr &a, const SizeExpr &b) {
  return SizeCondition::atLeast(a, b).format();
}
std::optional<bool> isEqual(const SizeExpr &a, const SizeExpr &b) {
  return SizeCondition::equal(a, b).decide();
}
std::optional<bool> isAtLeast(const SizeExpr &a, const SizeExpr &b) {
  return SizeCondition::atLeast(a, b).decide();
}

TEST(SizeCondition, Format) {
  EXPECT_EQ(equal(s, t * 2), "s = 2·t");
  EXPECT_EQ(equal(t * 2, s), "s = 2·t");
  EXPECT_EQ(equal(s * 4 + 6, t * 2), "2·s = t - 3");
  EXPECT_EQ(equal(s.floorDiv(2), 14), "⌊s/2⌋ = 14");
  EXPECT_EQ(equal(14, s * t), "s·t = 14");
  EXPECT_EQ(atLeast(s, 8), "s ≥ 8");
  EXPECT_EQ(atLeast(8, s), "s ≤ 8");
  EXPECT_EQ(atLeast(s, t + 1), "s ≥ t + 1");
  EXPECT_EQ(SizeCondition::atLeast(s, 8).format(SizeStyle::MLIR), "s >= 8");
  EXPECT_EQ(SizeCondition::atLeast(8, s).format(SizeStyle::MLIR), "s <= 8");
  EXPECT_EQ(SizeCondition::atLeast(s, 8).format(SizeStyle::C), "s >= 8");
  EXPECT_EQ(SizeCondition::equal(s, t * 2).format(SizeStyle::MLIR),
            "s == 2 * t");
}

TEST(SizeCondition, AtLeastIsSolvedForOneSize) {
  EXPECT_EQ(atLeast(s * 3, 10), "s ≥ 4");
  EXPECT_EQ(atLeast(10, s * 3), "s ≤ 3");
  EXPECT_EQ(atLeast(s.floorDiv(4) - 2, 1), "s ≥ 12");
  EXPECT_EQ(atLeast(((s + 1).floorDiv(4) * 2 + t).floorDiv(3), 1),
            "t + 2·⌊(s + 1)/4⌋ ≥ 3");
  EXPECT_EQ(atLeast(3, s.floorDiv(4)), "s ≤ 15");
  EXPECT_EQ(atLeast(s.floorDiv(4) * 2, 5), "s ≥ 12");
}

TEST(SizeCondition, Decide) {
  EXPECT_EQ(isEqual(4, 4), true);
  EXPECT_EQ(isEqual(4, 5), false);
  EXPECT_EQ(isEqual(s, s), true);
  EXPECT_EQ(isEqual(s, t), std::nullopt);
  EXPECT_EQ(isEqual(s, s + 1), false);
  EXPECT_EQ(isEqual(s * 4, s), false);
  EXPECT_EQ(isEqual(s + t, 1), false);
  EXPECT_EQ(isEqual(s * 2, 7), false);
  EXPECT_EQ(isEqual(s * 2, 8), std::nullopt);
  EXPECT_EQ(isEqual(SizeExpr(), 8), std::nullopt);
  EXPECT_EQ(isAtLeast(s, 1), true);
  EXPECT_EQ(isAtLeast(s + t, 2), true);
  EXPECT_EQ(isAtLeast(s, 2), std::nullopt);
  EXPECT_EQ(isAtLeast(s, s - 1), true);
  EXPECT_EQ(isAtLeast(0, s), false);
  EXPECT_EQ(isAtLeast(3, 4), false);
}

TEST(SizeCondition, Implies) {
  auto atLeast = SizeCondition::atLeast;
  EXPECT_TRUE(atLeast(s, 12).implies(atLeast(s, 8)));
  EXPECT_FALSE(atLeast(s, 8).implies(atLeast(s, 12)));
  EXPECT_FALSE(atLeast(s, 8).implies(atLeast(t, 8)));
  EXPECT_TRUE(SizeCondition::equal(s, t).implies(SizeCondition::equal(t, s)));
  EXPECT_FALSE(SizeCondition::equal(s, 8).implies(atLeast(s, 8)));
}

TEST(SizeCondition, OfNumbersThatAreTooLarge) {
  int64_t large = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(isAtLeast(s * large, -(s * large)), std::nullopt);
  EXPECT_EQ(atLeast(s * large, -(s * large)),
            "a condition with numbers of 2^63 or more");
  EXPECT_EQ(atLeast(s.floorDiv(large) - 2, 1), "⌊s/9223372036854775807⌋ ≥ 3");
}

} // namespace
