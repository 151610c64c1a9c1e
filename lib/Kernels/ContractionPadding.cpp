//===- ContractionPadding.cpp - Tiles that leave out padding --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// All rows of a tile have the same window. Where it leads out of a line, zeros
// in memory make it so, or tiles at the ends are code of their own, which adds
// to fewer rows. Short lines have those although they have zeros, of which they
// have many; those of a training have no zeros.
//
//===----------------------------------------------------------------------===//

#include "ContractionKernel.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace nascent::kernels {

void ContractionKernel::planPadding() {
  const std::optional<Clamp> &line = operands.line;
  const LoopDim &along = operands.rows.back();
  // Blocks of a lone loop need not end with a tap.
  bool isNeeded = operands.leftOut.has_value();
  if (!line || along.dim != line->row ||
      along.size != operands.dims.sizes[line->row] || shape.hasPlainDepth ||
      (!isNeeded && rowsInBlock() > plan.rowBlock))
    return;
  int64_t taps = operands.dims.sizes[line->depth];
  const auto *own = llvm::find_if(operands.depths, [&](const LoopDim &loop) {
    return loop.dim == line->depth;
  });
  const LoopDim &innermost = operands.depths.back();
  size_t level = own - operands.depths.begin();
  int64_t terms = innermost.size;
  if (own == operands.depths.end()) {
    // It is merged with the innermost loop, or with another one.
    terms /= taps;
    if (!innermost.dim || operands.dims.sizes[*innermost.dim] != terms ||
        innermost.size % taps != 0)
      return;
    level = operands.depths.size() - 1;
    tapSteps = terms;
  } else if (level + 1 == operands.depths.size()) {
    return;
  }
  int64_t skipped = 0;
  for (int64_t row = 0; row < along.size; ++row) {
    auto [first, end] = tapsOf(row);
    skipped += taps - (end - first);
  }
  if (isNeeded || isWorthSkipping(taps * along.size, skipped, terms))
    lineLevel = level;
}

std::pair<int64_t, int64_t> ContractionKernel::tapsOf(int64_t row) const {
  const Clamp &line = *operands.line;
  int64_t taps = operands.dims.sizes[line.depth];
  int64_t at = row * line.step - line.low;
  auto before = [&](int64_t end) {
    int64_t distance = std::max<int64_t>(0, end - at);
    return std::min<int64_t>(taps, llvm::divideCeil(distance, line.dilation));
  };
  return {before(0), std::max(before(0), before(line.size))};
}

bool ContractionKernel::reachesPadding(int64_t first, int64_t rows) const {
  if (!lineLevel)
    return false;
  int64_t taps = operands.dims.sizes[operands.line->depth];
  return llvm::any_of(llvm::seq(first, first + rows), [&](int64_t row) {
    return tapsOf(row) != std::pair<int64_t, int64_t>(0, taps);
  });
}

auto ContractionKernel::addInside(const DepthBlock &block, const Tile &tile,
                                  const Depth &depth, int64_t splits,
                                  ValueRange sums) -> Sums {
  int64_t taps = operands.dims.sizes[operands.line->depth];
  auto rowsAt = [&](int64_t tap) {
    SmallVector<size_t> rows;
    for (size_t row = 0; row < tile.rows.size(); ++row) {
      auto [first, end] = tapsOf(*tile.first + row);
      if (first <= tap && tap < end)
        rows.push_back(row);
    }
    return rows;
  };
  Sums all(sums);
  size_t vectors = tile.positions.size();
  size_t numSums = tile.rows.size() * vectors;
  for (int64_t tap = 0; tap < taps;) {
    SmallVector<size_t> rows = rowsAt(tap);
    int64_t end = tap + 1;
    while (end < taps && rowsAt(end) == rows)
      ++end;
    // Of all sums, the places of these rows'.
    SmallVector<size_t> places;
    for (int64_t chain = 0; chain < splits; ++chain)
      for (size_t row : rows)
        for (size_t vector = 0; vector < vectors; ++vector)
          places.push_back(chain * numSums + row * vectors + vector);
    Tile some = tile;
    some.first.reset();
    some.rows.clear();
    for (size_t row : rows)
      some.rows.push_back(tile.rows[row]);
    Sums part;
    for (size_t place : places)
      part.push_back(all[place]);
    if (!rows.empty())
      part = addSteps(block, some, depth, index(tap * tapSteps),
                      (end - tap) * tapSteps, splits, part);
    for (auto [place, sum] : llvm::zip_equal(places, part))
      all[place] = sum;
    tap = end;
  }
  return all;
}

} // namespace nascent::kernels
