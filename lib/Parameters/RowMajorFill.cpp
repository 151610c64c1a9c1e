//===- RowMajorFill.cpp - Elements one after the other --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FillEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace nascent::parameters {

/// Vectors of elements that are written in one step.
static constexpr int64_t kRowMajorVectors = 4;

Value FillEmitter::scalarElement(Value row, Value column, Value number) {
  Type type = b.getF32Type();
  Value number64 = draws.empty() ? Value() : b.toI64(number);
  auto drawing = [&](unsigned draw) {
    return draws.emit(draw, type, number64,
                      [&](const Stream &stream, ValueRange numbers) {
                        return draws.ofElements(stream, {numbers[0], Value()});
                      });
  };
  if (!usesPosition)
    return element(type, drawing, {}, {});
  row = b.toI32(row);
  return element(type, drawing, row, b.toI32(column));
}

void FillEmitter::emitRowMajorVectors(Value row, Value rowStart, Value start) {
  Value first = b.add(rowStart, start);
  Value firstBlock = b.shiftRight(b.toI64(first), 2);
  auto drawing = [&](unsigned draw) {
    return draws.emit(draw, vectorsType(kRowMajorVectors), firstBlock,
                      [&](const Stream &stream, ValueRange numbers) {
                        return b.concatenate(draws.ofNeighbours(
                            stream, numbers[0], kRowMajorVectors));
                      });
  };
  SmallVector<Value> rowNumbers(kRowMajorVectors), columnNumbers = rowNumbers;
  if (usesPosition)
    for (int64_t i = 0; i < kRowMajorVectors; ++i) {
      Type i32Vector = vectorType.clone(b.getI32Type());
      Value column = b.toI32(b.add(start, b.index(i * lanes)));
      column = b.splat(i32Vector, column);
      rowNumbers[i] = b.splat(i32Vector, b.toI32(row));
      columnNumbers[i] = b.add(column, b.iota(b.getI32Type(), lanes));
    }
  for (auto [i, value] :
       llvm::enumerate(elements(drawing, rowNumbers, columnNumbers)))
    vector::StoreOp::create(b, value, storage,
                            ValueRange{b.add(first, b.index(i * lanes))});
}

void FillEmitter::emitRowMajor() {
  Value zero = b.index(0), one = b.index(1);
  Value length = usesPosition ? columns : b.mul(rows, columns);
  auto rowLoop = scf::ForOp::create(b, zero, usesPosition ? rows : one, one);
  b.setInsertionPointToStart(rowLoop.getBody());
  Value row = rowLoop.getInductionVar();
  Value rowStart = b.mul(row, length);
  // The part of the row that is to be filled.
  Value from = b.subtract(b.max(begin, rowStart), rowStart);
  Value to = b.max(from, b.min(b.subtract(end, rowStart), length));
  Value wholeBegin = from, numWhole = zero;
  // Vectors are of neighbours in storage.
  if (kind.spatial == 1 && (kind.wholeBlocks || draws.empty())) {
    // Vectors begin with a block.
    Value blocks = b.shiftRight(b.add(from, b.index(3)), 2);
    wholeBegin = b.min(b.mul(blocks, b.index(4)), to);
    Value step = b.index(kRowMajorVectors * lanes);
    numWhole = b.mul(b.shiftRight(b.subtract(to, wholeBegin),
                                  llvm::Log2_64(kRowMajorVectors * lanes)),
                     step);
    auto whole =
        scf::ForOp::create(b, wholeBegin, b.add(wholeBegin, numWhole), step);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(whole.getBody());
    emitRowMajorVectors(row, rowStart, whole.getInductionVar());
  }
  // What is before them, and after.
  auto rest = scf::ForOp::create(b, from, b.subtract(to, numWhole), one);
  b.setInsertionPointToStart(rest.getBody());
  Value place = rest.getInductionVar();
  Value isBefore =
      arith::CmpIOp::create(b, arith::CmpIPredicate::slt, place, wholeBegin);
  Value column =
      arith::SelectOp::create(b, isBefore, place, b.add(place, numWhole));
  Value number = b.add(rowStart, column);
  Value value = scalarElement(row, column, number);
  Value stored = b.storedColumn(column, columns, kind.spatial);
  memref::StoreOp::create(b, value, storage, b.add(rowStart, stored));
}

} // namespace nascent::parameters
