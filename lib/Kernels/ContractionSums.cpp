//===- ContractionSums.cpp - The sums of one register tile ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ContractionKernel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace nascent::kernels {

Value ContractionKernel::zeros(int64_t lanes) {
  auto type = VectorType::get({lanes}, b.getF32Type());
  return arith::ConstantOp::create(b, b.getZeroAttr(type));
}

Value ContractionKernel::loadInput(ValueRange indices, int64_t lanes) {
  if (terms == 1)
    return splat(memref::LoadOp::create(b, input, indices), lanes);
  int64_t columns = columnsOfVector();
  auto type = VectorType::get({lanes / columns}, b.getF32Type());
  Value x = vector::LoadOp::create(b, type, input, indices);
  if (columns == 1)
    return x;
  auto each = llvm::map_to_vector(llvm::seq<int64_t>(0, lanes),
                                  [&](int64_t lane) { return lane / columns; });
  return vector::ShuffleOp::create(b, x, x, each);
}

auto ContractionKernel::multiplyAddRows(const DepthBlock &block,
                                        const Tile &tile, const Depth &depth,
                                        int64_t lanes, ValueRange sums)
    -> Sums {
  int64_t vectors = tile.positions.size();
  Sums columns = loadWeights(tile, depth, lanes);
  if (plan.prefetch)
    prefetch(block, tile, depth);
  SmallVector<Value> inInput(depth.inInput);
  if (operands.leftOut.value_or(0) > 0)
    inInput.back() = add(inInput.back(), index(-*operands.leftOut));
  Sums next;
  for (auto [r, row] : llvm::enumerate(tile.rows)) {
    SmallVector<Value> at(outer);
    at.push_back(row);
    llvm::append_range(at, inInput);
    Value x = loadInput(at, lanes);
    for (int64_t v = 0; v < vectors; ++v)
      next.push_back(multiplyAdd(x, columns[v], sums[r * vectors + v]));
  }
  return next;
}

auto ContractionKernel::addTerms(const DepthBlock &block, const Tile &tile,
                                 const Depth &depth, Value start, int64_t size,
                                 int64_t splits, Sums sums) -> Sums {
  int64_t numSums = sums.size() / splits;
  auto step = [&](Value k, int64_t chains, ValueRange current) {
    Sums next(current);
    for (int64_t chain = 0; chain < chains; ++chain) {
      Value at = chain == 0 ? k : add(k, index(chain * terms));
      Sums part = multiplyAddRows(block, tile, depth.inside(at), lanes,
                                  current.slice(chain * numSums, numSums));
      llvm::copy(part, next.begin() + chain * numSums);
    }
    return next;
  };

  int64_t stride = splits * terms;
  int64_t whole = size / stride * stride;
  // A loop of two would count with one bit, around which registers are
  // allocated badly.
  if (whole <= 2 * stride ||
      isWorthUnrolling(tile.rows.size(), whole / terms * numSums)) {
    for (int64_t k = 0; k < whole; k += stride)
      sums = step(add(start, index(k)), splits, sums);
  } else {
    sums = carry(
        start, add(start, index(whole)), stride, sums,
        [&](Value k, ValueRange current) { return step(k, splits, current); });
  }
  int64_t last = size - size % terms;
  if (whole < last)
    sums = step(add(start, index(whole)), (last - whole) / terms, sums);
  return sums;
}

auto ContractionKernel::Depth::inside(Value step, Value index) const -> Depth {
  Depth result = *this;
  result.steps.push_back(step);
  result.inInput.push_back(index);
  return result;
}

Value ContractionKernel::firstIndex(const Clamp &clamp) {
  const auto *line = llvm::find_if(
      lines(), [&](const LoopDim &loop) { return loop.dim == clamp.row; });
  Value counter = outer[operands.groups.size() + (line - lines().begin())];
  return arith::SubIOp::create(b, times(counter, clamp.step), index(clamp.low));
}

auto ContractionKernel::addProducts(const DepthBlock &block, const Tile &tile,
                                    const Depth &depth, int64_t splits,
                                    Sums sums) -> Sums {
  size_t level = depth.steps.size();
  Value start = level == 0 ? block.start : index(0);
  int64_t size = level == 0 ? block.size : operands.depths[level].size;
  if (tile.first && level == lineLevel)
    return addInside(block, tile, depth, splits, sums);
  if (const Clamp *clamp = operands.clampOf(operands.depths[level])) {
    Value first = firstIndex(*clamp);
    // The first depth whose index is not less than `bound`.
    auto firstFrom = [&](int64_t bound) -> Value {
      Value distance = arith::SubIOp::create(b, index(bound), first);
      if (clamp->dilation == 1)
        return distance;
      // Rounded up, by a division that every target has.
      Value steps = add(arith::MaxSIOp::create(b, distance, index(0)),
                        index(clamp->dilation - 1));
      return arith::DivUIOp::create(b, steps, index(clamp->dilation));
    };
    Value low = firstFrom(0), high = firstFrom(clamp->size);
    Value end = add(start, index(size));
    start = arith::MaxSIOp::create(b, start, low);
    end = arith::MinSIOp::create(b, end, high);
    return carry(start, end, 1, sums, [&](Value counter, ValueRange current) {
      return addProducts(
          block, tile,
          depth.inside(counter, add(times(counter, clamp->dilation), first)),
          splits, Sums(current));
    });
  }
  return addSteps(block, tile, depth, start, size, splits, sums);
}

auto ContractionKernel::addSteps(const DepthBlock &block, const Tile &tile,
                                 const Depth &depth, Value start, int64_t size,
                                 int64_t splits, Sums sums) -> Sums {
  size_t level = depth.steps.size();
  if (level + 1 == operands.depths.size())
    return addTerms(block, tile, depth, start, size, splits, sums);
  auto inside = [&](Value counter, ValueRange current) {
    return addProducts(block, tile, depth.inside(counter), splits,
                       Sums(current));
  };
  // Short loops are straight code, as long as there are few of them.
  int64_t copies = size;
  for (size_t outside = 0; outside < level; ++outside)
    copies *= std::min<int64_t>(operands.depths[outside].size, 2);
  if (size > 2 || copies > 4)
    return carry(start, add(start, index(size)), 1, sums, inside);
  for (int64_t i = 0; i < size; ++i)
    sums = inside(add(start, index(i)), sums);
  return sums;
}

auto ContractionKernel::accumulate(const DepthBlock &block, const Tile &tile,
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
  bool isPlain = operands.depths.size() == 1;
  int64_t size = isPlain ? block.size : operands.depths.back().size;
  int64_t splits = countSplits(target, plan, mostTileRows() * vectors, vectors,
                               size / terms);
  int64_t &most = tile.columns == span ? mostSplits : mostRestSplits;
  most = std::max(most, splits);
  if (splits > 1)
    sums.resize(numSums * splits, zeros(lanes));
  sums = addProducts(block, tile, {}, splits, sums);

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
  // Then the depth is one loop.
  if (terms > 1) {
    int64_t rest = block.size % terms;
    addLanes(block, tile, add(block.start, index(block.size - rest)), rest,
             sums);
  }
  return sums;
}

void ContractionKernel::addLanes(const DepthBlock &block, const Tile &tile,
                                 Value k, int64_t rest, Sums &sums) {
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
      sums = multiplyAddRows(block, tile, Depth().inside(k), count / 2, sums);
      k = add(k, index(half));
      rest -= half;
    }
  }
}

} // namespace nascent::kernels
