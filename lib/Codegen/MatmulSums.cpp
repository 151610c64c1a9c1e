//===- MatmulSums.cpp - The sums of one register tile ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MatmulKernel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace nascent::codegen {

Value MatmulKernel::zeros(int64_t lanes) {
  auto type = VectorType::get({lanes}, b.getF32Type());
  return arith::ConstantOp::create(b, b.getZeroAttr(type));
}

Value MatmulKernel::multiplyAdd(Value x, Value y, Value sum) {
  if (target.fma)
    return vector::FMAOp::create(b, x, y, sum);
  Value product = arith::MulFOp::create(b, x, y);
  return arith::AddFOp::create(b, product, sum);
}

SmallVector<Value> MatmulKernel::weightAt(Value panel, Value k, Value column) {
  // Panels of one column are rows.
  SmallVector<Value> indices = {panel, k, column};
  indices.truncate(cast<MemRefType>(weight.getType()).getRank());
  return indices;
}

auto MatmulKernel::loadWeights(const Tile &tile, Value k, int64_t lanes)
    -> Sums {
  int64_t vectors = tile.positions.size(), step = paired ? 2 : 1;
  auto type = VectorType::get({lanes}, b.getF32Type());
  Type stored = cast<MemRefType>(weight.getType()).getElementType();
  auto storedType = VectorType::get({step * lanes}, stored);
  Sums weights;
  for (int64_t v = 0; v < vectors; v += step) {
    int64_t first = v * columnsOfVector();
    Value values = vector::LoadOp::create(
        b, storedType, weight,
        weightAt(tile.panels[first / width], k, index(first % width)));
    if (paired)
      llvm::append_range(weights, widenPairs(values));
    else if (stored.isF32())
      weights.push_back(values);
    else
      weights.push_back(arith::ExtFOp::create(b, type, values));
  }
  return weights;
}

