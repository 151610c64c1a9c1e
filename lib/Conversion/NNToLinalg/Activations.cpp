//===- Activations.cpp - Activations of one element -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where a bound is taken, it is by a comparison that is false for NaN, so that
// NaN stays NaN.
//
//===----------------------------------------------------------------------===//

#include "LayerLowerings.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "nascent/Conversion/NNToLinalg/LinalgBuilders.h"
#include "nascent/Dialect/NN/IR/NNOps.h"

using namespace mlir;

namespace nascent::nn {

Value relu(ElementwiseBuilder &e, Value x) {
  Value zero = e.f32(0.0f);
  return e.select(arith::CmpFPredicate::OLT, x, zero, zero, x);
}

/// Beside 1, only whether e⁻ˣ is finite shows of what is out of
/// the range of normal numbers; hence `afn`.
Value sigmoid(ElementwiseBuilder &e, Value x) {
  auto afn = arith::FastMathFlags::afn;
  ImplicitLocOpBuilder &b = e.getBuilder();
  Value one = e.f32(1.0f);
  Value exp = math::ExpOp::create(b, e.neg(x), afn);
  return arith::DivFOp::create(b, one, e.add(one, exp), afn);
}

Value clamp(ElementwiseBuilder &e, Value x, float min, float max) {
  Value least = e.f32(min), most = e.f32(max);
  x = e.select(arith::CmpFPredicate::OLT, x, least, least, x);
  return e.select(arith::CmpFPredicate::OGT, x, most, most, x);
}

namespace {

constexpr auto kLess = arith::CmpFPredicate::OLT;
constexpr auto kMore = arith::CmpFPredicate::OGT;

/// x where x > 0, else `otherwise`.
Value rectify(ElementwiseBuilder &e, Value x, Value otherwise) {
  return e.select(kMore, x, e.f32(0.0f), x, otherwise);
}

Value div(ElementwiseBuilder &e, Value x, Value y) {
  return e.emit<arith::DivFOp>(x, y);
}

Value expM1(ElementwiseBuilder &e, Value x) {
  return math::ExpM1Op::create(e.getBuilder(), x);
}

/// log(1 + e^−|x|), which is between 0 and log 2.
Value logOfBend(ElementwiseBuilder &e, Value x) {
  ImplicitLocOpBuilder &b = e.getBuilder();
  Value magnitude = math::AbsFOp::create(b, x);
  Value exp = math::ExpOp::create(b, e.neg(magnitude));
  return math::Log1pOp::create(b, exp);
}

float asFloat(const APFloat &number) { return number.convertToDouble(); }

Value activation(ReluOp, ElementwiseBuilder &e, Value x) { return relu(e, x); }

Value activation(LeakyReluOp op, ElementwiseBuilder &e, Value x) {
  return rectify(e, x, e.mul(x, e.f32(asFloat(op.getSlope()))));
}

Value activation(EluOp op, ElementwiseBuilder &e, Value x) {
  return rectify(e, x, e.mul(e.f32(asFloat(op.getAlpha())), expM1(e, x)));
}

Value activation(SeluOp, ElementwiseBuilder &e, Value x) {
  constexpr double scale = 1.0507009873554805, alpha = 1.6732632423543772;
  Value positive = e.mul(x, e.f32(scale));
  Value negative = e.mul(e.f32(scale * alpha), expM1(e, x));
  return e.select(kMore, x, e.f32(0.0f), positive, negative);
}

Value activation(CeluOp op, ElementwiseBuilder &e, Value x) {
  double alpha = op.getAlpha().convertToDouble();
  Value scaled = alpha == 1.0 ? x : e.mul(x, e.f32(1.0 / alpha));
  return rectify(e, x, e.mul(e.f32(alpha), expM1(e, scaled)));
}

Value activation(HardtanhOp op, ElementwiseBuilder &e, Value x) {
  return clamp(e, x, asFloat(op.getMin()), asFloat(op.getMax()));
}

Value activation(AffineOp op, ElementwiseBuilder &e, Value x) {
  float scale = asFloat(op.getScale()), offset = asFloat(op.getOffset());
  Value product = scale == 1.0f ? x : e.mul(x, e.f32(scale));
  return offset == 0.0f ? product : e.add(product, e.f32(offset));
}

Value activation(SigmoidOp, ElementwiseBuilder &e, Value x) {
  return sigmoid(e, x);
}

Value activation(LogSigmoidOp, ElementwiseBuilder &e, Value x) {
  Value zero = e.f32(0.0f);
  // At 0 it is x, whose slope makes up for that of the bend's magnitude.
  Value negative = e.select(arith::CmpFPredicate::OLE, x, zero, x, zero);
  return e.sub(negative, logOfBend(e, x));
}

/// x + 3 within 0 and 6, by 6.
Value hardsigmoid(ElementwiseBuilder &e, Value x) {
  Value bounded = clamp(e, e.add(x, e.f32(3.0f)), 0.0f, 6.0f);
  return e.mul(bounded, e.f32(1.0f / 6.0f));
}

Value activation(HardsigmoidOp, ElementwiseBuilder &e, Value x) {
  return hardsigmoid(e, x);
}

Value activation(SoftplusOp op, ElementwiseBuilder &e, Value x) {
  double beta = op.getBeta().convertToDouble();
  float threshold = asFloat(op.getThreshold());
  Value scaled = beta == 1.0 ? x : e.mul(x, e.f32(beta));
  Value result = e.add(rectify(e, scaled, e.f32(0.0f)), logOfBend(e, scaled));
  if (beta != 1.0)
    result = e.mul(result, e.f32(1.0 / beta));
  // From 18 on, the sum is x all the same.
  if (beta == 1.0 && threshold >= 18.0f)
    return result;
  return e.select(kMore, scaled, e.f32(threshold), x, result);
}

Value activation(SoftsignOp, ElementwiseBuilder &e, Value x) {
  Value magnitude = math::AbsFOp::create(e.getBuilder(), x);
  return div(e, x, e.add(e.f32(1.0f), magnitude));
}

Value activation(TanhOp, ElementwiseBuilder &e, Value x) {
  return math::TanhOp::create(e.getBuilder(), x);
}

Value activation(GeluOp op, ElementwiseBuilder &e, Value x) {
  Value inner;
  if (op.getTanh()) {
    Value cubic = e.mul(e.mul(e.f32(0.044715f), e.mul(x, x)), x);
    inner = math::TanhOp::create(
        e.getBuilder(), e.mul(e.f32(0.79788456080286536f), e.add(x, cubic)));
  } else {
    inner = math::ErfOp::create(e.getBuilder(),
                                e.mul(x, e.f32(0.70710678118654752f)));
  }
  return e.mul(e.mul(x, e.f32(0.5f)), e.add(e.f32(1.0f), inner));
}

Value activation(SiluOp, ElementwiseBuilder &e, Value x) {
  return e.mul(x, sigmoid(e, x));
}

Value activation(HardswishOp, ElementwiseBuilder &e, Value x) {
  return e.mul(x, hardsigmoid(e, x));
}

/// With n = eˣ·(eˣ + 2), tanh(log(1 + eˣ)) is n / (n + 2), and 1 from 20 on.
Value activation(MishOp, ElementwiseBuilder &e, Value x) {
  Value most = e.f32(20.0f), two = e.f32(2.0f);
  Value bounded = e.select(kMore, x, most, most, x);
  Value exp = math::ExpOp::create(e.getBuilder(), bounded);
  Value numerator = e.mul(exp, e.add(exp, two));
  return e.mul(x, div(e, numerator, e.add(numerator, two)));
}

template <typename LayerOp>
Value lowerElementwise(LayerOp op, ImplicitLocOpBuilder &b, ValueRange inputs,
                       ValueRange) {
  return elementwise(b, inputs,
                     [&](ImplicitLocOpBuilder &in, ValueRange elements) {
                       ElementwiseBuilder e(in, in.getLoc(), in.getF32Type());
                       return activation(op, e, elements[0]);
                     });
}

Value lower(PreluOp layer, ImplicitLocOpBuilder &b, ValueRange inputs,
            ValueRange parameters) {
  unsigned rank = layer.getType().getRank();
  AffineExpr slope = layer.getPerChannel()
                         ? b.getAffineDimExpr(storedDim(layer.getType(), 1))
                         : b.getAffineConstantExpr(0);
  return mapElements(
      b, {inputs[0], parameters[0]},
      {b.getMultiDimIdentityMap(rank), AffineMap::get(rank, 0, slope)},
      cast<RankedTensorType>(inputs[0].getType()).getShape(),
      [](ImplicitLocOpBuilder &in, ValueRange elements) {
        ElementwiseBuilder e(in, in.getLoc(), in.getF32Type());
        return rectify(e, elements[0], e.mul(elements[0], elements[1]));
      });
}

template <typename... LayerOps>
void attachElementwise(MLIRContext &context) {
  (attach<LayerOps, lowerElementwise>(context), ...);
}

} // namespace

void attachActivationLowerings(MLIRContext &context) {
  attachElementwise<ReluOp, LeakyReluOp, EluOp, SeluOp, CeluOp, HardtanhOp,
                    AffineOp, SigmoidOp, LogSigmoidOp, HardsigmoidOp,
                    SoftplusOp, SoftsignOp, TanhOp, GeluOp, SiluOp, HardswishOp,
                    MishOp>(context);
  attach<PreluOp, lower>(context);
}

} // namespace nascent::nn
