//===- FillBuilder.cpp - Integer and vector arithmetic of fills -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FillBuilder.h"
#include "Division.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace nascent::parameters {

Value FillBuilder::index(int64_t value) {
  return arith::ConstantIndexOp::create(*this, value);
}

Value FillBuilder::toI64(Value value) {
  return arith::IndexCastUIOp::create(*this, getI64Type(), value);
}

Value FillBuilder::toI32(Value value) {
  return arith::IndexCastUIOp::create(*this, getI32Type(), value);
}

Value FillBuilder::add(Value x, Value y) {
  return arith::AddIOp::create(*this, x, y);
}

Value FillBuilder::subtract(Value x, Value y) {
  return arith::SubIOp::create(*this, x, y);
}

Value FillBuilder::min(Value x, Value y) {
  return arith::MinSIOp::create(*this, x, y);
}

Value FillBuilder::max(Value x, Value y) {
  return arith::MaxSIOp::create(*this, x, y);
}

Value FillBuilder::mul(Value x, Value y) {
  return arith::MulIOp::create(*this, x, y);
}

Value FillBuilder::shiftRight(Value x, int64_t count) {
  Type type = x.getType();
  Value amount = type.isIndex() ? index(count) : constantI64(type, count);
  return arith::ShRUIOp::create(*this, x, amount);
}

Value FillBuilder::divide(Value x, int64_t divisor) {
  Division division = Division::by(divisor);
  Value wide = toI64(x), factor = constantI64(getI64Type(), division.factor);
  Value quotient = shiftRight(mul(wide, factor), division.shift);
  return arith::IndexCastUIOp::create(*this, getIndexType(), quotient);
}

Value FillBuilder::storedColumn(Value column, Value columns, int64_t spatial) {
  if (spatial == 1)
    return column;
  Value channel = divide(column, spatial);
  Value place = subtract(column, mul(channel, index(spatial)));
  return add(mul(place, divide(columns, spatial)), channel);
}

Value FillBuilder::splat(Type type, Value scalar) {
  if (!isa<VectorType>(type))
    return scalar;
  return vector::BroadcastOp::create(*this, type, scalar);
}

Value FillBuilder::constantI64(Type type, int64_t value) {
  return splat(type,
               arith::ConstantOp::create(*this, getI64IntegerAttr(value)));
}

Value FillBuilder::iota(Type element, int64_t size, int64_t step,
                        int64_t first) {
  SmallVector<Attribute> values;
  for (int64_t i = 0; i < size; ++i)
    values.push_back(IntegerAttr::get(element, first + i * step));
  return arith::ConstantOp::create(
      *this, DenseElementsAttr::get(VectorType::get({size}, element), values));
}

Value FillBuilder::concatenate(ArrayRef<Value> vectors) {
  if (vectors.empty() || !vectors.front())
    return {};
  if (vectors.size() == 1)
    return vectors.front();
  Value low = concatenate(vectors.take_front(vectors.size() / 2));
  Value high = concatenate(vectors.drop_front(vectors.size() / 2));
  int64_t size = 2 * cast<VectorType>(low.getType()).getDimSize(0);
  return vector::ShuffleOp::create(
      *this, low, high, llvm::to_vector(llvm::seq<int64_t>(0, size)));
}

void FillBuilder::separate(Value all, MutableArrayRef<Value> parts) {
  if (parts.size() == 1) {
    parts.front() = all;
    return;
  }
  int64_t size =
      cast<VectorType>(all.getType()).getDimSize(0) / int64_t(parts.size());
  for (auto [i, part] : llvm::enumerate(parts))
    part = vector::ExtractStridedSliceOp::create(
        *this, all, ArrayRef<int64_t>{int64_t(i) * size},
        ArrayRef<int64_t>{size}, ArrayRef<int64_t>{1});
}

} // namespace nascent::parameters
