//===- OpenKernel.cpp - Loops whose ends are arguments --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OpenKernel.h"
#include "LinalgBody.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/MathExtras.h"
#include <numeric>

using namespace mlir;

namespace nascent::kernels {

//===----------------------------------------------------------------------===//
// Sizes
//===----------------------------------------------------------------------===//

Value OpenKernel::valueOf(OpFoldResult size) {
  if (auto value = dyn_cast<Value>(size))
    return value;
  return index(*getConstantIntValue(size));
}

OpFoldResult OpenKernel::sizeOf(Value tensor, int64_t dim) {
  auto type = cast<RankedTensorType>(tensor.getType());
  if (!type.isDynamicDim(dim))
    return b.getIndexAttr(type.getDimSize(dim));
  Operation *op = tensor.getDefiningOp();
  if (auto leaf = dyn_cast<bufferization::ToTensorOp>(op))
    return leaf.getBuffer()
        .getDefiningOp<memref::ReinterpretCastOp>()
        .getMixedSizes()[dim];
  if (auto empty = dyn_cast<tensor::EmptyOp>(op))
    return empty.getMixedSizes()[dim];
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op))
    return slice.getMixedSizes()[dim];
  if (auto pad = dyn_cast<tensor::PadOp>(op)) {
    Value size = valueOf(sizeOf(pad.getSource(), dim));
    Value more = index(pad.getStaticLow()[dim] + pad.getStaticHigh()[dim]);
    return add(size, more);
  }
  return sizeOf(cast<linalg::LinalgOp>(op).getDpsInits()[0], dim);
}

OpFoldResult OpenKernel::rangeOf(unsigned dim) {
  for (OpOperand &operand : reduction->getOpOperands()) {
    if (!isa<ShapedType>(operand.get().getType()))
      continue;
    AffineMap map = reduction.getMatchingIndexingMap(&operand);
    for (auto [place, expr] : llvm::enumerate(map.getResults()))
      if (expr == b.getAffineDimExpr(dim))
        return sizeOf(operand.get(), place);
  }
  return b.getIndexAttr(reduction.getStaticLoopRanges()[dim]);
}

//===----------------------------------------------------------------------===//
// What is computed
//===----------------------------------------------------------------------===//

int64_t OpenKernel::factorOf(AffineExpr index, unsigned dim) {
  SmallVector<OpenIndex> loops(reduction.getNumLoops());
  int64_t before = values->evaluateIndex(index, loops).offset;
  loops[dim].offset = 1;
  return values->evaluateIndex(index, loops).offset - before;
}

LogicalResult OpenKernel::addClamps(OpOperand &operand) {
  auto pad = operand.get().getDefiningOp<tensor::PadOp>();
  if (!pad)
    return success();
  Attribute padding;
  Value constant = pad.getConstantPaddingValue();
  if (!constant || !matchPattern(constant, m_Constant(&padding)) ||
      !canBePadded(reduction, padding))
    return pad.emitOpError("must pad with what changes nothing in the "
                           "reduction that reads it");
  AffineMap map = reduction.getMatchingIndexingMap(&operand);
  for (auto [place, expr] : llvm::enumerate(map.getResults())) {
    int64_t low = pad.getStaticLow()[place], high = pad.getStaticHigh()[place];
    if (low == 0 && high == 0)
      continue;
    AffineExpr read = expr;
    auto *depth = llvm::find_if(
        depths, [&](unsigned dim) { return read.isFunctionOfDim(dim); });
    if (depth == depths.end() || !read.isPureAffine())
      return pad.emitOpError("must be read by a window in each dimension that "
                             "it pads");
    clamps.push_back({*depth, read, low,
                      valueOf(sizeOf(pad.getSource(), place))});
  }
  return success();
}

LogicalResult OpenKernel::match(func::FuncOp kernel) {
  for (auto op : kernel.front().getOps<linalg::LinalgOp>())
    if (op.getNumReductionLoops() > 0)
      reduction = op;
  values.emplace(b, body, reduction);
  sizes = destination.getDefiningOp<memref::ReinterpretCastOp>()
              .getMixedSizes();
  if (sizes.empty())
    return kernel.emitOpError("stores a single number, but kernels with open "
                              "sizes store values of some dimensions");
  counters.resize(sizes.size());
  if (!reduction)
    return chooseLanes();
  isProducts = isSumOfProducts(reduction);
  places = loopsOfResult(reduction);
  for (auto [dim, place] : llvm::enumerate(places))
    if (!place)
      depths.push_back(dim);
  depthCounters.resize(places.size());
  for (OpOperand *operand : reduction.getDpsInputOperands())
    if (failed(addClamps(*operand)))
      return failure();
  return chooseLanes();
}

