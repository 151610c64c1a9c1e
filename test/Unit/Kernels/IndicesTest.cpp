//===- IndicesTest.cpp - Steps and ranges of indices ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Kernels/Indices.h"
#include "mlir/IR/MLIRContext.h"
#include <gtest/gtest.h>
#include <limits>

using namespace mlir;
using namespace nascent::kernels;
using testing::Test;

namespace {

class Indices : public Test {
protected:
  MLIRContext context;
  AffineExpr row = getAffineDimExpr(0, &context);
  AffineExpr column = getAffineDimExpr(1, &context);

  /// Of the column, in vectors of 8.
  std::optional<int64_t> step(AffineExpr index) {
    return laneStep(index, 1, 8);
  }

  /// In 10 rows of 20 columns, least and greatest; none as 0 and -1.
  std::pair<int64_t, int64_t> range(AffineExpr index) {
    std::optional<IndexRange> found = rangeOf(index, {10, 20});
    return found ? std::pair(found->least, found->greatest)
                 : std::pair<int64_t, int64_t>(0, -1);
  }
};

using Ends = std::pair<int64_t, int64_t>;
constexpr Ends kNone = {0, -1};

TEST_F(Indices, SumsAreLinear) {
  std::optional<LinearIndex> index = linearize(row * 2 + column + 3, 2);
  ASSERT_TRUE(index);
  EXPECT_EQ(index->coefficients, (SmallVector<int64_t>{2, 1}));
  EXPECT_EQ(index->constant, 3);
  EXPECT_FALSE(linearize(row.floorDiv(2), 2));
  EXPECT_FALSE(linearize(row - 1, 2));
}

TEST_F(Indices, StepsOfSums) {
  EXPECT_EQ(step(row * 3 + 5), 0);
  EXPECT_EQ(step(column), 1);
  EXPECT_EQ(step(row + column * 3 - 1), 3);
  EXPECT_EQ(step(getAffineConstantExpr(2, &context) - column), -1);
}

TEST_F(Indices, VectorsLieWithinMultiplesOfTheirLength) {
  EXPECT_EQ(step(column.floorDiv(16)), 0);
  EXPECT_EQ(step(column % 8), 1);
  EXPECT_EQ(step(column % 16 + row.floorDiv(3)), 1);
  EXPECT_EQ(step(row.floorDiv(3)), 0);
  EXPECT_EQ(step(column.floorDiv(2)), std::nullopt);
  EXPECT_EQ(step(column % 12), std::nullopt);
  EXPECT_EQ(step((column + 1).floorDiv(16)), std::nullopt);
  EXPECT_EQ(step(column.ceilDiv(16)), std::nullopt);
}

TEST_F(Indices, Ranges) {
  EXPECT_EQ(range(row * 3 + column + 1), Ends(1, 47));
  EXPECT_EQ(range(row - column), Ends(-19, 9));
  EXPECT_EQ(range(column.floorDiv(3)), Ends(0, 6));
  EXPECT_EQ(range(column % 7), Ends(0, 6));
  EXPECT_EQ(range(row % 16), Ends(0, 9));
}

TEST_F(Indices, RangesThatAreNotKnown) {
  EXPECT_EQ(range((row - 1).floorDiv(2)), kNone);
  EXPECT_EQ(range((row - 1) % 2), kNone);
  EXPECT_EQ(range(row.ceilDiv(2)), kNone);
  int64_t most = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(range(row * most), kNone);
  EXPECT_EQ(range(row + most), kNone);
  EXPECT_EQ(range(row * column), kNone);
}

} // namespace
