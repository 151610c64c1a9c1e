//===- NestingTest.cpp - Tests of Nesting.h -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/Nesting.h"
#include "gtest/gtest.h"

using namespace nascent;

namespace {

constexpr size_t npos = llvm::StringRef::npos;

TEST(Nesting, CountsBracketsOfAllKinds) {
  EXPECT_EQ(findDeepNesting("a([{<>}])", 4), npos);
  EXPECT_EQ(findDeepNesting("a([{<>}])", 3), 4u);
  EXPECT_EQ(findDeepNesting("[", 0), 0u);
  EXPECT_EQ(findDeepNesting("", 0), npos);
}

TEST(Nesting, CountsOperatorsThatFollowEachOther) {
  EXPECT_EQ(findDeepNesting("- - -d0", 3), npos);
  EXPECT_EQ(findDeepNesting("- - -d0", 2), 4u);
  EXPECT_EQ(findDeepNesting("d0 + (1) + (2 - 3)", 2), npos);
  EXPECT_EQ(findDeepNesting("d0 + (1) + (2) - d1", 2), 15u);
  EXPECT_EQ(findDeepNesting("a = -1 - b : -2 - c", 2), npos);
  EXPECT_EQ(findDeepNesting("[-1, -2, -3] -> -1", 2), npos);
  EXPECT_EQ(findDeepNesting("\"- - -\" // - - -", 2), npos);
}

TEST(Nesting, ForgetsWhatIsClosed) {
  EXPECT_EQ(findDeepNesting("[] [] [[]] []", 2), npos);
  EXPECT_EQ(findDeepNesting("[[]] [[[", 2), 7u);
}

TEST(Nesting, SkipsStringsAndComments) {
  EXPECT_EQ(findDeepNesting("\"[[[\" [", 1), npos);
  EXPECT_EQ(findDeepNesting("\"\\\"[[[\" [", 1), npos);
  EXPECT_EQ(findDeepNesting("// [[[ \" \n[", 1), npos);
  EXPECT_EQ(findDeepNesting("// [[[", 0), npos);
  EXPECT_EQ(findDeepNesting("\"[[[", 0), npos);
  EXPECT_EQ(findDeepNesting("\"[\\", 0), npos);
}

// A string that its line ends is an error of its own, and hides no bracket.
TEST(Nesting, EndsStringsWithTheirLine) {
  EXPECT_EQ(findDeepNesting("\"\n[[", 1), 3u);
}

TEST(Nesting, TellsBracketsFromArrowsAndComparisons) {
  EXPECT_EQ(findDeepNesting("<() -> <", 1), 1u);
  EXPECT_EQ(findDeepNesting("<() -> <", 2), npos);
  EXPECT_EQ(findDeepNesting("< -> > <", 1), npos);
  EXPECT_EQ(findDeepNesting("<(d >= 0)> <", 2), npos);
  EXPECT_EQ(findDeepNesting("[>[>[", 2), 4u);
}

} // namespace
