//===- OpenKernel.cpp - Loops whose ends are arguments --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OpenKernel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "nascent/Kernels/LinalgBody.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace nascent::kernels {

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

void OpenKernelEmitter::emitDims(unsigned dim, function_ref<void()> inside) {
  if (dim + 1 >= sizes.size())
    return inside();
  if (dim == rowDim)
    return emitDims(dim + 1, inside);
  Value zero = index(0), end = valueOf(sizes[dim]);
  forEach(zero, end, 1, [&](Value counter) {
    counters[dim] = {counter};
    emitDims(dim + 1, inside);
    counters[dim] = {};
  });
}

void OpenKernelEmitter::emitColumns(function_ref<void(Columns, Value)> inside) {
  auto loop = [&](Value start, Value end, Columns columns) {
    forEach(start, end, columns.lanes * columns.vectors,
            [&](Value column) { inside(columns, column); });
  };
  Value zero = index(0);
  std::optional<int64_t> known = getConstantIntValue(sizes.back());
  if (!known) {
    Value size = valueOf(sizes.back()), whole = size;
    if (lanes > 1) {
      Value mask = index(-lanes);
      whole = arith::AndIOp::create(b, size, mask);
      loop(zero, whole, {lanes, lanes, 1});
    }
    loop(lanes > 1 ? whole : zero, size, {1, 1, 1});
    return;
  }
  int64_t whole = *known / lanes, tiled = whole / tileVectors * tileVectors;
  auto part = [&](int64_t start, int64_t end, Columns columns) {
    if (start < end)
      forEach(start, end, columns.lanes * columns.vectors,
              [&](Value column) { inside(columns, column); });
  };
  part(0, tiled * lanes, {lanes, lanes, tileVectors});
  part(tiled * lanes, whole * lanes, {lanes, lanes, whole - tiled});
  int64_t start = whole * lanes, rest = *known - start;
  part(start, *known, {int64_t(llvm::bit_ceil(uint64_t(rest))), rest, 1});
}

std::pair<Value, Value> OpenKernelEmitter::interiorOf(Value size) {
  Value zero = index(0), first = zero, last = size;
  unsigned dim = llvm::find(places, rowDim) - places.begin();
  for (const Clamp &clamp : clamps) {
    int64_t step = factorOf(clamp.index, dim);
    if (step == 0)
      continue;
    SmallVector<OpenIndex> loops(places.size());
    int64_t start =
        values->evaluateIndex(clamp.index, loops).offset - clamp.low;
    // From where the first element is inside, to where the last one is.
    if (start < 0)
      first = arith::MaxSIOp::create(
          b, first, index(llvm::divideCeil(uint64_t(-start), step)));
    Value taps = valueOf(rangeOf(clamp.depth));
    Value reach = times(arith::SubIOp::create(b, taps, index(1)),
                        factorOf(clamp.index, clamp.depth));
    Value room = arith::SubIOp::create(b, clamp.size, reach);
    room = add(room, index(step - 1 - start));
    room = arith::MaxSIOp::create(b, room, zero);
    if (step != 1)
      room = arith::DivUIOp::create(b, room, index(step));
    last = arith::MinSIOp::create(b, last, room);
  }
  return {arith::MinSIOp::create(b, first, last), last};
}

void OpenKernelEmitter::emitRows(Columns columns, Value column) {
  if (!rowDim)
    return emitTile(columns, column, Value(), 1, /*isInside=*/false);
  Value size = valueOf(sizes[*rowDim]), zero = index(0);
  auto single = [&](Value start, Value end, bool isInside) {
    forEach(start, end, 1,
            [&](Value row) { emitTile(columns, column, row, 1, isInside); });
  };
  std::pair<Value, Value> interior = interiorOf(size);
  Value first = interior.first, last = interior.second;
  if (!clamps.empty())
    single(zero, first, /*isInside=*/false);
  // The last tile overlaps the one before: it computes the same once more.
  Value count = arith::SubIOp::create(b, last, first);
  Value isTiled = arith::CmpIOp::create(b, arith::CmpIPredicate::sge, count,
                                        index(tileRows));
  Value end = arith::SelectOp::create(b, isTiled, last, first);
  forEach(first, end, tileRows, [&](Value row) {
    Value latest = arith::SubIOp::create(b, last, index(tileRows));
    Value start = arith::MinSIOp::create(b, row, latest);
    emitTile(columns, column, start, tileRows, /*isInside=*/true);
  });
  single(end, last, /*isInside=*/true);
  if (!clamps.empty())
    single(last, size, /*isInside=*/false);
}

//===----------------------------------------------------------------------===//
// Tiles
//===----------------------------------------------------------------------===//

OpenBody::Indices OpenKernelEmitter::loopsAt(const OpenCell &cell) {
  OpenBody::Indices loops;
  for (auto [place, depth] : llvm::zip(places, depthCounters))
    loops.push_back(place ? cell.indices[*place] : depth);
  return loops;
}

