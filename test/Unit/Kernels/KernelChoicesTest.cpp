//===- KernelChoicesTest.cpp - Threads, blocks, rows and loops
//-------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "nascent/Dialect/NN/IR/NNAttributes.h"
#include "nascent/Kernels/KernelPlan.h"
#include <gtest/gtest.h>

using namespace mlir;
using namespace nascent::kernels;

namespace {

TEST(ChooseShare, DividesTheLargerOperandWhereBothHaveManyShares) {
  EXPECT_EQ(chooseShare({256, 512, 512}, 32, 14), Share::Panels);
  EXPECT_EQ(chooseShare({512, 512, 512}, 32, 14), Share::Panels);
  EXPECT_EQ(chooseShare({4096, 64, 512}, 32, 14), Share::RowTiles);
}

TEST(ChooseShare, TakesWhatThereAreMoreOfWhereOneHasFew) {
  EXPECT_EQ(chooseShare({64, 1024, 1024}, 32, 14), Share::Panels);
  EXPECT_EQ(chooseShare({1, 1024, 1024}, 128, 1), Share::Panels);
  EXPECT_EQ(chooseShare({1024, 1024, 10}, 16, 14), Share::RowTiles);
  EXPECT_EQ(chooseShare({60, 512, 65}, 32, 12), Share::RowTiles);
  EXPECT_EQ(chooseShare({60, 512, 300}, 32, 12), Share::Panels);
  // A single tile of a single panel is one part's, whichever it is.
  EXPECT_EQ(chooseShare({2, 20, 10}, 16, 14), Share::Panels);
}

TEST(ChooseShare, IsInThePlan) {
  const VectorTarget v512{16, 32, true};
  EXPECT_EQ(planContraction(v512, {64, 1024, 1024}, 32).share, Share::Panels);
  EXPECT_EQ(planContraction(v512, {1024, 1024, 10}, 16).share, Share::RowTiles);
}

TEST(ChooseSharedRows, AreManyCacheLinesTogether) {
  for (int64_t columns = 1; columns <= 1000; ++columns) {
    int64_t rows = chooseSharedRows(columns);
    EXPECT_GE(rows, 1);
    EXPECT_GE(rows * columns, 256);
    EXPECT_TRUE(rows == 1 || (rows - 1) * columns < 256) << columns;
  }
}

TEST(IsWorthThreads, WeighsWorkAgainstStepsToWaitFor) {
  // Three layers of 64 × 1024 × 1024, and the book's network.
  EXPECT_TRUE(isWorthThreads(3 * (int64_t(64) << 20), 3));
  EXPECT_FALSE(isWorthThreads(2 * (20 * 256 + 256 * 10), 2));
  // A thousand small layers cost a thousand barriers.
  EXPECT_FALSE(isWorthThreads(1000 * (int64_t(16) * 64 * 64), 1000));
  for (int64_t steps = 1; steps < 100; ++steps) {
    int64_t least = (int64_t(1) << 20) + steps * (int64_t(1) << 17);
    EXPECT_TRUE(isWorthThreads(least, steps));
    EXPECT_FALSE(isWorthThreads(least - 1, steps));
  }
  EXPECT_FALSE(isWorthThreads(0, 1));
}

//===----------------------------------------------------------------------===//
// chooseBlockRows
//===----------------------------------------------------------------------===//

TEST(ChooseBlockRows, KeepsHiddenValuesInTheCache) {
  const VectorTarget v512{16, 32, true};
  // 784 → 256: 64 rows take 266 KB.
  EXPECT_EQ(chooseBlockRows(v512, 256, 4 * (784 + 256), 0, 1 << 20), 64);
  EXPECT_EQ(chooseBlockRows(v512, 300, 4 * (784 + 256), 0, 1 << 20), 60);
  // Few rows, and few bytes a row, are all in the cache.
  EXPECT_EQ(chooseBlockRows(v512, 100, 4 * (784 + 256), 0, 1 << 20), 100);
  EXPECT_EQ(chooseBlockRows(v512, 1024, 4 * (8 + 8), 0, 1 << 20), 1024);
  // Weights would be read from memory for each block.
  EXPECT_EQ(chooseBlockRows(v512, 256, 4 * (784 + 256), 0, 1 << 24), 256);
}

TEST(ChooseBlockRows, TakesLargeImagesOneByOne) {
  const VectorTarget v512{16, 32, true};
  const int64_t large = 256 << 10, small = 64 << 10;
  EXPECT_EQ(chooseBlockRows(v512, 16, large, large, 1 << 20), 1);
  EXPECT_EQ(chooseBlockRows(v512, 16, large, large, 1 << 24), 4);
  EXPECT_EQ(chooseBlockRows(v512, 2, large, large, 1 << 24), 2);
  EXPECT_EQ(chooseBlockRows(v512, 16, small, small, 1 << 20), 16);
}

TEST(OpenBatchRows, EndInOne) {
  const VectorTarget v512{16, 32, true};
  const int64_t large = 256 << 10;
  EXPECT_EQ(openBatchRows(v512, 0, 1 << 20),
            llvm::ArrayRef<int64_t>({16, 4, 1}));
  EXPECT_EQ(openBatchRows(v512, large, 1 << 20), llvm::ArrayRef<int64_t>({1}));
  EXPECT_EQ(openBatchRows(v512, large, 1 << 24),
            llvm::ArrayRef<int64_t>({4, 1}));
}

//===----------------------------------------------------------------------===//
// Segments
//===----------------------------------------------------------------------===//

TEST(ChooseWalk, GoesByImagesAndWeights) {
  const int64_t large = 256 << 10, small = 64 << 10;
  EXPECT_EQ(chooseWalk(large, large, 1 << 30), Walk::Images);
  // Of a small image, many pixels share a weight.
  EXPECT_EQ(chooseWalk(small, small, 1 << 30), Walk::Any);
  // A weight outweighs sixteen rows, or does not.
  EXPECT_EQ(chooseWalk(4096, 0, 16 * 4097), Walk::Weights);
  EXPECT_EQ(chooseWalk(4096, 0, 16 * 4096), Walk::Any);
}

TEST(IsWorthSegment, NeedsLargeWeights) {
  const VectorTarget v512{16, 32, true};
  EXPECT_TRUE(isWorthSegment(v512, 2 << 20, 4096));
  // The cache keeps them.
  EXPECT_FALSE(isWorthSegment(v512, 1 << 20, 4096));
  // What would lie between segments is as large.
  EXPECT_FALSE(isWorthSegment(v512, 2 << 20, 128 << 10));
}

TEST(ChooseWeightRows, LeavesNoSmallRemainder) {
  EXPECT_EQ(chooseWeightRows(1), 1);
  EXPECT_EQ(chooseWeightRows(16), 16);
  EXPECT_EQ(chooseWeightRows(24), 24);
  EXPECT_EQ(chooseWeightRows(64), 16);
  EXPECT_EQ(chooseWeightRows(40), 20);
  for (int64_t rows = 25; rows <= 3000; ++rows) {
    int64_t block = chooseWeightRows(rows);
    EXPECT_GE(block, 12) << rows;
    EXPECT_LE(block, 24) << rows;
    EXPECT_TRUE(rows % block == 0 || rows % block >= 5) << rows;
  }
}

TEST(ChooseBlockRows, LeavesNoSmallRemainder) {
  const VectorTarget v512{16, 32, true};
  for (int64_t rows = 1; rows <= 3000; ++rows) {
    int64_t block = chooseBlockRows(v512, rows, 4096, 0, 1 << 20);
    ASSERT_GE(block, 1);
    ASSERT_LE(block, rows);
    if (block < rows) {
      EXPECT_GE(block, 48) << rows;
      EXPECT_LE(block, 96) << rows;
      EXPECT_TRUE(rows % block == 0 || rows % block >= 24) << rows;
    }
  }
}

TEST(Recurrences, Lanes) {
  VectorTarget wide, narrow;
  wide.lanes = 16;
  narrow.lanes = 8;
  // Half of them would be idle.
  EXPECT_EQ(chooseCellLanes(wide, 8), 8);
  EXPECT_EQ(chooseCellLanes(wide, 12), 8);
  EXPECT_EQ(chooseCellLanes(narrow, 4), 8);
  EXPECT_EQ(chooseCellLanes(wide, 24), 16);
  EXPECT_EQ(chooseCellLanes(narrow, 12), 8);
}

TEST(Recurrences, SumsInRegisters) {
  VectorTarget wide, narrow;
  wide.lanes = 16, wide.registers = 32;
  narrow.lanes = 8, narrow.registers = 16;
  EXPECT_TRUE(fitsRegisters(wide, 40, 160));
  EXPECT_TRUE(fitsRegisters(narrow, 20, 80));
  // Eleven vectors of sixteen registers.
  EXPECT_FALSE(fitsRegisters(narrow, 28, 84));
  // A weight of 48 KiB.
  EXPECT_FALSE(fitsRegisters(wide, 64, 192));
}

TEST(Recurrences, Cells) {
  VectorTarget wide;
  wide.lanes = 16, wide.registers = 32;
  auto plan = [&](int64_t units, int64_t vectors, bool strict) {
    CellPlan result = planCell(wide, units, vectors, strict);
    return std::pair(result.splits, result.terms);
  };
  EXPECT_EQ(plan(16, 4, false), std::pair(int64_t(4), int64_t(16)));
  // Five vectors in three parts; strict sums have one.
  EXPECT_EQ(plan(24, 5, false), std::pair(int64_t(3), int64_t(24)));
  EXPECT_EQ(plan(24, 5, true), std::pair(int64_t(1), int64_t(24)));
  // Too much for straight code.
  EXPECT_EQ(plan(40, 8, false), std::pair(int64_t(2), int64_t(2)));
  // Parts have the same number of terms, and more than one.
  EXPECT_EQ(plan(5, 2, false), std::pair(int64_t(1), int64_t(5)));
  EXPECT_EQ(plan(1, 1, false), std::pair(int64_t(1), int64_t(1)));
}

TEST(Recurrences, Joining) {
  VectorTarget wide;
  wide.lanes = 16;
  EXPECT_TRUE(isWorthJoining(wide, 16, 64, 16));
  // More multiply-adds than are kept back of.
  EXPECT_FALSE(isWorthJoining(wide, 16, 64, 17));
  // Vectors would reach across panels.
  EXPECT_FALSE(isWorthJoining(wide, 20, 80, 1));
  EXPECT_FALSE(isWorthJoining(wide, 24, 72, 1));
  EXPECT_FALSE(isWorthJoining(wide, 40, 120, 1));
}

TEST(Recurrences, ReturnPanels) {
  VectorTarget target;
  // Tiles of 16 KiB at most.
  EXPECT_EQ(chooseReturnPanels(target, {1, 64, 256}, 32, 4), 2);
  EXPECT_EQ(chooseReturnPanels(target, {1, 48, 192}, 32, 1), 1);
  EXPECT_EQ(chooseReturnPanels(target, {1, 96, 384}, 32, 4), 1);
  // No panel is as small.
  EXPECT_EQ(chooseReturnPanels(target, {1, 256, 1024}, 32, 4), 4);
}

TEST(IsWorthSharing, LeavesAFewAsTheyAre) {
  EXPECT_FALSE(isWorthSharing(0, false));
  EXPECT_FALSE(isWorthSharing(7, false));
  EXPECT_TRUE(isWorthSharing(8, false));
  EXPECT_FALSE(isWorthSharing(1, true));
  EXPECT_TRUE(isWorthSharing(2, true));
}

//===----------------------------------------------------------------------===//
// isWorthUnrolling
//===----------------------------------------------------------------------===//

TEST(IsWorthUnrolling, TakesShortSumsOfOneRow) {
  EXPECT_TRUE(isWorthUnrolling(1, 32));
  EXPECT_FALSE(isWorthUnrolling(1, 33));
  EXPECT_FALSE(isWorthUnrolling(4, 12));
}

//===----------------------------------------------------------------------===//
// chooseRowStride
//===----------------------------------------------------------------------===//

TEST(ChooseRowStride, IsLongerWhereRowsShareACacheSet) {
  EXPECT_EQ(chooseRowStride(64, 1024), 1040);
  EXPECT_EQ(chooseRowStride(64, 4096), 4112);
  EXPECT_EQ(chooseRowStride(64, 1000), 1000);
  EXPECT_EQ(chooseRowStride(64, 512), 512);
  EXPECT_EQ(chooseRowStride(4, 1024), 1024);
}

TEST(ChooseRowStride, GivesHiddenValuesWholeVectors) {
  const VectorTarget v512{16, 32, true}, scalar{1, 32, true};
  EXPECT_EQ(chooseHiddenStride(v512, 64, 100), 112);
  EXPECT_EQ(chooseHiddenStride(v512, 64, 256), 256);
  EXPECT_EQ(chooseHiddenStride(v512, 64, 1020), 1040);
  EXPECT_EQ(chooseHiddenStride(v512, 1, 5), 8);
  EXPECT_EQ(chooseHiddenStride(scalar, 1, 5), 5);
}

//===----------------------------------------------------------------------===//
// balanceRows
//===----------------------------------------------------------------------===//

TEST(BalanceRows, SplitsIntoAsFewNearlyEqualTilesAsPossible) {
  for (int64_t maximum = 1; maximum <= 20; ++maximum)
    for (int64_t rows = 1; rows <= 300; ++rows) {
      int64_t sum = 0, tiles = 0, smallest = rows, largest = 0;
      for (RowBlocks blocks : balanceRows(rows, maximum)) {
        EXPECT_GE(blocks.rows, 1);
        EXPECT_GE(blocks.count, 1);
        sum += blocks.rows * blocks.count;
        tiles += blocks.count;
        smallest = std::min(smallest, blocks.rows);
        largest = std::max(largest, blocks.rows);
      }
      EXPECT_EQ(sum, rows) << "at most " << maximum;
      EXPECT_EQ(tiles, (rows + maximum - 1) / maximum) << rows << " rows";
      EXPECT_LE(largest, maximum);
      EXPECT_LE(largest - smallest, 1);
    }
}

TEST(BalanceRows, HasAtMostTwoSizesLargestFirst) {
  auto blocks = balanceRows(7, 5);
  ASSERT_EQ(blocks.size(), 2u);
  EXPECT_EQ(blocks[0].rows, 4);
  EXPECT_EQ(blocks[0].count, 1);
  EXPECT_EQ(blocks[1].rows, 3);
  EXPECT_EQ(blocks[1].count, 1);
  EXPECT_EQ(balanceRows(12, 6).size(), 1u);
}

TEST(IsWorthLeavingOut, WherePaddingIsThatOfShortWindows) {
  EXPECT_TRUE(isWorthLeavingOut(2));
  EXPECT_TRUE(isWorthLeavingOut(16));
  EXPECT_FALSE(isWorthLeavingOut(17));
}

TEST(IsWorthSkipping, WherePaddingIsAGoodPartOfManyTerms) {
  // Windows of three on lines of 14, 28 and 56 pixels.
  EXPECT_TRUE(isWorthSkipping(42, 2, 256));
  EXPECT_TRUE(isWorthSkipping(84, 2, 32));
  EXPECT_FALSE(isWorthSkipping(168, 2, 256));
  EXPECT_FALSE(isWorthSkipping(42, 2, 31));
  EXPECT_FALSE(isWorthSkipping(42, 0, 256));
}

TEST(ChoosePixelStride, IsNoMultipleOf512Bytes) {
  EXPECT_EQ(choosePixelStride(64), 64);
  EXPECT_EQ(choosePixelStride(128), 144);
  EXPECT_EQ(choosePixelStride(192), 192);
  EXPECT_EQ(choosePixelStride(1024), 1040);
}

//===----------------------------------------------------------------------===//
// VectorTarget
//===----------------------------------------------------------------------===//

TEST(VectorTarget, IsReadFromTheModule) {
  MLIRContext context;
  context.loadDialect<nascent::nn::NNDialect>();
  OwningOpRef<ModuleOp> module =
      ModuleOp::create(UnknownLoc::get(&context), "m");
  VectorTarget baseline = VectorTarget::of(*module);
  EXPECT_EQ(baseline.lanes, 4);
  EXPECT_EQ(baseline.registers, 16);
  EXPECT_FALSE(baseline.fma);

  (*module)->setAttr(
      nascent::nn::NNDialect::kTargetAttrName,
      nascent::nn::TargetAttr::get(&context, "", "", "", 512, 32, true, false));
  VectorTarget target = VectorTarget::of(*module);
  EXPECT_EQ(target.lanes, 16);
  EXPECT_EQ(target.registers, 32);
  EXPECT_TRUE(target.fma);
}

} // namespace
