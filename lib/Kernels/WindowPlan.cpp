//===- WindowPlan.cpp - Tiles of a window kernel --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WindowKernel.h"
#include "nascent/Kernels/LinalgBody.h"
#include "llvm/Support/MathExtras.h"
#include <numeric>

using namespace mlir;

namespace nascent::kernels {

bool WindowKernel::isOfSeveral(const WindowClamp &clamp) const {
  return llvm::count_if(operands.rows, [&](const LoopDim &loop) {
           return clamp.index.coefficients[*loop.dim] != 0;
         }) > 1;
}

auto WindowKernel::interiorOf(const LoopDim &loop) const -> Interior {
  Interior interior{0, loop.size};
  for (const WindowClamp &clamp : operands.clamps) {
    ArrayRef<int64_t> factors = clamp.index.coefficients;
    int64_t step = factors[*loop.dim];
    if (step == 0)
      continue;
    if (isOfSeveral(clamp))
      return {0, 0};
    int64_t first = clamp.index.constant - clamp.low;
    int64_t last =
        first + (operands.sizes[clamp.depth] - 1) * factors[clamp.depth];
    // From `first` not below 0 on, to `last` below the size.
    if (first < 0)
      interior.first =
          std::max<int64_t>(interior.first, llvm::divideCeil(-first, step));
    int64_t room = clamp.size - 1 - last;
    interior.last =
        std::min<int64_t>(interior.last, room < 0 ? 0 : room / step + 1);
  }
  if (interior.first >= interior.last)
    return {0, 0};
  return interior;
}

bool WindowKernel::isReadApart(const WindowValue &value) const {
  if (!value.access)
    return false;
  std::optional<int64_t> step = value.access->laneStep(*columnLoop.dim, lanes);
  return step != 0 && step != 1;
}

void WindowKernel::chooseLoops() {
  // The innermost loop whose steps lie side by side in what is stored.
  ArrayRef<int64_t> stored = operands.output.buffer.strides;
  columnLoop = operands.rows.empty() ? LoopDim{1, operands.rank - 1}
                                     : operands.rows.back();
  for (const LoopDim &loop : operands.rows)
    if (stored[*loop.dim] == 1)
      columnLoop = loop;
  lanes = 1;
  if (stored[*columnLoop.dim] == 1)
    lanes = std::min<int64_t>(target.lanes,
                              llvm::bit_ceil(uint64_t(columnLoop.size)));
  lanes = std::gcd(lanes, operands.panelWidth);
  // A vector is of one row of a table.
  if (isLookup()) {
    const WindowValue &lookup = operands.values[*operands.reduction];
    const WindowValue &place = operands.values[*lookup.operands.front()];
    if (!place.access || place.access->isFunctionOf(*columnLoop.dim))
      lanes = 1;
  }

  isGathered = llvm::any_of(operands.values, [&](const WindowValue &value) {
    return isReadApart(value) &&
           llvm::any_of(operands.rows, [&](const LoopDim &loop) {
             return operands.slides[*loop.dim] &&
                    value.access->isFunctionOf(*loop.dim);
           });
  });
  for (const LoopDim &loop : operands.rows) {
    if (*loop.dim == *columnLoop.dim)
      continue;
    bool isWanted = operands.slides[*loop.dim] && !isGathered;
    // What lies side by side in another order is loaded in blocks.
    for (const WindowValue &value : operands.values) {
      if (operands.reduction || lanes == 1)
        continue;
      isWanted |=
          isReadApart(value) && value.access->laneStep(*loop.dim, lanes) == 1;
    }
    if (isWanted)
      rowLoop = loop;
  }
}

/// Of tiles from `start` on, those in which no window leaves its buffer: where
/// they begin and end.
static std::pair<int64_t, int64_t> insideOf(RowBlocks tiles, int64_t start,
                                            Interior interior) {
  auto tilesBefore = [&](int64_t rows, int64_t whole) {
    return std::clamp<int64_t>(whole, 0, tiles.count) * tiles.rows + rows;
  };
  int64_t outside = std::max<int64_t>(0, interior.first - start);
  int64_t inside = std::max<int64_t>(0, interior.last - start);
  int64_t low = tilesBefore(start, llvm::divideCeil(outside, tiles.rows));
  return {low, std::max(low, tilesBefore(start, inside / tiles.rows))};
}

bool WindowKernel::hasKnownBorders(ArrayRef<RowBlocks> sizes,
                                   Interior interior) const {
  for (size_t level = 0; level < operands.depths.size(); ++level)
    if (const WindowClamp *clamp = clampOf(level);
        clamp && clamp->index.coefficients[*rowLoop->dim] != 0 &&
        (level + 1 < operands.depths.size() || !isUnrolled(level) ||
         isOfSeveral(*clamp)))
      return false;
  // Tiles at the borders are code of their own.
  constexpr int64_t enough = 4;
  int64_t borders = 0, start = 0;
  for (RowBlocks some : sizes) {
    auto [low, high] = insideOf(some, start, interior);
    borders += some.count - (high - low) / some.rows;
    start += some.count * some.rows;
  }
  return borders <= enough;
}

/// Half of the registers are for sums, the others for what is read.
static int64_t countSums(const VectorTarget &target) {
  return std::max<int64_t>(1, target.registers / 2 - 2);
}

int64_t WindowKernel::chooseTileRows() const {
  int64_t sums = countSums(target);
  // Pixels share weights. But two vectors of each read longer runs of memory.
  int64_t far = target.secondLevelCache / 2 / sizeof(float);
  auto isFar = [&](const WindowValue &value) {
    return value.access &&
           cast<MemRefType>(value.access->buffer.buffer.getType())
                   .getNumElements() > far;
  };
  bool areShared = isProducts && llvm::none_of(operands.values, isFar);
  if (areShared || columnLoop.size < 2 * lanes)
    return sums;
  return isReadInOrder(*rowLoop) ? 1 : std::max<int64_t>(1, sums / 2);
}

void WindowKernel::planRows() {
  atRows = {0, 1, 1, Reach::Unknown};
  if (!rowLoop)
    return;
  int64_t size = rowLoop->size;
  if (!operands.reduction) {
    tileRows = std::min(lanes, size);
    int64_t whole = size / tileRows * tileRows;
    rows.push_back({0, whole, tileRows, Reach::Unknown});
    if (whole < size)
      rows.push_back({whole, size, size - whole, Reach::Unknown});
    return;
  }
  int64_t most = chooseTileRows();
  Interior interior = interiorOf(*rowLoop);
  auto [first, last] = interior;
  SmallVector<RowBlocks, 2> sizes = balanceRows(size, most);
  tileRows = sizes.front().rows;
  auto addRows = [&](int64_t start, int64_t end, int64_t size, Reach reach) {
    if (start < end)
      rows.push_back({start, end, size, reach});
  };
  if (hasKnownBorders(sizes, interior)) {
    int64_t start = 0;
    for (RowBlocks some : sizes) {
      int64_t end = start + some.rows * some.count;
      auto [low, high] = insideOf(some, start, interior);
      for (; start < low; start += some.rows)
        addRows(start, start + some.rows, some.rows, Reach::Known);
      addRows(low, high, some.rows, Reach::Inside);
      for (start = high; start < end; start += some.rows)
        addRows(start, start + some.rows, some.rows, Reach::Known);
    }
    return;
  }
  // Else what is at the borders is computed one by one.
  addRows(0, first, 1, Reach::Unknown);
  tileRows = 1;
  if (first < last) {
    int64_t start = first;
    SmallVector<RowBlocks, 2> sizes = balanceRows(last - first, most);
    tileRows = sizes.front().rows;
    for (RowBlocks some : sizes) {
      int64_t end = start + some.rows * some.count;
      addRows(start, end, some.rows, Reach::Inside);
      start = end;
    }
  }
  addRows(last, size, 1, Reach::Unknown);
}

bool WindowKernel::needsMultiples() const {
  auto isDivided = [&](AffineExpr index) {
    bool found = false;
    index.walk([&](AffineExpr expr) {
      found |= expr.getKind() == AffineExprKind::FloorDiv ||
               expr.getKind() == AffineExprKind::Mod;
    });
    return found && index.isFunctionOfDim(*columnLoop.dim);
  };
  return llvm::any_of(operands.values, [&](const WindowValue &value) {
    return llvm::any_of(value.counters, isDivided) ||
           (value.access &&
            llvm::any_of(value.access->indices, [&](const WindowIndex &index) {
              return isDivided(index.value);
            }));
  });
}

void WindowKernel::planColumns() {
  int64_t size = columnLoop.size;
  auto [first, last] = interiorOf(columnLoop);
  if (needsMultiples())
    first = llvm::alignTo(first, lanes);
  if (first >= last)
    first = last = size;
  int64_t whole = (last - first) / lanes;
  // Without tiles of rows, several sums are added to at a time, unless to read
  // for one, lane by lane, takes longer than to add.
  bool isSlow = lanes > 1 && !rowLoop &&
                llvm::any_of(operands.values,
                             [&](auto &value) { return isReadApart(value); });
  if (operands.reduction && !isGathered && !isSlow) {
    int64_t most = rowLoop ? std::min<int64_t>(4, countSums(target) / tileRows)
                           : std::min<int64_t>(8, countSums(target));
    most = std::min(most, std::max<int64_t>(1, whole));
    tileVectors = llvm::bit_floor(uint64_t(std::max<int64_t>(1, most)));
  }
  auto addColumns = [&](int64_t start, int64_t end, int64_t lanes,
                        int64_t active, int64_t vectors, Reach reach) {
    if (start < end)
      columns.push_back({start, end, lanes, active, vectors, reach});
  };
  addColumns(0, first, 1, 1, 1, Reach::Unknown);
  int64_t tiled = first + whole / tileVectors * tileVectors * lanes;
  int64_t end = first + whole * lanes;
  addColumns(first, tiled, lanes, lanes, tileVectors, Reach::Inside);
  addColumns(tiled, end, lanes, lanes, (end - tiled) / lanes, Reach::Inside);
  if (end < last) {
    int64_t rest = last - end;
    int64_t part = llvm::bit_ceil(uint64_t(rest));
    addColumns(end, end + part, part, rest, 1, Reach::Inside);
  }
  addColumns(last, size, 1, 1, 1, Reach::Unknown);
}

int64_t WindowKernel::chunkOf(const Columns &some) const {
  int64_t most = some.lanes * llvm::alignTo(chunkVectors, some.vectors);
  return std::min(most, some.end - some.start);
}

void WindowKernel::planLevels() {
  SmallVector<LoopDim> outer;
  for (const LoopDim &loop : operands.rows)
    if (*loop.dim != *columnLoop.dim &&
        (!rowLoop || *loop.dim != *rowLoop->dim))
      outer.push_back(loop);
  auto addDim = [&](const LoopDim &loop) {
    levels.push_back({Level::Kind::Dim, loop.size, *loop.dim});
  };
  // Lines are inside of tiles: what one reads, the next one does. But short
  // pieces of lines are not prefetched; then lines are read from end to end.
  bool hasLines = operands.reduction && rowLoop && !outer.empty();
  constexpr int64_t shortRun = 1024 / sizeof(float);
  int64_t lineVectors = std::max<int64_t>(4, tileVectors);
  bool isAlongLines = hasLines && (isReadInOrder(outer.back()) ||
                                   tileRows * lineVectors * lanes < shortRun);
  hasLines &= !isAlongLines;
  for (const LoopDim &loop : ArrayRef(outer).drop_back(hasLines))
    addDim(loop);
  int64_t tiles = 0;
  for (const Rows &some : rows)
    tiles += (some.end - some.start) / some.rows;
  bool areTilesOutside = rowLoop && (!operands.reduction || isAlongLines);
  if (areTilesOutside)
    levels.push_back({Level::Kind::Tiles, tiles});
  chunkVectors = tileVectors;
  if (hasLines)
    chunkVectors = lineVectors;
  else if (isAlongLines)
    chunkVectors = llvm::divideCeil(columnLoop.size, lanes);
  else if (part && !operands.reduction)
    chunkVectors = llvm::divideCeil(chooseSharedRows(1), lanes);
  int64_t chunks = 0;
  for (const Columns &some : columns)
    chunks += llvm::divideCeil(some.end - some.start, chunkOf(some));
  levels.push_back({Level::Kind::Chunks, chunks});
  if (rowLoop && !areTilesOutside)
    levels.push_back({Level::Kind::Tiles, tiles});
  if (hasLines)
    addDim(outer.back());

  // Parts share out the outermost loop that has enough for many of them.
  constexpr int64_t enough = 16;
  for (size_t level = 0; level < levels.size(); ++level) {
    if (levels[level].steps > levels[shared].steps)
      shared = level;
    if (levels[level].steps >= enough)
      break;
  }
}

void WindowKernel::plan() {
  isProducts = operands.reduction &&
               isSumOfProducts(operands.values[*operands.reduction].op);
  isComparison = operands.reduction && !target.maximum &&
                 isMaximum(operands.values[*operands.reduction].op);
  chooseLoops();
  planRows();
  planColumns();
  planLevels();
}

} // namespace nascent::kernels
