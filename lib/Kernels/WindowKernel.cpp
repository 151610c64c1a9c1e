//===- WindowKernel.cpp - Kernels on values of any rank -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WindowKernel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "nascent/Kernels/LinalgBody.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace nascent::kernels {

bool WindowKernel::isUnrolled(size_t level) const {
  // More taps would be more code than they save.
  constexpr int64_t enough = 9;
  int64_t taps = 1;
  for (const LoopDim &loop : ArrayRef(operands.depths).drop_front(level))
    taps = std::min(taps, enough + 1) * std::min(loop.size, enough + 1);
  if (taps > enough)
    return false;
  if (level + 1 == operands.depths.size())
    return true;
  // A row of weights stays in registers, all rows do not.
  const WindowClamp *clamp = clampOf(level);
  return (!clamp || reachOf(*clamp) != Reach::Unknown) && !isProducts;
}

const WindowClamp *WindowKernel::clampOf(size_t level) const {
  unsigned dim = *operands.depths[level].dim;
  const auto *clamp =
      llvm::find_if(operands.clamps,
                    [&](const WindowClamp &each) { return each.depth == dim; });
  return clamp == operands.clamps.end() ? nullptr : clamp;
}

auto WindowKernel::reachOf(const WindowClamp &clamp) const -> Reach {
  if (clamp.index.coefficients[*columnLoop.dim] != 0)
    return atColumns.reach;
  if (rowLoop && clamp.index.coefficients[*rowLoop->dim] != 0)
    return atRows.reach;
  return Reach::Unknown;
}

void WindowKernel::emitLevel(size_t level) {
  if (level == levels.size())
    return emitVectors();
  Turn turn = level == shared ? part : Turn();
  switch (levels[level].kind) {
  case Level::Kind::Dim: {
    unsigned dim = levels[level].dim;
    forEachOwn(turn, 0, levels[level].steps, 1, [&](Value counter) {
      counters[dim] = {counter};
      emitLevel(level + 1);
      counters[dim] = {};
    });
    return;
  }
  case Level::Kind::Chunks:
    for (const Columns &some : columns) {
      atColumns = some;
      int64_t length = chunkOf(some);
      turn = forEachOwn(turn, some.start, some.end, length, [&](Value first) {
        chunkStart = first;
        chunkEnd = Value();
        if (length > some.lanes * some.vectors) {
          chunkEnd = add(first, index(length));
          if ((some.end - some.start) % length)
            chunkEnd = arith::MinSIOp::create(b, chunkEnd, index(some.end));
        }
        emitLevel(level + 1);
      });
    }
    return;
  case Level::Kind::Tiles:
    for (const Rows &some : rows) {
      atRows = some;
      turn =
          forEachOwn(turn, some.start, some.end, some.rows, [&](Value first) {
            firstRow = {first};
            if (some.end - some.start == some.rows)
              firstRow = {Value(), some.start};
            emitLevel(level + 1);
          });
    }
    return;
  }
}

void WindowKernel::emitVectors() {
  if (!chunkEnd)
    return emitTile(chunkStart);
  forEach(chunkStart, chunkEnd, atColumns.lanes * atColumns.vectors,
          [&](Value column) { emitTile(column); });
}

void WindowKernel::emitTile(Value column) {
  ++numTiles;
  WindowBody::Scope scope(*values);
  cells.clear();
  for (int64_t row = 0; row < atRows.rows; ++row)
    for (int64_t vector = 0; vector < atColumns.vectors; ++vector) {
      WindowCell cell{counters, atColumns.lanes, atColumns.active, row,
                      atRows.rows};
      if (rowLoop)
        cell.counters[*rowLoop->dim] = firstRow + row;
      cell.counters[*columnLoop.dim] = {column, vector * atColumns.lanes};
      cells.push_back(std::move(cell));
    }
  sums.clear();
  if (operands.reduction) {
    unsigned init = *operands.values[*operands.reduction].operands.back();
    for (const WindowCell &cell : cells) {
      values->define(Value());
      sums.push_back(body.widen(values->evaluate(init, cell), cell.lanes));
    }
    auto all = llvm::to_vector(llvm::seq<unsigned>(0, cells.size()));
    if (isLookup())
      lookUp();
    else
      reduce(0, all);
  }
  for (auto [place, cell] : llvm::enumerate(cells)) {
    values->define(operands.reduction ? sums[place] : Value());
    values->store(values->evaluate(operands.root, cell), cell);
  }
}

