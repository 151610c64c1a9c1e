//===- ContractionWeights.cpp - A tile's weights, loaded and fetched ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ContractionKernel.h"
#include "TransposeVectors.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"
#include <numeric>

using namespace mlir;

namespace nascent::kernels {

SmallVector<Value> ContractionKernel::weightAt(Value panel, ValueRange steps,
                                               Value column) {
  SmallVector<Value> indices(
      ArrayRef<Value>(outer).take_front(operands.groups.size()));
  if (panel)
    indices.push_back(panel);
  llvm::append_range(indices, steps);
  indices.push_back(column);
  // Panels of one column are rows.
  indices.truncate(cast<MemRefType>(weight.getType()).getRank());
  return indices;
}

SmallVector<Value> ContractionKernel::weightAt(const Tile &tile, int64_t vector,
                                               ValueRange steps) {
  if (!operands.panelWidth)
    return weightAt(Value(), steps, tile.positions[vector].column);
  int64_t first = vector * columnsOfVector();
  if (operands.across)
    return weightAt(index(0), steps, index(first));
  return weightAt(tile.panels[first / width], steps, index(first % width));
}

auto ContractionKernel::loadWeights(const Tile &tile, const Depth &depth,
                                    int64_t lanes) -> Sums {
  int64_t vectors = tile.positions.size(), step = paired ? 2 : 1;
  auto type = VectorType::get({lanes}, b.getF32Type());
  Type stored = cast<MemRefType>(weight.getType()).getElementType();
  auto storedType = VectorType::get({step * lanes}, stored);
  Sums weights;
  for (int64_t v = 0; v < vectors; v += step) {
    SmallVector<Value> at = weightAt(tile, v, depth.steps);
    if (!operands.panelWidth) {
      // What lies past the last column is no padding.
      weights.push_back(body.load(weight, at, tile.positions[v]));
      continue;
    }
    Value values = vector::LoadOp::create(b, storedType, weight, at);
    if (paired)
      llvm::append_range(weights, widenPairs(values));
    else if (stored.isF32())
      weights.push_back(values);
    else
      weights.push_back(arith::ExtFOp::create(b, type, values));
  }
  return weights;
}

std::array<Value, 2> ContractionKernel::widenPairs(Value values) {
  // A bf16 is the upper half of an f32, and a word holds two of them.
  auto wordType = VectorType::get({lanes}, b.getI32Type());
  auto type = VectorType::get({lanes}, b.getF32Type());
  auto words = [&](uint32_t value) -> Value {
    auto each = DenseElementsAttr::get(wordType, APInt(32, value));
    return arith::ConstantOp::create(b, wordType, each);
  };
  Value both = vector::BitCastOp::create(b, wordType, values);
  Value lower = arith::ShLIOp::create(b, both, words(16));
  Value upper = arith::AndIOp::create(b, both, words(0xffff0000));
  lower = arith::BitcastOp::create(b, type, lower);
  upper = arith::BitcastOp::create(b, type, upper);
  if (target.bigEndian)
    std::swap(lower, upper);
  return {lower, upper};
}

void ContractionKernel::pairSums(Sums &sums, bool toPairs) {
  if (!paired)
    return;
  SmallVector<int64_t> even, odd;
  for (int64_t i = 0; i < lanes; ++i) {
    // Column c is at c / 2 in the sums of even columns, or in those of odd
    // ones.
    int64_t column = lanes + i;
    even.push_back(toPairs ? 2 * i : i / 2 + i % 2 * lanes);
    odd.push_back(toPairs ? 2 * i + 1 : column / 2 + column % 2 * lanes);
  }
  for (size_t i = 0; i < sums.size(); i += 2) {
    Value first = sums[i], second = sums[i + 1];
    sums[i] = vector::ShuffleOp::create(b, first, second, even);
    sums[i + 1] = vector::ShuffleOp::create(b, first, second, odd);
  }
}

void ContractionKernel::turnPanel(Value panel, int64_t columns) {
  if (!operands.across)
    return;
  const AcrossPanels &across = *operands.across;
  int64_t deep = std::gcd(across.width, target.lanes);
  auto layout =
      StridedLayoutAttr::get(b.getContext(), across.offset,
                             {across.panelStride, across.columnStride, 1});
  SmallVector<int64_t> sizes = {across.panels, shape.units, across.width};
  Value source = memref::ReinterpretCastOp::create(
      b, MemRefType::get(sizes, b.getF32Type(), layout), across.buffer,
      across.offset, sizes, layout.getStrides());
  Value firstColumn = times(panel, width);
  auto type = VectorType::get({deep}, b.getF32Type());
  // A block of columns and depths, each as many as vectors have lanes.
  auto turn = [&](Value from, Value depth, Value column, int64_t count) {
    Sums lines;
    for (int64_t i = 0; i < count; ++i) {
      Value at = add(add(firstColumn, column), index(i));
      lines.push_back(
          vector::LoadOp::create(b, type, source, ValueRange{from, at, depth}));
    }
    Value row = add(times(from, across.width), depth);
    for (auto [i, turned] : llvm::enumerate(transpose(b, lines, deep, lanes)))
      vector::StoreOp::create(b, turned, operands.weight.buffer,
                              ValueRange{add(row, index(i)), column});
  };
  int64_t whole = columns / lanes * lanes;
  forEach(0, across.panels, 1, [&](Value from) {
    forEach(0, across.width, deep, [&](Value depth) {
      forEach(0, whole, lanes,
              [&](Value column) { turn(from, depth, column, lanes); });
      if (whole < columns)
        turn(from, depth, index(whole), columns - whole);
    });
  });
}

void ContractionKernel::fetch(ValueRange indices) {
  memref::PrefetchOp::create(b, weight, indices, /*isWrite=*/false,
                             /*localityHint=*/3, /*isDataCache=*/true);
}

Value ContractionKernel::countThrough(ArrayRef<Value> counters,
                                      ArrayRef<LoopDim> loops) {
  Value count = counters.front();
  for (auto [counter, loop] :
       llvm::zip_equal(counters.drop_front(), loops.drop_front()))
    count = add(times(count, loop.size), counter);
  return count;
}

void ContractionKernel::prefetch(const DepthBlock &block, const Tile &tile,
                                 const Depth &depth) {
  SmallVector<Value> ahead(depth.steps);
  ahead.back() = add(ahead.back(), index(plan.prefetch));
  for (size_t v = 0; v < tile.positions.size(); ++v)
    fetch(weightAt(tile, v, ahead));
  // Hardware follows the streams of a tile that takes several panels.
  if (plan.tilePanels == 1 && operands.panelWidth)
    prefetchNextPanel(block, tile, depth);
}

void ContractionKernel::prefetchNextPanel(const DepthBlock &block,
                                          const Tile &tile,
                                          const Depth &depth) {
  // The next panel, spread over all tiles of this one: a tile fetches a share
  // that goes by its rows. Shares are rounded up and go a little too far.
  int64_t rows = std::min(rowsInBlock(), plan.rowBlock);
  auto share = [&](int64_t all) { return llvm::divideCeil(all, rows); };
  Value turns = firstTurn(Share::Panels) ? parts : index(1);
  Value next = add(tile.panels.front(), turns);
  next = arith::MinSIOp::create(b, next, index(operands.panels - 1));
  Value rowsDone = arith::SubIOp::create(b, tile.row, tile.firstRow);
  SmallVector<Value> lineAndRow(
      ArrayRef<Value>(outer).take_back(linesInBlock().size()));
  lineAndRow.push_back(rowsDone);
  rowsDone = countThrough(lineAndRow,
                          ArrayRef(operands.rows).drop_front(linesOutside));
  SmallVector<Value> done(depth.steps);
  done.front() = arith::SubIOp::create(b, done.front(), block.start);
  Value termsDone = countThrough(done, operands.depths);
  int64_t blockTerms = shape.depth / operands.depths.front().size * block.size;
  Value byRows = times(rowsDone, share(blockTerms * width));
  Value byTerms = times(termsDone, share(tile.height * width));
  SmallVector<Value> first(done.size(), index(0));
  first.front() = block.start;
  fetch(weightAt(next, first, add(byRows, byTerms)));
}

} // namespace nascent::kernels
