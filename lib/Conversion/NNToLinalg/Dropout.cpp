//===- Dropout.cpp - Elements that training drops -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Whether an element is dropped follows from its place alone. Nothing of that
// is kept for the gradient, which computes it again.
//
//===----------------------------------------------------------------------===//

#include "LayerLowerings.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "nascent/Conversion/NNToLinalg/LinalgBuilders.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Support/Philox.h"
#include <cmath>

using namespace mlir;

namespace nascent::nn {
namespace {

/// Emits, inside of a body, whether the element at its place is dropped.
class Draw {
public:
  Draw(ImplicitLocOpBuilder &b) : b(b) {}

  /// By word i mod 4 of block ⌊i/4⌋, of the element's number i. `words` are
  /// those of the seed and of the first row.
  Value isDropped(DropoutOp layer, ValueRange words, ArrayRef<int64_t> strides);

private:
  Value number(uint64_t value) {
    return arith::ConstantIntOp::create(b, int64_t(value), 64);
  }
  Value shiftRight(Value value, int64_t bits) {
    return arith::ShRUIOp::create(b, value, number(bits));
  }
  Value chooseBy(Value bits, uint64_t bit, Value ifSet, Value otherwise) {
    Value masked = arith::AndIOp::create(b, bits, number(bit));
    Value isSet =
        arith::CmpIOp::create(b, arith::CmpIPredicate::ne, masked, number(0));
    return arith::SelectOp::create(b, isSet, ifSet, otherwise);
  }
  /// A word that is stored as a float.
  Value wordOf(Value stored) {
    Value bits = arith::BitcastOp::create(b, b.getI32Type(), stored);
    return arith::ExtUIOp::create(b, b.getI64Type(), bits);
  }

  ImplicitLocOpBuilder &b;
};

Value Draw::isDropped(DropoutOp layer, ValueRange words,
                      ArrayRef<int64_t> strides) {
  Value high = arith::ShLIOp::create(b, wordOf(words[3]), number(32));
  Value place = arith::OrIOp::create(b, high, wordOf(words[2]));
  Value element;
  for (auto [dim, stride] : llvm::enumerate(strides)) {
    Value index = linalg::IndexOp::create(b, dim);
    Value step = arith::IndexCastOp::create(b, b.getI64Type(), index);
    if (dim == 0)
      step = arith::AddIOp::create(b, place, step);
    step = arith::MulIOp::create(b, step, number(stride));
    element = element ? Value(arith::AddIOp::create(b, element, step)) : step;
  }
  uint64_t hash = hashName(layer.getNameAttr().getValue());
  Value zero = number(0);
  std::array<Value, 4> name = {number(hash), number(hash >> 32), zero, zero};
  std::array<Value, 2> seed = {wordOf(words[0]), wordOf(words[1])};
  std::array<Value, 4> key = emitPhilox(b, name, seed);
  Value block = shiftRight(element, 2);
  std::array<Value, 4> drawn = emitPhilox(
      b, {block, shiftRight(block, 32), zero, zero}, {key[0], key[1]});
  Value first = chooseBy(element, 1, drawn[1], drawn[0]);
  Value second = chooseBy(element, 1, drawn[3], drawn[2]);
  Value word = chooseBy(element, 2, second, first);
  Value bits = arith::AndIOp::create(b, word, number(0xffffffff));
  double limit = std::round(layer.getP().convertToDouble() * 0x1p32);
  return arith::CmpIOp::create(b, arith::CmpIPredicate::slt, bits,
                               number(uint64_t(limit)));
}

/// How far neighbours along each dimension that is stored are from each other
/// in the order of the type, where channels are those of `spatial` positions.
SmallVector<int64_t> stridesOf(RankedTensorType type, int64_t spatial) {
  ArrayRef<int64_t> shape = type.getShape();
  if (spatial != 0)
    return {shape[1], 1, spatial};
  SmallVector<int64_t> strides;
  for (int64_t dim : storedDims(type))
    strides.push_back(ShapedType::getNumElements(shape.drop_front(dim + 1)));
  return strides;
}

Value lower(DropoutOp, ImplicitLocOpBuilder &, ValueRange inputs, ValueRange) {
  return inputs.front();
}

Value lowerTrained(DropoutOp layer, ImplicitLocOpBuilder &b, ValueRange inputs,
                   ValueRange) {
  auto type = cast<RankedTensorType>(layer.getType());
  int64_t spatial = orderOf(type).spatial;
  Value x = inputs[0], words = inputs[1];
  if (spatial != 0)
    x = splitBehindBatch(
        b, x, {type.getDimSize(0), spatial, type.getDimSize(1) / spatial});
  SmallVector<int64_t> strides = stridesOf(type, spatial);
  SmallVector<Value> operands = {x, words, words, words, words};
  SmallVector<AffineMap> maps = {b.getMultiDimIdentityMap(strides.size())};
  for (int64_t word = 0; word < 4; ++word)
    maps.push_back(
        AffineMap::get(strides.size(), 0, b.getAffineConstantExpr(word)));
  double p = layer.getP().convertToDouble();
  Value result = elementwise(
      b, operands, maps, [&](ImplicitLocOpBuilder &in, ValueRange v) -> Value {
        Value isDropped = Draw(in).isDropped(layer, v.drop_front(), strides);
        Value factor = constant(in, p == 1.0 ? 0.0 : 1.0 / (1.0 - p));
        Value kept = arith::MulFOp::create(in, v[0], factor);
        Value zero = constant(in, 0.0);
        return arith::SelectOp::create(in, isDropped, zero, kept);
      });
  return spatial ? mergeBehindBatch(b, result) : result;
}

} // namespace

void attachDropoutLowerings(MLIRContext &context) {
  attach<DropoutOp, lower, lowerTrained>(context);
}

} // namespace nascent::nn
