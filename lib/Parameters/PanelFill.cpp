//===- PanelFill.cpp - Elements by panels of rows -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Lanes are neighbouring rows of the matrix, which lie side by side in their
// panel; panels are written from their first byte to their last. Where only
// some rows of a panel are to be filled, they are by element: their neighbours'
// bytes must not even be written as they were, since another thread may write
// them.
//
//===----------------------------------------------------------------------===//

#include "FillEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace nascent::parameters {

Value FillEmitter::panelCount(Value elements) {
  return kind.wholeBlocks ? b.shiftRight(elements, 2) : elements;
}

DrawEmitter::Numbers FillEmitter::emitLaneStarts(Value perRow) {
  int64_t halfLanes = std::max<int64_t>(lanes / 2, 1);
  auto halfType = VectorType::get({halfLanes}, b.getI64Type());
  perRow = b.splat(halfType, perRow);
  Numbers starts;
  for (int half = 0; half < 2; ++half)
    starts[half] = b.mul(perRow, b.iota(b.getI64Type(), halfLanes, 2, half));
  return starts;
}

DrawEmitter::Numbers FillEmitter::panelNumbers(Value firstLane,
                                               const Numbers &starts) {
  Numbers numbers;
  for (int half = 0; half < (lanes > 1 ? 2 : 1); ++half)
    numbers[half] =
        b.add(b.splat(starts[half].getType(), firstLane), starts[half]);
  return numbers;
}

Value FillEmitter::panelDraw(const Stream &stream, ArrayRef<Numbers> vectors) {
  // A block's draws are four columns'.
  if (kind.wholeBlocks)
    return b.concatenate(draws.ofBlocks(stream, vectors));
  SmallVector<Value, 2> result;
  for (const Numbers &elements : vectors)
    result.push_back(draws.ofElements(stream, elements));
  return b.concatenate(result);
}

Value FillEmitter::sharedPanelDraw(unsigned draw, Type type,
                                   ArrayRef<Value> firstLanes) {
  // Not every target passes whole vectors in registers.
  SmallVector<Value, 3> scalars(firstLanes);
  scalars.push_back(perRow);
  return draws.emit(draw, type, scalars,
                    [&](const Stream &stream, ValueRange scalars) {
                      Numbers starts = emitLaneStarts(scalars.back());
                      SmallVector<Numbers, 2> vectors;
                      for (Value firstLane : scalars.drop_back())
                        vectors.push_back(panelNumbers(firstLane, starts));
                      return panelDraw(stream, vectors);
                    });
}

Value FillEmitter::padded(Value isRow, Value value) {
  Type type = value.getType();
  Value padding =
      b.splat(type, arith::ConstantOp::create(b, b.getF32FloatAttr(0)));
  value = arith::SelectOp::create(b, isRow, value, padding);
  if (kind.stored.isF32())
    return value;
  Value narrow =
      arith::TruncFOp::create(b, withElement(type, kind.stored), value);
  return arith::BitcastOp::create(b, withElement(type, b.getI16Type()), narrow);
}

void FillEmitter::emitPanelVectors(Value panel, Value vector, Value column,
                                   int64_t count) {
  int64_t columnStep = kind.wholeBlocks ? 4 : 1;
  Type i32Vector = vectorType.clone(b.getI32Type());
  Value laneNumbers = b.iota(b.getI32Type(), lanes);
  // One vector after the other, each with its columns.
  SmallVector<Value> rowNumbers(count * columnStep), columnNumbers = rowNumbers;
  SmallVector<Numbers, 2> numbers;
  SmallVector<Value, 2> firstLanes, isRow;
  for (int64_t v = 0; v < count; ++v) {
    Value firstRow = b.add(b.add(panel, vector), b.index(v * lanes));
    if (!draws.empty()) {
      Value rowStart = b.mul(firstRow, panelCount(columns));
      firstLanes.push_back(b.toI64(b.add(rowStart, panelCount(column))));
      if (!draws.areShared())
        numbers.push_back(panelNumbers(firstLanes.back(), laneStarts));
    }
    // Lanes past the last row are the panel's padding.
    Value rowsLeft = b.subtract(rows, firstRow);
    rowsLeft = b.min(rowsLeft, b.index(lanes));
    rowsLeft = arith::IndexCastOp::create(b, b.getI32Type(), rowsLeft);
    isRow.push_back(arith::CmpIOp::create(b, arith::CmpIPredicate::slt,
                                          laneNumbers,
                                          b.splat(i32Vector, rowsLeft)));
    if (usesPosition)
      for (int64_t i = 0; i < columnStep; ++i) {
        rowNumbers[v * columnStep + i] =
            b.add(b.splat(i32Vector, b.toI32(firstRow)), laneNumbers);
        columnNumbers[v * columnStep + i] =
            b.splat(i32Vector, b.toI32(b.add(column, b.index(i))));
      }
  }
  Type type = vectorsType(rowNumbers.size());
  auto drawing = [&](unsigned draw) {
    if (draws.areShared())
      return sharedPanelDraw(draw, type, firstLanes);
    return draws.emit(draw, type, {}, [&](const Stream &stream, ValueRange) {
      return panelDraw(stream, numbers);
    });
  };
  SmallVector<Value> values = elements(drawing, rowNumbers, columnNumbers);
  Value place = b.add(b.mul(panel, columns), vector);
  // Stored in ascending order, column by column, unless the layout has others.
  for (int64_t i = 0; i < columnStep; ++i) {
    Value columnNumber =
        b.storedColumn(b.add(column, b.index(i)), columns, kind.spatial);
    Value start = b.add(place, b.mul(columnNumber, b.index(kind.width)));
    for (int64_t v = 0; v < count; ++v) {
      Value value = padded(isRow[v], values[v * columnStep + i]);
      vector::StoreOp::create(b, value, storage,
                              ValueRange{b.add(start, b.index(v * lanes))});
    }
  }
}