void OpenKernelEmitter::emitTile(Columns columns, Value column, Value row,
                                 int64_t rows, bool isInside) {
  this->isInside = isInside;
  cells.clear();
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t vector = 0; vector < columns.vectors; ++vector) {
      OpenCell cell{counters, columns.lanes, columns.active, Value()};
      if (rowDim)
        cell.indices[*rowDim] = {row, i, 0};
      cell.indices.back() = {column, vector * columns.lanes, 1};
      cells.push_back(std::move(cell));
    }
  if (reduction) {
    for (OpenCell &cell : cells) {
      OpenBody::Indices loops = loopsAt(cell), written;
      for (AffineExpr expr :
           reduction.getIndexingMapsArray().back().getResults())
        written.push_back(values->evaluateIndex(expr, loops));
      Value init = values->evaluate(reduction.getDpsInits()[0], written, cell);
      cell.sum = body.widen(init, cell.lanes);
    }
    if (isLookup(reduction))
      lookUp();
    else if (isInLanes)
      reduceRow();
    else
      reduce(0);
  }
  for (OpenCell &cell : cells) {
    Value value = values->evaluate(root, cell.indices, cell);
    values->store(value, destination, cell);
  }
}

std::pair<Value, Value> OpenKernelEmitter::boundsOf(const Clamp &clamp,
                                                    Value size) {
  OpenBody::Indices loops = loopsAt(cells.front());
  loops[clamp.depth] = {};
  OpenIndex at = values->evaluateIndex(clamp.index, loops);
  at.offset -= clamp.low;
  Value first = values->valueOf(at), zero = index(0);
  int64_t step = factorOf(clamp.index, clamp.depth);
  // How many steps of the loop lie before index `end`.
  auto countBefore = [&](Value end) {
    Value room = arith::SubIOp::create(b, end, first);
    if (step != 1)
      room = add(room, index(step - 1));
    room = arith::MaxSIOp::create(b, room, zero);
    if (step != 1)
      room = arith::DivUIOp::create(b, room, index(step));
    return Value(arith::MinSIOp::create(b, room, size));
  };
  Value start = countBefore(zero);
  return {start, countBefore(clamp.size)};
}

void OpenKernelEmitter::reduce(unsigned level) {
  if (level == depths.size())
    return reduceCells();
  unsigned dim = depths[level];
  OpFoldResult range = rangeOf(dim);
  std::optional<int64_t> known = getConstantIntValue(range);
  auto *clamp = llvm::find_if(
      clamps, [&](const Clamp &each) { return each.depth == dim; });
  bool isClamped = false;
  if (clamp != clamps.end()) {
    bool isOfRows =
        rowDim && factorOf(clamp->index,
                           llvm::find(places, rowDim) - places.begin()) != 0;
    isClamped = !isOfRows || !isInside;
  }
  // More steps would be more code than a loop saves.
  constexpr int64_t enough = 9, most = 128;
  if (known && !isClamped && level + 1 == depths.size() && *known <= enough &&
      *known * int64_t(cells.size()) <= most) {
    for (int64_t step = 0; step < *known; ++step) {
      depthCounters[dim] = {Value(), step, 0};
      reduce(level + 1);
    }
    depthCounters[dim] = {};
    return;
  }
  Value start = index(0), end = valueOf(range);
  if (isClamped)
    std::tie(start, end) = boundsOf(*clamp, end);
  Sums sums;
  for (const OpenCell &cell : cells)
    sums.push_back(cell.sum);
  auto setSums = [&](ValueRange current) {
    for (auto [cell, sum] : llvm::zip(cells, current))
      cell.sum = sum;
  };
  Sums last =
      carry(start, end, 1, sums, [&](Value counter, ValueRange current) {
        setSums(current);
        depthCounters[dim] = {counter};
        reduce(level + 1);
        depthCounters[dim] = {};
        return llvm::map_to_vector(
            cells, [](const OpenCell &cell) { return cell.sum; });
      });
  setSums(last);
}

void OpenKernelEmitter::lookUp() {
  unsigned row = depths.front();
  for (OpenCell &cell : cells) {
    // Of the two operands, the first does not depend on the row.
    OpOperand *operand = reduction.getDpsInputOperand(0);
    OpenBody::Indices loops = loopsAt(cell);
    auto at = llvm::map_to_vector(
        reduction.getMatchingIndexingMap(operand).getResults(),
        [&](AffineExpr expr) { return values->evaluateIndex(expr, loops); });
    Value bits = values->evaluate(operand->get(), at, cell);
    auto [place, isThere] = placeOf(bits, valueOf(rangeOf(row)));
    depthCounters[row] = {place};
    Value found = values->evaluateInputs(reduction, loopsAt(cell), cell).back();
    cell.sum = arith::SelectOp::create(b, isThere,
                                       body.widen(found, cell.lanes), cell.sum);
    depthCounters[row] = {};
  }
}

void OpenKernelEmitter::reduceCells() {
  for (OpenCell &cell : cells) {
    OpenBody::Indices loops = loopsAt(cell);
    SmallVector<Value> inputs = values->evaluateInputs(reduction, loops, cell);
    if (!isProducts) {
      inputs.push_back(cell.sum);
      cell.sum = body.widen(values->apply(reduction, inputs, loops, cell.lanes),
                            cell.lanes);
      continue;
    }
    for (Value &input : inputs) {
      input = body.widen(input, cell.lanes);
      if (input.getType() != cell.sum.getType())
        input = arith::ExtFOp::create(b, cell.sum.getType(), input);
    }
    cell.sum = multiplyAdd(inputs[0], inputs[1], cell.sum);
  }
}

LogicalResult OpenKernelEmitter::emit(func::FuncOp kernel, bool strict) {
  if (failed(match(kernel, strict)))
    return failure();
  auto rows = [&](Columns columns, Value column) { emitRows(columns, column); };
  if (hasColumnsOutside)
    emitColumns([&](Columns columns, Value column) {
      emitDims(0, [&] { emitRows(columns, column); });
    });
  else
    emitDims(0, [&] { emitColumns(rows); });
  return success();
}

} // namespace nascent::kernels
