//===- KernelPlanTest.cpp - Tiles that fit, rows that add up --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Kernels/KernelPlan.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "nascent/Dialect/NN/IR/NNAttributes.h"
#include <gtest/gtest.h>

using namespace mlir;
using namespace nascent::kernels;

namespace {

/// Machines of each kind: 512, 256 and 128 bits, and one without vectors.
const VectorTarget kTargets[] = {{16, 32, true}, {8, 16, true},  {4, 32, true},
                                 {4, 16, true},  {4, 16, false}, {4, 8, false},
                                 {1, 32, true},  {1, 8, false}};

//===----------------------------------------------------------------------===//
// choosePanelWidth
//===----------------------------------------------------------------------===//

TEST(ChoosePanelWidth, IsWholeVectorsAndAValidLayout) {
  for (const VectorTarget &target : kTargets)
    for (int64_t units = 1; units < 300; ++units) {
      int64_t width = choosePanelWidth(target, units);
      EXPECT_GE(width, 1);
      EXPECT_LE(width, 1024);
      if (units < target.lanes)
        EXPECT_TRUE(llvm::isPowerOf2_64(width)) << width;
      else
        EXPECT_EQ(width % target.lanes, 0);
      // Not much wider than the layer.
      EXPECT_GE(width < target.lanes ? width : target.lanes,
                std::min(units, target.lanes));
      EXPECT_LT(width, units + std::min(units, target.lanes));
    }
}

TEST(ChoosePanelWidth, DependsOnTheTargetAsDocumented) {
  VectorTarget v512{16, 32, true}, v256{8, 16, true}, neon{4, 32, true};
  EXPECT_EQ(choosePanelWidth(v512, 4096), 32);
  EXPECT_EQ(choosePanelWidth(v256, 4096), 16);
  EXPECT_EQ(choosePanelWidth(neon, 4096), 16);
  EXPECT_EQ(choosePanelWidth(v512, 10), 16);
  EXPECT_EQ(choosePanelWidth(v512, 5), 8);
  EXPECT_EQ(choosePanelWidth(v512, 1), 1);
}

//===----------------------------------------------------------------------===//
// maxTileRows
//===----------------------------------------------------------------------===//

/// The registers a tile takes: its accumulators, a row of the panel, the
/// broadcast input and, without fused multiply-add, the product. With one row
/// of inputs, each vector of the panel is used once and one register holds them
/// all, one after another.
int64_t registersOf(const VectorTarget &target, int64_t width, int64_t rows) {
  int64_t vectors = (width + target.lanes - 1) / target.lanes;
  int64_t panel = rows == 1 ? 1 : vectors;
  return rows * vectors + panel + 1 + (target.fma ? 0 : 1);
}

TEST(MaxTileRows, TilesFitInTheRegisters) {
  for (const VectorTarget &target : kTargets)
    for (int64_t vectors = 1; vectors <= 8; ++vectors) {
      int64_t width = vectors * target.lanes;
      int64_t rows = maxTileRows(target, width);
      ASSERT_GE(rows, 1);
      // One row is always possible, at the cost of spills.
      if (rows > 1) {
        EXPECT_LE(registersOf(target, width, rows), target.registers)
            << vectors << " vectors of " << target.lanes << " lanes";
      }
    }
}

TEST(MaxTileRows, TilesUseTheRegisters) {
  // Another row would not leave a register to spare.
  for (const VectorTarget &target : kTargets)
    for (int64_t vectors = 1; vectors <= 8; ++vectors) {
      int64_t width = vectors * target.lanes;
      int64_t rows = maxTileRows(target, width);
      EXPECT_GE(registersOf(target, width, rows + 1), target.registers);
    }
}

TEST(MaxTileRows, ChosenWidthsGiveTilesThatFit) {
  for (const VectorTarget &target : kTargets)
    for (int64_t rows : {1, 2, 3, 4, 5, 64})
      for (int64_t depth : {784, 1 << 20}) {
        int64_t width = choosePanelWidth(target, 4096);
        int64_t most = maxTileRows(target, width);
        int64_t panels =
            chooseTilePanels(target, {rows, depth, 4096}, width, most);
        int64_t tile = balanceRows(rows, most).front().rows;
        if (target.registers >= 16) {
          EXPECT_LE(registersOf(target, width * panels, tile), target.registers)
              << target.lanes << " lanes, " << rows << " rows";
        }
      }
}

TEST(MaxTileRows, MatchesTheKnownTiles) {
  EXPECT_EQ(maxTileRows({16, 32, true}, 32), 14);
  EXPECT_EQ(maxTileRows({8, 16, true}, 16), 6);
  EXPECT_EQ(maxTileRows({4, 32, true}, 16), 6);
  // A width that is not whole vectors takes the registers of the next.
  EXPECT_EQ(maxTileRows({8, 16, true}, 9), maxTileRows({8, 16, true}, 16));
}

//===----------------------------------------------------------------------===//
// chooseTilePanels
//===----------------------------------------------------------------------===//

TEST(ChooseTilePanels, HasAccumulatorsEnoughForFewRows) {
  for (const VectorTarget &target : kTargets)
    for (int64_t rows : {1, 2}) {
      if (target.registers < 16)
        continue;
      int64_t width = choosePanelWidth(target, 4096);
      int64_t panels = chooseTilePanels(target, {rows, 100, 4096}, width,
                                        maxTileRows(target, width));
      EXPECT_GE(rows * panels * width / target.lanes, 8)
          << target.lanes << " lanes, " << rows << " rows";
    }
}

TEST(ChooseTilePanels, IsOneWhereThereAreRowsEnough) {
  const VectorTarget v512{16, 32, true};
  EXPECT_EQ(chooseTilePanels(v512, {7, 784, 256}, 32, 14), 1);
  // Three rows have six, which are split, or else more panels are taken.
  EXPECT_EQ(chooseTilePanels(v512, {3, 784, 256}, 32, 14), 1);
  EXPECT_EQ(chooseTilePanels(v512, {3, 784, 256}, 32, 14, true), 2);
  EXPECT_EQ(chooseTilePanels(v512, {64, 4096, 1024}, 32, 14), 1);
}

TEST(ChooseTilePanels, SavesLoadsOfFourToSixRows) {
  const VectorTarget v512{16, 32, true}, v256{8, 16, true};
  for (int64_t rows : {4, 5, 6})
    EXPECT_EQ(chooseTilePanels(v512, {rows, 784, 256}, 32, 14), 2) << rows;
  // There are no registers for more.
  EXPECT_EQ(chooseTilePanels(v256, {4, 784, 256}, 16, 6), 1);
}

TEST(ChooseTilePanels, IsNoMoreThanTheLayerHas) {
  const VectorTarget v512{16, 32, true};
  EXPECT_EQ(chooseTilePanels(v512, {1, 256, 10}, 16, 28), 1);
  EXPECT_EQ(chooseTilePanels(v512, {1, 300, 77}, 32, 14), 3);
}

TEST(ChooseTilePanels, ReadsMemoryInSeveralStreams) {
  const VectorTarget v512{16, 32, true};
  EXPECT_EQ(chooseTilePanels(v512, {2, 784, 256}, 32, 14), 2);
  EXPECT_EQ(chooseTilePanels(v512, {2, 4096, 1024}, 32, 14), 4);
  EXPECT_EQ(chooseTilePanels(v512, {4, 4096, 1024}, 32, 14), 2);
  EXPECT_EQ(chooseTilePanels(v512, {8, 4096, 1024}, 32, 14), 1);
}

//===----------------------------------------------------------------------===//
// planContraction
//===----------------------------------------------------------------------===//

TEST(PlanContraction, BlocksOnlyWhatNoCacheHolds) {
  const VectorTarget v512{16, 32, true};
  ContractionPlan small = planContraction(v512, {64, 784, 256}, 32);
  EXPECT_EQ(small.tileRows, 14);
  EXPECT_GE(small.depthBlock, 784);
  EXPECT_GE(small.rowBlock, 64);
  ContractionPlan deep = planContraction(v512, {64, 100000, 256}, 32);
  EXPECT_EQ(deep.depthBlock * 32 * 4, v512.secondLevelCache / 2);
  EXPECT_EQ(deep.rowBlock * deep.depthBlock * 4, v512.lastLevelCache / 2);
  for (int64_t depth : {int64_t(0), int64_t(1), int64_t(1) << 40}) {
    ContractionPlan plan = planContraction(v512, {1, depth, 1}, 16);
    EXPECT_GE(plan.depthBlock, 1) << depth;
    EXPECT_GE(plan.rowBlock, 1) << depth;
  }
}

TEST(PlanContraction, FetchesAheadWhereCachesAreTooSmall) {
  const VectorTarget v512{16, 32, true};
  EXPECT_EQ(planContraction(v512, {64, 1024, 512}, 32).prefetch, 32);
  EXPECT_EQ(planContraction(v512, {8, 1024, 512}, 32).prefetch, 32);
  EXPECT_EQ(planContraction(v512, {64, 128, 128}, 32).prefetch, 0);
  // From memory, further ahead; but a few rows read several streams.
  EXPECT_EQ(planContraction(v512, {8, 4096, 1024}, 32).prefetch, 64);
  EXPECT_EQ(planContraction(v512, {4, 4096, 1024}, 32).prefetch, 0);
}

TEST(PlanContraction, FetchesAheadWhereTheNetworkDrivesItsWeightsFromTheCache) {
  const VectorTarget v512{16, 32, true};
  ContractionShape shape{16, 256, 256};
  EXPECT_EQ(planContraction(v512, shape, 32).prefetch, 0);
  shape.networkBytes = 100 * 256 * 256 * 4;
  EXPECT_EQ(planContraction(v512, shape, 32).prefetch, 32);
  shape.rows = 3;
  EXPECT_EQ(planContraction(v512, shape, 32).prefetch, 0);
}

TEST(PlanContraction, TakesSeveralTermsOfFewColumns) {
  const VectorTarget v512{16, 32, true}, v256{8, 16, true};
  auto depthLanes = [&](const ContractionShape &shape, int64_t width) {
    return planContraction(v512, shape, width).depthLanes;
  };
  EXPECT_EQ(depthLanes({1, 64, 1}, 1), 16);
  EXPECT_EQ(depthLanes({4, 12, 1}, 1), 8);
  EXPECT_EQ(depthLanes({1, 64, 2}, 2), 8);
  EXPECT_EQ(depthLanes({1, 64, 3}, 4), 4);
  EXPECT_EQ(depthLanes({1, 64, 8}, 8), 2);
  EXPECT_EQ(depthLanes({1, 64, 16}, 16), 1);
  // Four vectors at least, and more of them where a vector takes two.
  EXPECT_EQ(depthLanes({1, 8, 4}, 4), 2);
  EXPECT_EQ(depthLanes({1, 7, 4}, 4), 1);
  EXPECT_EQ(depthLanes({1, 3, 2}, 2), 1);
  EXPECT_EQ(depthLanes({1, 8, 8}, 8), 1);
  EXPECT_EQ(depthLanes({1, 9, 8}, 8), 2);
  EXPECT_EQ(planContraction(v256, {1, 8, 4}, 4).depthLanes, 2);
  // Two vectors are enough where 128 bits hold the terms.
  EXPECT_EQ(depthLanes({1, 4, 2}, 2), 2);
  EXPECT_EQ(depthLanes({1, 7, 2}, 2), 2);
  // More rows, or panels that do not divide a vector.
  EXPECT_EQ(depthLanes({2, 64, 4}, 4), 1);
  EXPECT_EQ(depthLanes({1, 64, 24}, 24), 1);
  EXPECT_EQ(depthLanes({1, 64, 3}, 3), 1);
  // Strict sums go term by term.
  EXPECT_EQ(planContraction(v512, {1, 64, 1}, 1, /*strict=*/true).depthLanes,
            1);
  EXPECT_EQ(planContraction(v512, {1, 64, 4}, 4, /*strict=*/true).depthLanes,
            1);
}

TEST(PlanContraction, RunsAlongLinesOfRows) {
  VectorTarget v512{16, 32, true};
  // 49 rows in lines of 7 are tiles of 7, which take one panel as 7 rows do; in
  // lines of 3, a second one.
  ContractionShape lines{49, 576, 64};
  lines.rowsInLine = 7;
  EXPECT_EQ(planContraction(v512, lines, 32).tilePanels,
            planContraction(v512, {7, 576, 64}, 32).tilePanels);
  lines.rowsInLine = 3;
  EXPECT_EQ(planContraction(v512, lines, 32, /*strict=*/true).tilePanels, 2);
}

TEST(PlanContraction, KeepsSumsOfWindowsWhole) {
  VectorTarget v512{16, 32, true};
  ContractionShape window{49, 100000, 256};
  EXPECT_LT(planContraction(v512, window, 32).depthBlock, window.depth);
  window.hasPlainDepth = false;
  EXPECT_EQ(planContraction(v512, window, 32).depthBlock, window.depth);
  // What rows share is in the cache once.
  window.rowBytes = 64;
  EXPECT_GT(planContraction(v512, window, 32).rowBlock, window.rows);
  window.rowBytes = 0;
  EXPECT_LT(planContraction(v512, window, 32).rowBlock, window.rows);
  // Vectors along the depth need terms side by side, in one loop.
  ContractionShape column{1, 64, 1};
  EXPECT_GT(planContraction(v512, column, 1).depthLanes, 1);
  column.hasContiguousDepth = false;
  EXPECT_EQ(planContraction(v512, column, 1).depthLanes, 1);
  column.hasContiguousDepth = true;
  column.hasPlainDepth = false;
  EXPECT_EQ(planContraction(v512, column, 1).depthLanes, 1);
}

TEST(PlanContraction, TakesHalfAPanelTogetherWithWholeOnes) {
  const VectorTarget v256{8, 16, true};
  auto tile = [](const VectorTarget &target, ContractionShape shape) {
    ContractionPlan plan =
        planContraction(target, shape, choosePanelWidth(target, shape.units));
    return std::pair(plan.tileRows, plan.tilePanels);
  };
  using Tile = std::pair<int64_t, int64_t>;
  EXPECT_EQ(tile(v256, {784, 192, 24}), Tile(4, 2));
  EXPECT_EQ(tile(v256, {784, 192, 20}), Tile(4, 2));
  EXPECT_EQ(tile(v256, {784, 192, 40}), Tile(2, 3));
  // Where there may be no second panel, tiles are as elsewhere.
  ContractionShape narrow{784, 192, 24};
  narrow.mostPanels = 1;
  EXPECT_EQ(tile(v256, narrow), Tile(6, 1));
  // There is none, or it is a small part of what is computed.
  EXPECT_EQ(tile(v256, {784, 192, 32}), Tile(6, 1));
  EXPECT_EQ(tile(v256, {784, 192, 16}), Tile(6, 1));
  EXPECT_EQ(tile(v256, {784, 192, 56}), Tile(6, 1));
  // A weight that the nearest cache does not hold is read too often.
  EXPECT_EQ(tile(v256, {784, 240, 40}), Tile(6, 1));
  EXPECT_EQ(tile(v256, {784, 240, 24}), Tile(4, 2));
  EXPECT_EQ(tile(v256, {784, 8192, 24}), Tile(6, 1));
  // Few rows, two bytes a weight, or registers enough.
  EXPECT_EQ(tile(v256, {6, 192, 24}), Tile(6, 1));
  EXPECT_EQ(tile(v256, {784, 192, 24, 2}), Tile(6, 1));
  EXPECT_EQ(tile({16, 32, true}, {784, 192, 48}), Tile(14, 1));
  EXPECT_EQ(tile({8, 16, false}, {784, 192, 24}), Tile(5, 1));
}

TEST(PlanContraction, TakesWhatOverrulesIt) {
  MLIRContext context;
  context.loadDialect<nascent::nn::NNDialect>();
  const VectorTarget v512{16, 32, true};
  auto overruled = nascent::nn::PlanAttr::get(&context, 3, 2, 5, 7, 2, 0);
  ContractionPlan plan =
      planContraction(v512, {64, 1024, 1024}, 32, false, overruled);
  EXPECT_EQ(plan.tileRows, 3);
  EXPECT_EQ(plan.tilePanels, 2);
  EXPECT_EQ(plan.depthBlock, 5);
  EXPECT_EQ(plan.rowBlock, 7);
  EXPECT_EQ(plan.chains, 2);
  EXPECT_EQ(plan.prefetch, 0);
  // A tile has no more panels than the weight.
  auto wide = nascent::nn::PlanAttr::get(&context, {}, 64, {}, {}, {}, {});
  EXPECT_EQ(planContraction(v512, {1, 4000, 4}, 16, false, wide).tilePanels, 1);
}

//===----------------------------------------------------------------------===//
// countSplits
//===----------------------------------------------------------------------===//

TEST(CountSplits, FillsThePipelineAndNoMoreThanTheRegisters) {
  for (const VectorTarget &target : kTargets) {
    ContractionPlan plan =
        planContraction(target, {1, 1000, 1000}, target.lanes);
    for (int64_t accumulators = 1; accumulators <= 30; ++accumulators) {
      int64_t splits = countSplits(target, plan, accumulators, 1, 1000);
      EXPECT_GE(splits, 1);
      if (splits == 1)
        continue;
      EXPECT_LT((splits - 1) * accumulators, plan.chains);
      EXPECT_LT(splits * accumulators + 2, target.registers);
    }
  }
  const VectorTarget v512{16, 32, true};
  EXPECT_EQ(
      countSplits(v512, planContraction(v512, {1, 256, 10}, 16), 1, 1, 256), 8);
  EXPECT_EQ(
      countSplits(v512, planContraction(v512, {2, 256, 10}, 16), 2, 1, 256), 4);
  EXPECT_EQ(
      countSplits(v512, planContraction(v512, {8, 256, 10}, 16), 8, 1, 256), 1);
}

TEST(CountSplits, LeavesRegistersForTheInputOfStraightCode) {
  const VectorTarget v512{16, 32, true}, v256{8, 16, true};
  ContractionPlan plan = planContraction(v256, {1, 16, 16}, 16);
  EXPECT_EQ(countSplits(v256, plan, 2, 2, 16), 3);
  // A loop; one vector; more registers.
  EXPECT_EQ(countSplits(v256, plan, 2, 2, 17), 4);
  EXPECT_EQ(countSplits(v256, plan, 1, 1, 16), 8);
  EXPECT_EQ(countSplits(v512, plan, 2, 2, 16), 4);
}

TEST(CountSplits, KeepsShortAndStrictSumsWhole) {
  const VectorTarget v512{16, 32, true};
  EXPECT_EQ(countSplits(v512, planContraction(v512, {1, 2, 10}, 16), 1, 1, 2),
            1);
  EXPECT_EQ(countSplits(v512, planContraction(v512, {1, 3, 10}, 16), 1, 1, 3),
            2);
  EXPECT_EQ(countSplits(v512, planContraction(v512, {2, 3, 10}, 16), 2, 1, 3),
            1);
  EXPECT_EQ(countSplits(v512, planContraction(v512, {1, 8, 10}, 16), 1, 1, 8),
            4);
  ContractionPlan strict =
      planContraction(v512, {1, 256, 10}, 16, /*strict=*/true);
  EXPECT_EQ(countSplits(v512, strict, 1, 1, 256), 1);
}

} // namespace