void FillEmitter::emitPanels() {
  perRow = b.toI64(panelCount(columns));
  laneStarts = emitLaneStarts(perRow);
  Value width = b.index(kind.width);
  // The last row's panel is filled to its end; no rows are none of it.
  Value isSome =
      arith::CmpIOp::create(b, arith::CmpIPredicate::slt, begin, end);
  Value isToLast =
      arith::CmpIOp::create(b, arith::CmpIPredicate::eq, end, rows);
  Value isPadded = arith::AndIOp::create(b, isSome, isToLast);
  Value paddedEnd =
      arith::SelectOp::create(b, isPadded, b.add(rows, width), end);
  auto panels = scf::ForOp::create(b, b.index(0), rows, width);
  b.setInsertionPointToStart(panels.getBody());
  Value panel = panels.getInductionVar();
  Value from = b.max(begin, panel);
  Value to = b.min(paddedEnd, b.add(panel, width));
  Value isWhole = arith::CmpIOp::create(b, arith::CmpIPredicate::eq,
                                        b.subtract(to, from), width);
  auto branch = scf::IfOp::create(b, isWhole, /*withElseRegion=*/true);
  b.setInsertionPointToStart(branch.thenBlock());
  emitPanel(panel);
  b.setInsertionPointToStart(branch.elseBlock());
  emitPanelRows(panel, from, to);
}

void FillEmitter::emitPanel(Value panel) {
  Value zero = b.index(0);
  auto columnLoop =
      scf::ForOp::create(b, zero, columns, b.index(kind.wholeBlocks ? 4 : 1));
  b.setInsertionPointToStart(columnLoop.getBody());
  int64_t count = kind.width % (2 * lanes) == 0 ? 2 : 1;
  auto vectors =
      scf::ForOp::create(b, zero, b.index(kind.width), b.index(count * lanes));
  b.setInsertionPointToStart(vectors.getBody());
  emitPanelVectors(panel, vectors.getInductionVar(),
                   columnLoop.getInductionVar(), count);
}

void FillEmitter::emitPanelRows(Value panel, Value from, Value to) {
  Value zero = b.index(0), one = b.index(1);
  auto rowLoop = scf::ForOp::create(b, from, to, one);
  b.setInsertionPointToStart(rowLoop.getBody());
  Value row = rowLoop.getInductionVar();
  Value isRow = arith::CmpIOp::create(b, arith::CmpIPredicate::slt, row, rows);
  auto columnLoop = scf::ForOp::create(b, zero, columns, one);
  b.setInsertionPointToStart(columnLoop.getBody());
  Value column = columnLoop.getInductionVar();
  Value number = b.add(b.mul(row, columns), column);
  Value value = padded(isRow, scalarElement(row, column, number));
  Value lane = b.subtract(row, panel);
  Value start = b.add(b.mul(panel, columns), lane);
  Value stored = b.storedColumn(column, columns, kind.spatial);
  Value place = b.add(start, b.mul(stored, b.index(kind.width)));
  memref::StoreOp::create(b, value, storage, place);
}

} // namespace nascent::parameters