bool WindowKernel::isOutside(size_t level, int64_t step,
                             const WindowCell &cell) const {
  const WindowClamp *clamp = clampOf(level);
  if (!clamp || reachOf(*clamp) != Reach::Known)
    return false;
  int64_t at = step * clamp->index.coefficients[clamp->depth] +
               clamp->index.constant - clamp->low;
  for (auto [counter, factor] : llvm::zip_equal(
           ArrayRef(cell.counters).take_front(operands.rank),
           ArrayRef(clamp->index.coefficients).take_front(operands.rank)))
    at += counter.offset * factor;
  return at < 0 || at >= clamp->size;
}

void WindowKernel::reduceCell(unsigned place) {
  const WindowValue &reduction = operands.values[*operands.reduction];
  const WindowCell &cell = cells[place];
  values->define(Value());
  SmallVector<Value> inputs = values->evaluateInputs(reduction, cell);
  Value &sum = sums[place];
  if (isComparison) {
    Value element = body.widen(
        *llvm::find_if(inputs, [](Value input) { return bool(input); }),
        cell.lanes);
    // A sum that is NaN stays; there it is not greater than.
    Value isMore =
        arith::CmpFOp::create(b, arith::CmpFPredicate::OGT, element, sum);
    sum = arith::SelectOp::create(b, isMore, element, sum);
    compared.push_back(element);
    return;
  }
  if (!isProducts) {
    inputs.push_back(sum);
    sum = body.widen(values->apply(reduction, inputs, cell), cell.lanes);
    return;
  }
  for (Value &input : inputs) {
    input = body.widen(input, cell.lanes);
    if (input.getType() != sum.getType())
      input = arith::ExtFOp::create(b, sum.getType(), input);
  }
  sum = multiplyAdd(inputs[0], inputs[1], sum);
}

bool WindowKernel::isLookup() const {
  return operands.reduction &&
         kernels::isLookup(operands.values[*operands.reduction].op);
}

void WindowKernel::lookUp() {
  const WindowValue &lookup = operands.values[*operands.reduction];
  // A table of one row has no loop.
  std::optional<unsigned> row;
  if (!operands.depths.empty())
    row = *operands.depths.front().dim;
  for (auto [cell, sum] : llvm::zip(cells, sums)) {
    values->define(Value());
    Value bits = values->evaluate(*lookup.operands.front(), cell);
    if (isa<VectorType>(bits.getType()))
      bits = vector::ExtractOp::create(b, bits, int64_t(0));
    auto [place, isThere] =
        placeOf(bits, index(row ? operands.sizes[*row] : 1));
    if (row)
      cell.counters[*row] = {place};
    Value found = values->evaluate(*lookup.operands[1], cell);
    sum =
        arith::SelectOp::create(b, isThere, body.widen(found, cell.lanes), sum);
    if (row)
      cell.counters[*row] = {};
  }
}

void WindowKernel::spreadNans(Value &sum) {
  auto type = cast<VectorType>(sum.getType());
  auto number = FloatAttr::get(type.getElementType(),
                               APFloat::getQNaN(llvm::APFloat::IEEEsingle()));
  Value nan =
      arith::ConstantOp::create(b, DenseElementsAttr::get(type, number));
  // One comparison tells of two.
  for (size_t i = 0; i < compared.size(); i += 2) {
    Value isNan =
        arith::CmpFOp::create(b, arith::CmpFPredicate::UNO, compared[i],
                              compared[std::min(i + 1, compared.size() - 1)]);
    sum = arith::SelectOp::create(b, isNan, nan, sum);
  }
  compared.clear();
}

void WindowKernel::reduce(size_t level, ArrayRef<unsigned> places) {
  if (level == operands.depths.size()) {
    for (unsigned place : places) {
      reduceCell(place);
      spreadNans(sums[place]);
    }
    return;
  }
  const WindowClamp *clamp = clampOf(level);
  bool isLast = level + 1 == operands.depths.size();
  if (!isUnrolled(level) || (clamp && reachOf(*clamp) == Reach::Unknown))
    return reduceInLoop(level, places);
  const LoopDim &loop = operands.depths[level];
  auto at = [&](unsigned place, int64_t step) -> Counter & {
    Counter &counter = cells[place].counters[*loop.dim];
    counter = {Value(), step};
    return counter;
  };
  if (isLast) {
    // Pixel by pixel: neighbours share most of what they read.
    for (unsigned place : places) {
      for (int64_t step = 0; step < loop.size; ++step)
        if (!isOutside(level, step, cells[place])) {
          at(place, step);
          reduceCell(place);
          at(place, 0);
        }
      spreadNans(sums[place]);
    }
    return;
  }
  for (int64_t step = 0; step < loop.size; ++step) {
    SmallVector<unsigned> inside;
    for (unsigned place : places)
      if (!isOutside(level, step, cells[place])) {
        at(place, step);
        inside.push_back(place);
      }
    reduce(level + 1, inside);
    for (unsigned place : inside)
      at(place, 0);
  }
}

