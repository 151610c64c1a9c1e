//===- PanelFill.cpp - Elements by panels of rows -------------------------===//
//
// Lanes are neighbouring rows of the matrix, which lie side by side in their
// panel; panels are written from their first byte to their last.
//
//===----------------------------------------------------------------------===//

#include "FillEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace nascent::codegen {

DrawEmitter::Numbers FillEmitter::panelNumbers(Value firstRow, Value column) {
  // In blocks where a row is whole ones, else in elements.
  auto count = [&](Value elements) -> Value {
    return kind.wholeBlocks ? b.shiftRight(elements, 2) : elements;
  };
  Value rowStart = b.mul(firstRow, count(columns));
  Value first = b.toI64(b.add(rowStart, count(column)));
  Numbers numbers;
  for (int half = 0; half < (lanes > 1 ? 2 : 1); ++half)
    numbers[half] =
        b.add(b.splat(laneStarts[half].getType(), first), laneStarts[half]);
  return numbers;
}

SmallVector<Value> FillEmitter::panelDraws(ArrayRef<Numbers> vectors,
                                           unsigned draw) {
  // A block's draws are four columns'.
  if (kind.wholeBlocks)
    return draws.ofBlocks(vectors, draw);
  SmallVector<Value> result;
  for (const Numbers &elements : vectors)
    result.push_back(draws.ofElements(elements, draw));
  return result;
}

void FillEmitter::emitPanelVectors(Value panel, Value vector, Value column,
                                   int64_t count) {
  int64_t columnStep = kind.wholeBlocks ? 4 : 1;
  Type i32Vector = vectorType.clone(b.getI32Type());
  Value laneNumbers = b.iota(b.getI32Type(), lanes);
  // One vector after the other, each with its columns.
  SmallVector<Value> rowNumbers(count * columnStep), columnNumbers = rowNumbers;
  SmallVector<Numbers, 2> numbers;
  SmallVector<Value, 2> isRow;
  for (int64_t v = 0; v < count; ++v) {
    Value firstRow = b.add(b.add(panel, vector), b.index(v * lanes));
    if (!draws.empty())
      numbers.push_back(panelNumbers(firstRow, column));
    // Lanes past the last row are the panel's padding.
    Value rowsLeft = arith::SubIOp::create(b, rows, firstRow);
    rowsLeft = arith::MinSIOp::create(b, rowsLeft, b.index(lanes));
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
  SmallVector<SmallVector<Value>> drawn;
  for (unsigned draw = 0; draw < draws.size(); ++draw)
    drawn.push_back(panelDraws(numbers, draw));
  SmallVector<Value> values = elements(drawn, rowNumbers, columnNumbers);
  Value padding =
      b.splat(vectorType, arith::ConstantOp::create(b, b.getF32FloatAttr(0)));
  Value place = b.add(b.mul(panel, columns), vector);
  // Stored in ascending order, column by column.
  for (int64_t i = 0; i < columnStep; ++i) {
    Value columnNumber = b.add(column, b.index(i));
    Value start = b.add(place, b.mul(columnNumber, b.index(kind.width)));
    for (int64_t v = 0; v < count; ++v) {
      Value value = arith::SelectOp::create(
          b, isRow[v], values[v * columnStep + i], padding);
      if (!kind.stored.isF32())
        value =
            arith::TruncFOp::create(b, vectorType.clone(kind.stored), value);
      vector::StoreOp::create(b, value, storage,
                              ValueRange{b.add(start, b.index(v * lanes))});
    }
  }
}

void FillEmitter::emitPanels() {
  Value perRow = b.toI64(kind.wholeBlocks ? b.shiftRight(columns, 2) : columns);
  int64_t halfLanes = std::max<int64_t>(lanes / 2, 1);
  auto halfType = VectorType::get({halfLanes}, b.getI64Type());
  perRow = b.splat(halfType, perRow);
  for (int half = 0; half < 2; ++half)
    laneStarts[half] =
        b.mul(perRow, b.iota(b.getI64Type(), halfLanes, 2, half));
  Value zero = b.index(0);
  auto panels = scf::ForOp::create(b, zero, rows, b.index(kind.width));
  b.setInsertionPointToStart(panels.getBody());
  auto columnLoop =
      scf::ForOp::create(b, zero, columns, b.index(kind.wholeBlocks ? 4 : 1));
  b.setInsertionPointToStart(columnLoop.getBody());
  int64_t count = kind.width % (2 * lanes) == 0 ? 2 : 1;
  auto vectors =
      scf::ForOp::create(b, zero, b.index(kind.width), b.index(count * lanes));
  b.setInsertionPointToStart(vectors.getBody());
  emitPanelVectors(panels.getInductionVar(), vectors.getInductionVar(),
                   columnLoop.getInductionVar(), count);
}

} // namespace nascent::codegen
