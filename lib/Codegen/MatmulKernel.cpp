//===- MatmulKernel.cpp - Kernels with a matmul ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MatmulKernel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"
#include <numeric>

using namespace mlir;

namespace nascent::codegen {

/// The buffer that a tensor is read from, or null.
static Value bufferOf(Value tensor) {
  auto leaf = tensor.getDefiningOp<bufferization::ToTensorOp>();
  return leaf ? Value(leaf.getBuffer()) : Value();
}

LogicalResult MatmulKernel::match(linalg::MatmulOp op, bool strict) {
  matmul = op;
  if (!isa<linalg::MatmulTransposeBOp>(op.getOperation()))
    return op.emitOpError("must multiply by a transposed weight");
  input = bufferOf(op.getInputs()[0]);
  weight = bufferOf(op.getInputs()[1]);
  auto unpack = op.getInputs()[1].getDefiningOp<linalg::UnPackOp>();
  if (unpack && unpack.getInnerDimsPos() == ArrayRef<int64_t>{0} &&
      unpack.getOuterDimsPerm().empty())
    weight = bufferOf(unpack.getSource());
  if (!input || !weight)
    return op.emitOpError("needs its input and its weight, by rows or in "
                          "panels, from buffers");
  Operation *init = op.getOutputs()[0].getDefiningOp();
  auto broadcast = dyn_cast_if_present<linalg::BroadcastOp>(init);
  if (broadcast && broadcast.getDimensions() == ArrayRef<int64_t>{0})
    bias = bufferOf(broadcast.getInput());
  else if (auto filled = dyn_cast_if_present<linalg::FillOp>(init))
    fill = filled.value();
  if (!bias && !fill)
    return op.emitOpError("must accumulate onto a bias or a constant");
  auto inputType = cast<MemRefType>(input.getType());
  auto weightType = cast<MemRefType>(weight.getType());
  width = unpack ? weightType.getDimSize(2) : 1;
  shape = {inputType.getDimSize(0), inputType.getDimSize(1),
           cast<MemRefType>(destination.getType()).getDimSize(1),
           weightType.getElementTypeBitWidth() / 8, networkBytes};
  auto overruled =
      op->getParentOp()->getAttrOfType<nn::PlanAttr>(nn::kPlanAttrName);
  if (strict && overruled && overruled.getChains().value_or(1) > 1)
    return emitError(op.getLoc())
           << "the layer's " << nn::kPlanAttrName << " asks for "
           << *overruled.getChains()
           << " chains of sums, but strict numerics add terms in one order";
  plan = planMatmul(target, shape, width, strict, overruled);
  span = width * plan.tilePanels;
  terms = plan.depthLanes;
  lanes = std::gcd(width, target.lanes) * terms;
  paired = weightType.getElementType().isBF16() && width % (2 * lanes) == 0;
  // A tile is straight code. No choice of ours comes near this.
  constexpr int64_t mostVectors = 1024;
  int64_t vectors = span / columnsOfVector();
  if (mostTileRows() * vectors > mostVectors)
    return emitError(op.getLoc())
           << "the layer's " << nn::kPlanAttrName << " gives tiles of "
           << mostTileRows() << " rows with " << vectors
           << " vectors each; more than " << mostVectors
           << " vectors take too long to compile";
  return success();
}

int64_t MatmulKernel::mostTileRows() const {
  return balanceRows(shape.rows, plan.tileRows).front().rows;
}

std::string MatmulKernel::describe() const {
  std::string text = llvm::formatv(
      "{0} x {1} times {1} x {2} in tiles of {3} rows and {4} columns",
      shape.rows, shape.depth, shape.units, mostTileRows(), span);
  if (plan.depthBlock < shape.depth)
    text += llvm::formatv(", {0} terms at a time", plan.depthBlock);
  if (plan.rowBlock < shape.rows)
    text += llvm::formatv(", {0} rows at a time", plan.rowBlock);
  int64_t rest = shape.units % span;
  int64_t common = shape.units < span ? mostRestSplits : mostSplits;
  if (common > 1)
    text += llvm::formatv(", each sum split into {0}", common);
  if (rest && mostRestSplits != common)
    text += llvm::formatv(", sums of the last {0} columns split into {1}", rest,
                          mostRestSplits);
  if (part)
    text += plan.share == Share::Panels ? ", panels shared by threads"
                                        : ", rows shared by threads";
  if (plan.prefetch > 0)
    text += llvm::formatv(", panels fetched {0} rows ahead", plan.prefetch);
  return text;
}

Value MatmulKernel::initial(const DepthBlock &block, const Position &position) {
  if (position.active == 0)
    return zeros(position.lanes);
  if (!block.isFirst)
    return body.load(destination, {position.row, position.column}, position);
  if (!bias)
    return splat(fill, position.lanes);
  return body.load(bias, position.column, position);
}

LogicalResult MatmulKernel::emitTile(const DepthBlock &block, Value firstRow,
                                     Value row, int64_t rows, Value panel,
                                     int64_t columns) {
  ++numTiles;
  Tile tile;
  tile.firstRow = firstRow;
  tile.columns = columns;
  for (int64_t r = 0; r < rows; ++r)
    tile.rows.push_back(add(row, index(r)));
  Value firstColumn = arith::MulIOp::create(b, panel, index(width));
  for (int64_t start = 0; start < columns; start += width)
    tile.panels.push_back(add(panel, index(start / width)));
  // Vectors past the last column would be all padding, but for the other one of
  // a pair.
  int64_t step = columnsOfVector();
  int64_t end = llvm::alignTo(columns, paired ? 2 * step : step);
  for (int64_t start = 0; start < end; start += step)
    tile.positions.push_back({Value(), add(firstColumn, index(start)), step,
                              std::clamp<int64_t>(columns - start, 0, step)});
  auto forEachSum = [&](function_ref<void(const Position &)> inside) {
    for (Value at : tile.rows)
      for (Position position : tile.positions) {
        position.row = at;
        inside(position);
      }
  };

  Sums sums;
  forEachSum([&](const Position &position) {
    sums.push_back(initial(block, position));
  });
  pairSums(sums, /*toPairs=*/true);
  sums = accumulate(block, tile, sums);
  pairSums(sums, /*toPairs=*/false);
  bool ok = true;
  auto *sum = sums.begin();
  forEachSum([&](const Position &position) {
    Value value = *sum++;
    if (position.active == 0)
      return;
    if (!block.isLast)
      return body.store(value, destination, {position.row, position.column},
                        position);
    body.define(matmul.getResult(0), value);
    ok &= succeeded(storeRoot(position));
  });
  return success(ok);
}

LogicalResult MatmulKernel::forEachPanels(
    function_ref<LogicalResult(Value, int64_t)> inside) {
  int64_t rest = shape.units % span;
  int64_t panels = shape.units / span * plan.tilePanels;
  bool ok = true;
  Turn turn =
      forEachOwn(firstTurn(Share::Panels), 0, panels, plan.tilePanels,
                 [&](Value panel) { ok &= succeeded(inside(panel, span)); });
  if (rest)
    forEachOwn(turn, panels, panels + 1, 1,
               [&](Value panel) { ok &= succeeded(inside(panel, rest)); });
  return success(ok);
}

LogicalResult MatmulKernel::emitBlock(const DepthBlock &block) {
  SmallVector<RowBlocks, 2> groups = balanceRows(shape.rows, plan.tileRows);
  bool ok = true;
  if (shape.rows <= plan.rowBlock)
    return forEachPanels([&](Value panel, int64_t columns) {
      int64_t start = 0;
      Value first = index(0);
      Turn turn = firstTurn(Share::RowTiles);
      for (RowBlocks group : groups) {
        int64_t end = start + group.rows * group.count;
        turn = forEachOwn(turn, start, end, group.rows, [&](Value row) {
          ok &= succeeded(
              emitTile(block, first, row, group.rows, panel, columns));
        });
        start = end;
      }
      return success(ok);
    });
  int64_t start = 0;
  for (RowBlocks group : groups) {
    int64_t end = start + group.rows * group.count;
    // As few blocks as possible, as equal as possible.
    int64_t most = std::max<int64_t>(1, plan.rowBlock / group.rows);
    int64_t blocks = llvm::divideCeil(group.count, most);
    int64_t size = llvm::divideCeil(group.count, blocks) * group.rows;
    forEach(start, end, size, [&](Value first) {
      Value last = add(first, index(size));
      if ((end - start) % size)
        last = arith::MinSIOp::create(b, last, index(end));
      ok &= succeeded(forEachPanels([&](Value panel, int64_t columns) {
        Turn turn = firstTurn(Share::RowTiles);
        forEachOwn(turn, first, last, group.rows, [&](Value row) {
          ok &= succeeded(
              emitTile(block, first, row, group.rows, panel, columns));
        });
        return success(ok);
      }));
    });
    start = end;
  }
  return success(ok);
}

LogicalResult MatmulKernel::emit(linalg::MatmulOp op, bool strict) {
  if (failed(match(op, strict)))
    return failure();
  int64_t blocks = llvm::divideCeil(shape.depth, plan.depthBlock);
  if (blocks <= 1)
    return emitBlock({index(0), shape.depth, true, true});
  int64_t size = llvm::divideCeil(shape.depth, blocks);
  int64_t last = (shape.depth - 1) / size * size;
  bool ok = succeeded(emitBlock({index(0), size, true, false}));
  forEach(size, last, size, [&](Value start) {
    ok &= succeeded(emitBlock({start, size, false, false}));
  });
  ok &= succeeded(emitBlock({index(last), shape.depth - last, false, true}));
  return success(ok);
}

} // namespace nascent::codegen