std::array<Value, 2> MatmulKernel::widenPairs(Value values) {
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

void MatmulKernel::pairSums(Sums &sums, bool toPairs) {
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

void MatmulKernel::prefetch(const DepthBlock &block, const Tile &tile,
                            Value k) {
  auto fetch = [&](Value panel, Value depth, Value column) {
    memref::PrefetchOp::create(b, weight, weightAt(panel, depth, column),
                               /*isWrite=*/false, /*localityHint=*/3,
                               /*isDataCache=*/true);
  };
  Value ahead = add(k, index(plan.prefetch));
  for (size_t v = 0; v < tile.positions.size(); ++v) {
    int64_t first = v * columnsOfVector();
    fetch(tile.panels[first / width], ahead, index(first % width));
  }
  // Hardware follows the streams of a tile that takes several panels.
  if (plan.tilePanels > 1)
    return;
  // The next panel, spread over all tiles of this one: a tile fetches a share
  // that goes by its rows. Shares are rounded up and go a little too far.
  int64_t panels = cast<MemRefType>(weight.getType()).getDimSize(0);
  int64_t rows = std::min(shape.rows, plan.rowBlock);
  auto share = [&](int64_t all) { return llvm::divideCeil(all, rows); };
  Value turns = firstTurn(Share::Panels) ? parts : index(1);
  Value next = add(tile.panels.front(), turns);
  next = arith::MinSIOp::create(b, next, index(panels - 1));
  Value rowsDone = arith::SubIOp::create(b, tile.rows.front(), tile.firstRow);
  Value termsDone = arith::SubIOp::create(b, k, block.start);
  Value byRows = times(rowsDone, share(block.size * width));
  Value byTerms = times(termsDone, share(tile.rows.size() * width));
  fetch(next, block.start, add(byRows, byTerms));
}

Value MatmulKernel::loadInput(Value row, Value k, int64_t lanes) {
  if (terms == 1)
    return splat(memref::LoadOp::create(b, input, ValueRange{row, k}), lanes);
  int64_t columns = columnsOfVector();
  auto type = VectorType::get({lanes / columns}, b.getF32Type());
  Value x = vector::LoadOp::create(b, type, input, ValueRange{row, k});
  if (columns == 1)
    return x;
  auto each = llvm::map_to_vector(llvm::seq<int64_t>(0, lanes),
                                  [&](int64_t lane) { return lane / columns; });
  return vector::ShuffleOp::create(b, x, x, each);
}

auto MatmulKernel::multiplyAddRows(const DepthBlock &block, const Tile &tile,
                                   Value k, int64_t lanes, ValueRange sums)
    -> Sums {
  int64_t vectors = tile.positions.size();
  Sums columns = loadWeights(tile, k, lanes);
  if (plan.prefetch)
    prefetch(block, tile, k);
  Sums next;
  for (auto [r, row] : llvm::enumerate(tile.rows)) {
    Value x = loadInput(row, k, lanes);
    for (int64_t v = 0; v < vectors; ++v)
      next.push_back(multiplyAdd(x, columns[v], sums[r * vectors + v]));
  }
  return next;
}

auto MatmulKernel::accumulate(const DepthBlock &block, const Tile &tile,
                              Sums sums) -> Sums {
  // The first lane of each column starts from the sum, the others from zero.
  if (terms > 1) {
    int64_t columns = columnsOfVector();
    auto widened = llvm::to_vector(llvm::seq<int64_t>(0, columns));
    widened.resize(lanes, columns);
    for (Value &sum : sums)
      sum = vector::ShuffleOp::create(b, sum, zeros(columns), widened);
  }
  // One chain of sums after the other; terms go to them in turn. Lower tiles
  // split as the highest do, so that all rows of a batch are computed alike.
  int64_t numSums = sums.size(), vectors = tile.positions.size();
  int64_t splits = countSplits(target, plan, mostTileRows() * vectors, vectors,
                               block.size / terms);
  int64_t &most = tile.columns == span ? mostSplits : mostRestSplits;
  most = std::max(most, splits);
  if (splits > 1)
    sums.resize(numSums * splits, zeros(lanes));
  auto step = [&](Value k, int64_t chains, ValueRange current) {
    Sums next(current);
    for (int64_t chain = 0; chain < chains; ++chain) {
      Value at = chain == 0 ? k : add(k, index(chain * terms));
      Sums part = multiplyAddRows(block, tile, at, lanes,
                                  current.slice(chain * numSums, numSums));
      llvm::copy(part, next.begin() + chain * numSums);
    }
    return next;
  };

  int64_t stride = splits * terms;
  int64_t whole = block.size / stride * stride;
  // A loop of two would count with one bit, around which registers are
  // allocated badly.
  if (whole <= 2 * stride ||
      isWorthUnrolling(tile.rows.size(), whole / terms * numSums)) {
    for (int64_t k = 0; k < whole; k += stride)
      sums = step(add(block.start, index(k)), splits, sums);
  } else {
    Value end = add(block.start, index(whole));
    auto loop = scf::ForOp::create(b, block.start, end, index(stride), sums);
    loop->setAttr("loop_annotation", keepAsWritten(/*hoist=*/true));
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    Sums next = step(loop.getInductionVar(), splits, loop.getRegionIterArgs());
    scf::YieldOp::create(b, next);
    sums = Sums(loop.getResults());
  }
  int64_t rest = block.size % terms, last = block.size - rest;
  if (whole < last)
    sums = step(add(block.start, index(whole)), (last - whole) / terms, sums);

  // Neighbours first, as a tree.
  for (int64_t chains = splits; chains > 1;
       chains = llvm::divideCeil(chains, 2))
    for (int64_t chain = 0; chain < chains; chain += 2)
      for (int64_t i = 0; i < numSums; ++i) {
        Value sum = sums[chain * numSums + i];
        if (chain + 1 < chains)
          sum = arith::AddFOp::create(b, sum, sums[(chain + 1) * numSums + i]);
        sums[chain / 2 * numSums + i] = sum;
      }
  sums.resize(numSums);
  if (terms > 1)
    addLanes(block, tile, add(block.start, index(last)), rest, sums);
  return sums;
}

void MatmulKernel::addLanes(const DepthBlock &block, const Tile &tile, Value k,
                            int64_t rest, Sums &sums) {
  int64_t columns = columnsOfVector();
  for (int64_t count = lanes; count > columns; count /= 2) {
    auto lower = llvm::to_vector(llvm::seq<int64_t>(0, count / 2));
    auto upper = llvm::to_vector(llvm::seq<int64_t>(count / 2, count));
    for (Value &sum : sums) {
      Value half = vector::ShuffleOp::create(b, sum, sum, lower);
      Value other = vector::ShuffleOp::create(b, sum, sum, upper);
      sum = arith::AddFOp::create(b, half, other);
    }
    if (int64_t half = count / 2 / columns; rest >= half) {
      sums = multiplyAddRows(block, tile, k, count / 2, sums);
      k = add(k, index(half));
      rest -= half;
    }
  }
}

} // namespace nascent::codegen
