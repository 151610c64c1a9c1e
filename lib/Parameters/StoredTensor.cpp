//===- StoredTensor.cpp - A parameter by row and column -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StoredTensor.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace nascent::parameters {

Value StoredTensor::load(Value row, Value column) {
  return memref::LoadOp::create(b, storage, place(row, column));
}

void StoredTensor::store(Value value, Value row, Value column) {
  memref::StoreOp::create(b, value, storage, place(row, column));
}

Value StoredTensor::draw(Value row, Value column, unsigned number) {
  return draws.bitsOf(b.toI64(canonical(row, column)), number);
}

Value StoredTensor::canonical(Value row, Value column) {
  return b.add(b.mul(row, columns), column);
}

Value StoredTensor::place(Value row, Value column) {
  column = b.storedColumn(column, columns, kind.spatial);
  if (kind.width == 0)
    return canonical(row, column);
  Value lane = laneOf(row);
  Value panel = b.mul(arith::SubIOp::create(b, row, lane), columns);
  Value width = b.index(kind.width);
  return b.add(panel, b.add(b.mul(column, width), lane));
}

// Dividing is a library's work on targets of 32 bits; only a layout that was
// written by hand needs it.
Value StoredTensor::laneOf(Value row) {
  if (llvm::isPowerOf2_64(kind.width))
    return arith::AndIOp::create(b, row, b.index(kind.width - 1));
  if (kind.onePanel)
    return row;
  return arith::RemUIOp::create(b, row, b.index(kind.width));
}

} // namespace nascent::parameters
