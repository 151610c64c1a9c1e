//===- Embedding.cpp - Sequences of words ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerLowerings.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "nascent/Conversion/NNToLinalg/LinalgBuilders.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Support/ElementwiseBuilder.h"
#include <cmath>

using namespace mlir;

namespace nascent::nn {

/// Of all rows of the table the one whose place is the index, zeros if none is:
/// what kernels compute by one load, without a loop over the rows.
Value lookUp(ImplicitLocOpBuilder &b, Value indices, Value table) {
  unsigned rank = typeOf(indices).getRank(), column = rank, row = rank + 1;
  Sizes sizes = sizesLike(b, indices, typeOf(indices).getShape());
  sizes.push_back(b.getIndexAttr(typeOf(table).getDimSize(1)));
  AffineMap loops = b.getMultiDimIdentityMap(rank + 2);
  AffineMap ofTable = AffineMap::get(
      rank + 2, 0, {b.getAffineDimExpr(row), b.getAffineDimExpr(column)},
      b.getContext());
  SmallVector<utils::IteratorType> iterators(rank + 1,
                                             utils::IteratorType::parallel);
  iterators.push_back(utils::IteratorType::reduction);
  Value init = filledOf(b, sizes, 0.0);
  return linalg::GenericOp::create(
             b, init.getType(), ValueRange{indices, table}, init,
             ArrayRef{loops.getMajorSubMap(rank), ofTable,
                      loops.getMajorSubMap(rank + 1)},
             iterators,
             [&](OpBuilder &nested, Location inner, ValueRange v) {
               ImplicitLocOpBuilder in(inner, nested);
               Value place = linalg::IndexOp::create(in, row);
               Value bits = arith::BitcastOp::create(in, in.getI32Type(), v[0]);
               Value wanted =
                   arith::IndexCastUIOp::create(in, in.getIndexType(), bits);
               Value isIt = arith::CmpIOp::create(in, arith::CmpIPredicate::eq,
                                                  place, wanted);
               Value found = arith::SelectOp::create(in, isIt, v[1], v[2]);
               linalg::YieldOp::create(in, found);
             })
      .getResult(0);
}

namespace {

Value lower(EmbeddingOp, ImplicitLocOpBuilder &b, ValueRange inputs,
            ValueRange parameters) {
  return lookUp(b, inputs[0], parameters[0]);
}

/// The sine, or the cosine where `isCosine`, which is 0 or 1, of an angle of
/// less than 2¹⁶.
Value sineOrCosine(ElementwiseBuilder &e, Value angle, Value isCosine) {
  // The nearest multiple of π/2, by what rounding leaves of a large number: its
  // last bits are the number.
  constexpr float large = 0x1.8p23f, perTurn = 0.636619772367581343f;
  Value inTurns = e.mul(angle, e.f32(perTurn));
  Value offset = e.f32(large);
  Value rounded = e.add(inTurns, offset);
  Value turns = e.sub(rounded, offset);
  // π/2 in three parts, the products of the first two being exact.
  Value x = angle;
  for (float part :
       {1.5703125f, 4.837512969970703125e-4f, 7.54978995489188e-8f})
    x = e.sub(x, e.mul(turns, e.f32(part)));
  Value square = e.mul(x, x);
  // sin(x)/x and cos(x) for |x| up to π/4 (Cephes).
  Value sine =
      e.mul(x, e.polynomial(square, {1.0f, -1.6666654611e-1f, 8.3321608736e-3f,
                                     -1.9515295891e-4f}));
  Value cosine =
      e.polynomial(square, {1.0f, -0.5f, 4.166664568298827e-2f,
                            -1.388731625493765e-3f, 2.443315711809948e-5f});
  Value quarter = e.emit<arith::AddIOp>(e.toBits(rounded), isCosine);
  ImplicitLocOpBuilder &b = e.getBuilder();
  Value lowest = e.emit<arith::AndIOp>(quarter, e.i32(1));
  Value isOdd =
      arith::CmpIOp::create(b, arith::CmpIPredicate::ne, lowest, e.i32(0));
  Value result = arith::SelectOp::create(b, isOdd, cosine, sine);
  Value next = e.emit<arith::AndIOp>(quarter, e.i32(2));
  Value sign = e.emit<arith::ShLIOp>(next, e.i32(30));
  return e.fromBits(e.emit<arith::XOrIOp>(e.toBits(result), sign));
}

/// What is added at a place and a column of `width`.
Value sinusoid(ImplicitLocOpBuilder &b, Value place, Value column,
               int64_t width) {
  ElementwiseBuilder e(b, b.getLoc(), b.getF32Type());
  auto toInt = [&](Value index) -> Value {
    return arith::IndexCastOp::create(b, b.getI32Type(), index);
  };
  Value number = toInt(column);
  Value isOdd = e.emit<arith::AndIOp>(number, e.i32(1));
  Value even = e.toFloat(e.emit<arith::SubIOp>(number, isOdd));
  double perColumn = -std::log(10000.0) / double(width);
  Value exponent = e.mul(even, e.f32(float(perColumn)));
  Value rate = math::ExpOp::create(b, exponent);
  return sineOrCosine(e, e.mul(e.toFloat(toInt(place)), rate), isOdd);
}

Value lower(PositionOp op, ImplicitLocOpBuilder &b, ValueRange inputs,
            ValueRange parameters) {
  AffineMap all = b.getMultiDimIdentityMap(3);
  if (parameters.empty()) {
    int64_t width = typeOf(inputs[0]).getDimSize(2);
    if (ShapedType::isDynamic(width)) {
      emitLayerError(op)
          << "adds sinusoids to a width that is open; their rates depend on "
             "it, so bind dimension 2 of its input";
      return Value();
    }
    return elementwise(b, inputs[0], all,
                       [&](ImplicitLocOpBuilder &in, ValueRange v) -> Value {
                         Value place = linalg::IndexOp::create(in, 1);
                         Value column = linalg::IndexOp::create(in, 2);
                         return arith::AddFOp::create(
                             in, v[0], sinusoid(in, place, column, width));
                       });
  }
  // The table has more rows than there are places: the rest changes nothing,
  // but says so.
  int64_t rows = typeOf(parameters[0]).getDimSize(0);
  AffineMap table = AffineMap::get(
      3, 0, {b.getAffineDimExpr(1) % rows, b.getAffineDimExpr(2)},
      b.getContext());
  return elementwise(b, {inputs[0], parameters[0]}, {all, table},
                     [](ImplicitLocOpBuilder &in, ValueRange v) -> Value {
                       return arith::AddFOp::create(in, v[0], v[1]);
                     });
}

} // namespace

void attachEmbeddingLowerings(MLIRContext &context) {
  attach<EmbeddingOp, lower>(context);
  attach<PositionOp, lower>(context);
}

} // namespace nascent::nn