Value WindowKernel::countBefore(Counter first, int64_t step, int64_t end,
                                int64_t size) {
  // Steps are fewer than indices, but nothing is divided here.
  Value zero = index(0), one = index(1), bound = index(end);
  return carry(zero, index(size), 1, {zero},
               [&](Value counter, ValueRange count) -> Sums {
                 Value at = add(values->valueOf(first), times(counter, step));
                 Value isBefore = arith::CmpIOp::create(
                     b, arith::CmpIPredicate::slt, at, bound);
                 Value more = arith::SelectOp::create(b, isBefore, one, zero);
                 return {add(count.front(), more)};
               })
      .front();
}

std::pair<Value, Value> WindowKernel::boundsOf(const WindowClamp &clamp,
                                               int64_t size) {
  Counter first = values->sumOf(clamp.index, cells.front()) + -clamp.low;
  int64_t step = clamp.index.coefficients[clamp.depth];
  if (step != 1)
    return {countBefore(first, step, 0, size),
            countBefore(first, step, clamp.size, size)};
  auto before = [&](int64_t end) {
    Value base = first.base ? first.base : index(0);
    return arith::SubIOp::create(b, index(end - first.offset), base);
  };
  return {arith::MaxSIOp::create(b, before(0), index(0)),
          arith::MinSIOp::create(b, before(clamp.size), index(size))};
}

/// Whether `op` adds elements up, rather than to take the greatest.
static bool addsUp(linalg::LinalgOp op) {
  Value sum = op.getRegionOutputArgs().front();
  Operation *last =
      op.getBlock()->getTerminator()->getOperand(0).getDefiningOp();
  if (!last || !sum.hasOneUse() || *sum.user_begin() != last)
    return false;
  return isa<arith::AddFOp>(last) ||
         (isa<math::FmaOp>(last) && last->getOperand(2) == sum);
}

void WindowKernel::reduceInLoop(size_t level, ArrayRef<unsigned> places) {
  const LoopDim &loop = operands.depths[level];
  const WindowClamp *clamp = clampOf(level);
  Value start = index(0), end = index(loop.size);
  if (clamp && reachOf(*clamp) == Reach::Unknown)
    std::tie(start, end) = boundsOf(*clamp, loop.size);
  else if (inBlocks && loop.size > 2 * kSumLength)
    return reduceInBlocks(level, places);
  sums = reduceSteps(level, places, start, end, sums);
}

void WindowKernel::reduceInBlocks(size_t level, ArrayRef<unsigned> places) {
  int64_t size = operands.depths[level].size;
  Value start = index(0), length = index(kSumLength), last = index(size);
  sums = carry(
      start, last, kSumLength, Sums(sums), [&](Value first, ValueRange totals) {
        Value end = add(first, length);
        if (size % kSumLength)
          end = arith::MinSIOp::create(b, end, last);
        Sums zeros;
        for (Value total : totals)
          zeros.push_back(
              arith::ConstantOp::create(b, b.getZeroAttr(total.getType())));
        Sums all = reduceSteps(level, places, first, end, zeros);
        for (auto [sum, total] : llvm::zip_equal(all, totals))
          sum = arith::AddFOp::create(b, total, sum);
        return all;
      });
}

auto WindowKernel::reduceSteps(size_t level, ArrayRef<unsigned> places,
                               Value start, Value end, Sums initial) -> Sums {
  const LoopDim &loop = operands.depths[level];
  return carry(start, end, 1, initial, [&](Value counter, ValueRange current) {
    WindowBody::Scope scope(*values);
    sums = Sums(current);
    for (unsigned place : places)
      cells[place].counters[*loop.dim] = {counter};
    reduce(level + 1, places);
    for (unsigned place : places)
      cells[place].counters[*loop.dim] = {};
    return sums;
  });
}

LogicalResult WindowKernel::emit(func::FuncOp kernel, bool strict) {
  auto matched = matchWindow(kernel);
  if (failed(matched))
    return failure();
  operands = std::move(*matched);
  inBlocks = !strict && operands.reduction &&
             addsUp(operands.values[*operands.reduction].op);
  plan();
  std::optional<unsigned> rowDim;
  if (rowLoop)
    rowDim = rowLoop->dim;
  values.emplace(b, body, operands, *columnLoop.dim, rowDim, lanes);
  counters.resize(operands.sizes.size());
  emitLevel(0);
  return success();
}

std::string WindowKernel::describe() const {
  std::string text = llvm::formatv("{0} elements", countSteps(operands.rows));
  if (operands.reduction)
    text += llvm::formatv(" of {0} each", countSteps(operands.depths));
  return text + llvm::formatv(" in tiles of {0} rows and {1} vectors of {2}",
                              tileRows, tileVectors, lanes)
                    .str();
}

} // namespace nascent::kernels