LogicalResult OpenKernel::chooseLanes() {
  SmallVector<int64_t> steps(sizes.size(), 0);
  steps.back() = 1;
  std::optional<int64_t> known = getConstantIntValue(sizes.back());
  lanes = target.lanes;
  if (known)
    lanes = std::min<int64_t>(lanes, llvm::bit_ceil(uint64_t(*known)));
  for (; lanes > 1; lanes /= 2) {
    FailureOr<bool> hasVectors = values->hasVectors(root, steps, lanes);
    if (failed(hasVectors))
      return failure();
    if (*hasVectors)
      break;
  }
  FailureOr<bool> isKnown = values->hasVectors(root, steps, lanes);
  if (failed(isKnown))
    return failure();
  chooseTiles();
  return success();
}

void OpenKernel::chooseTiles() {
  if (!reduction)
    return;
  unsigned last = sizes.size() - 1;
  auto isRead = [&](OpOperand *operand, unsigned place) {
    AffineMap map = reduction.getMatchingIndexingMap(operand);
    for (auto [dim, at] : llvm::enumerate(places))
      if (at == place && map.isFunctionOfDim(dim))
        return true;
    return false;
  };
  SmallVector<OpOperand *> inputs = reduction.getDpsInputOperands();
  // Some only say how large a window is.
  llvm::erase_if(inputs, [&](OpOperand *input) {
    return reduction.getMatchingBlockArgument(input).use_empty();
  });
  hasColumnsOutside = llvm::any_of(
      inputs, [&](OpOperand *input) { return !isRead(input, last); });
  // Neighbours that share what is read: pixels of a line.
  for (unsigned place = 0; place < last; ++place)
    if (llvm::any_of(inputs,
                     [&](OpOperand *input) { return !isRead(input, place); }))
      rowDim = place;
  bool isMany = target.registers >= 32;
  std::optional<int64_t> known = getConstantIntValue(sizes.back());
  int64_t whole = known ? std::max<int64_t>(1, *known / lanes) : 1;
  tileVectors = std::min<int64_t>(whole, isMany ? 4 : 2);
  if (lanes == 1)
    tileVectors = 1;
  if (!rowDim)
    return;
  tileRows = tileVectors > 1 ? 6 : isMany ? 12 : 8;
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

void OpenKernel::emitDims(unsigned dim, function_ref<void()> inside) {
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

void OpenKernel::emitColumns(function_ref<void(Columns, Value)> inside) {
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

std::pair<Value, Value> OpenKernel::interiorOf(Value size) {
  Value zero = index(0), first = zero, last = size;
  unsigned dim = llvm::find(places, rowDim) - places.begin();
  for (const Clamp &clamp : clamps) {
    int64_t step = factorOf(clamp.index, dim);
    if (step == 0)
      continue;
    SmallVector<OpenIndex> loops(places.size());
    int64_t start = values->evaluateIndex(clamp.index, loops).offset -
                    clamp.low;
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

void OpenKernel::emitRows(Columns columns, Value column) {
  if (!rowDim)
    return emitTile(columns, column, Value(), 1, /*isInside=*/false);
  Value size = valueOf(sizes[*rowDim]), zero = index(0);
  auto single = [&](Value start, Value end, bool isInside) {
    forEach(start, end, 1, [&](Value row) {
      emitTile(columns, column, row, 1, isInside);
    });
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

OpenBody::Indices OpenKernel::loopsAt(const OpenCell &cell) {
  OpenBody::Indices loops;
  for (auto [place, depth] : llvm::zip(places, depthCounters))
    loops.push_back(place ? cell.indices[*place] : depth);
  return loops;
}

void OpenKernel::emitTile(Columns columns, Value column, Value row,
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
      cell.sum = values->widen(init, cell.lanes);
    }
    reduce(0);
  }
  for (OpenCell &cell : cells) {
    Value value = values->evaluate(root, cell.indices, cell);
    values->store(value, destination, cell);
  }
}

std::pair<Value, Value> OpenKernel::boundsOf(const Clamp &clamp, Value size) {
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

void OpenKernel::reduce(unsigned level) {
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
  constexpr int64_t enough = 9;
  if (known && !isClamped && level + 1 == depths.size() && *known <= enough) {
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

void OpenKernel::reduceCells() {
  for (OpenCell &cell : cells) {
    OpenBody::Indices loops = loopsAt(cell);
    SmallVector<Value> inputs =
        values->evaluateInputs(reduction, loops, cell);
    if (!isProducts) {
      inputs.push_back(cell.sum);
      cell.sum = values->widen(
          values->apply(reduction, inputs, loops), cell.lanes);
      continue;
    }
    for (Value &input : inputs) {
      input = values->widen(input, cell.lanes);
      if (input.getType() != cell.sum.getType())
        input = arith::ExtFOp::create(b, cell.sum.getType(), input);
    }
    cell.sum = multiplyAdd(inputs[0], inputs[1], cell.sum);
  }
}

LogicalResult OpenKernel::emit(func::FuncOp kernel) {
  if (failed(match(kernel)))
    return failure();
  auto rows = [&](Columns columns, Value column) {
    emitRows(columns, column);
  };
  if (hasColumnsOutside)
    emitColumns([&](Columns columns, Value column) {
      emitDims(0, [&] { emitRows(columns, column); });
    });
  else
    emitDims(0, [&] { emitColumns(rows); });
  return success();
}

} // namespace nascent::kernels
