//===- OptimizerRules.cpp - What optimisers share -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OptimizerRules.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include <cmath>

using namespace mlir;

namespace nascent::nn {

//===----------------------------------------------------------------------===//
// Hyperparameters
//===----------------------------------------------------------------------===//

LogicalResult verifyNotNegative(VerifyError emitError, StringRef what,
                                const APFloat &value) {
  double number = value.convertToDouble();
  if (number >= 0 && std::isfinite(static_cast<float>(number)))
    return success();
  return emitError() << what << " must be 0 or more, and finite in f32, got "
                     << number;
}

LogicalResult verifyShare(VerifyError emitError, StringRef what,
                          const APFloat &value) {
  // A step takes it rounded to f32.
  float number = static_cast<float>(value.convertToDouble());
  if (number >= 0 && number < 1)
    return success();
  return emitError() << what << " must be 0 or more, and below 1, got "
                     << value.convertToDouble();
}

Hyperparameter real(StringLiteral name, const APFloat &value) {
  return {name, Hyperparameter::Real, value.convertToDouble()};
}

//===----------------------------------------------------------------------===//
// Scalars
//===----------------------------------------------------------------------===//

Value Doubles::number(double value) {
  return arith::ConstantOp::create(b, b.getF64FloatAttr(value));
}

Value Doubles::from(Value real) {
  return arith::ExtFOp::create(b, b.getF64Type(), real);
}

Value Doubles::fromCount(Value count) {
  // In halves: of 64 bits it is a library call on some targets.
  Type half = b.getI32Type();
  Value bits = arith::ConstantOp::create(b, b.getI64IntegerAttr(32));
  Value shifted = arith::ShRUIOp::create(b, count, bits);
  Value upper = arith::TruncIOp::create(b, half, shifted);
  Value lower = arith::TruncIOp::create(b, half, count);
  Value high = arith::UIToFPOp::create(b, b.getF64Type(), upper);
  Value low = arith::UIToFPOp::create(b, b.getF64Type(), lower);
  Value scaled = mul(high, number(0x1p32));
  return add(scaled, low);
}

Value Doubles::round(Value number) {
  return arith::TruncFOp::create(b, b.getF32Type(), number);
}

Value Doubles::add(Value x, Value y) { return arith::AddFOp::create(b, x, y); }
Value Doubles::sub(Value x, Value y) { return arith::SubFOp::create(b, x, y); }
Value Doubles::mul(Value x, Value y) { return arith::MulFOp::create(b, x, y); }
Value Doubles::div(Value x, Value y) { return arith::DivFOp::create(b, x, y); }

Value Doubles::complement(Value x) { return sub(number(1.0), x); }

Value Doubles::power(Value base, Value exponent) {
  Value zero = arith::ConstantOp::create(b, b.getI64IntegerAttr(0));
  Value one = arith::ConstantOp::create(b, b.getI64IntegerAttr(1));
  Value start = number(1.0);
  auto loop = scf::WhileOp::create(
      b, TypeRange{b.getI64Type(), b.getF64Type(), b.getF64Type()},
      ValueRange{exponent, base, start},
      [&](OpBuilder &nested, Location loc, ValueRange values) {
        Value isLeft = arith::CmpIOp::create(
            nested, loc, arith::CmpIPredicate::sgt, values[0], zero);
        scf::ConditionOp::create(nested, loc, isLeft, values);
      },
      [&](OpBuilder &nested, Location loc, ValueRange values) {
        Value bit = arith::AndIOp::create(nested, loc, values[0], one);
        Value isSet = arith::CmpIOp::create(
            nested, loc, arith::CmpIPredicate::ne, bit, zero);
        Value product =
            arith::MulFOp::create(nested, loc, values[2], values[1]);
        Value result =
            arith::SelectOp::create(nested, loc, isSet, product, values[2]);
        Value square = arith::MulFOp::create(nested, loc, values[1], values[1]);
        Value rest = arith::ShRUIOp::create(nested, loc, values[0], one);
        scf::YieldOp::create(nested, loc, ValueRange{rest, square, result});
      });
  return loop.getResult(2);
}

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

Value divide(ElementwiseBuilder &e, Value x, Value y) {
  return e.emit<arith::DivFOp>(x, y);
}

Value squareRoot(ElementwiseBuilder &e, Value x) {
  return math::SqrtOp::create(e.getBuilder(), x);
}

Value addDecay(ElementwiseBuilder &e, const StepElement &element, Value decay) {
  Value decayed = e.mul(decay, element.parameter);
  return e.add(element.gradient, decayed);
}

Value average(ElementwiseBuilder &e, Value keep, Value state, Value share,
              Value value) {
  Value kept = e.mul(keep, state);
  Value added = e.mul(share, value);
  return e.add(kept, added);
}

} // namespace nascent::nn
