//===- Activations.cpp - Activations of one element -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerLowerings.h"
#include "LinalgBuilders.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "nascent/Conversion/NNToLinalg/LinalgLowering.h"
#include "nascent/Dialect/NN/IR/NNOps.h"

using namespace mlir;

namespace nascent::nn {
namespace {

/// 1 / (1 + e⁻ˣ). Beside 1, only whether e⁻ˣ is finite shows of what is out of
/// the range of normal numbers; hence `afn`.
Value sigmoid(ImplicitLocOpBuilder &b, Value x) {
  auto afn = arith::FastMathFlags::afn;
  Value one = constant(b, b.getLoc(), 1.0);
  Value exp = math::ExpOp::create(b, arith::NegFOp::create(b, x), afn);
  Value sum = arith::AddFOp::create(b, one, exp);
  return arith::DivFOp::create(b, one, sum, afn);
}

Value activation(ReluOp, ImplicitLocOpBuilder &b, Value x) {
  // Written so that NaN stays NaN.
  Value zero = constant(b, b.getLoc(), 0.0);
  Value isNegative =
      arith::CmpFOp::create(b, arith::CmpFPredicate::OLT, x, zero);
  return arith::SelectOp::create(b, isNegative, zero, x);
}

Value activation(LeakyReluOp op, ImplicitLocOpBuilder &b, Value x) {
  Value zero = constant(b, b.getLoc(), 0.0);
  Value slope = constant(b, b.getLoc(), op.getSlope().convertToDouble());
  Value isPositive =
      arith::CmpFOp::create(b, arith::CmpFPredicate::OGT, x, zero);
  return arith::SelectOp::create(b, isPositive, x,
                                 arith::MulFOp::create(b, x, slope));
}

Value activation(EluOp op, ImplicitLocOpBuilder &b, Value x) {
  Value zero = constant(b, b.getLoc(), 0.0);
  Value alpha = constant(b, b.getLoc(), op.getAlpha().convertToDouble());
  Value isPositive =
      arith::CmpFOp::create(b, arith::CmpFPredicate::OGT, x, zero);
  Value negative = arith::MulFOp::create(b, alpha, math::ExpM1Op::create(b, x));
  return arith::SelectOp::create(b, isPositive, x, negative);
}

Value activation(SigmoidOp, ImplicitLocOpBuilder &b, Value x) {
  return sigmoid(b, x);
}

Value activation(TanhOp, ImplicitLocOpBuilder &b, Value x) {
  return math::TanhOp::create(b, x);
}

Value activation(GeluOp op, ImplicitLocOpBuilder &b, Value x) {
  auto number = [&](double value) { return constant(b, b.getLoc(), value); };
  Value inner;
  if (op.getTanh()) {
    Value square = arith::MulFOp::create(b, x, x);
    Value cubic = arith::MulFOp::create(
        b, arith::MulFOp::create(b, number(0.044715), square), x);
    Value sum = arith::AddFOp::create(b, x, cubic);
    inner = math::TanhOp::create(
        b, arith::MulFOp::create(b, number(0.79788456080286536), sum));
  } else {
    inner = math::ErfOp::create(
        b, arith::MulFOp::create(b, x, number(0.70710678118654752)));
  }
  Value half = arith::MulFOp::create(b, x, number(0.5));
  return arith::MulFOp::create(b, half,
                               arith::AddFOp::create(b, number(1.0), inner));
}

Value activation(SiluOp, ImplicitLocOpBuilder &b, Value x) {
  return arith::MulFOp::create(b, x, sigmoid(b, x));
}

template <typename LayerOp>
struct ElementwiseLowering
    : LinalgLoweringOpInterface::ExternalModel<ElementwiseLowering<LayerOp>,
                                               LayerOp> {
  Value lowerToLinalg(Operation *op, OpBuilder &builder, Location loc,
                      ValueRange inputs, ValueRange) const {
    return elementwise(builder, loc, inputs,
                       [&](ImplicitLocOpBuilder &b, ValueRange elements) {
                         return activation(cast<LayerOp>(op), b, elements[0]);
                       });
  }
};

} // namespace

void attachActivationLowerings(MLIRContext &context) {
  ReluOp::attachInterface<ElementwiseLowering<ReluOp>>(context);
  LeakyReluOp::attachInterface<ElementwiseLowering<LeakyReluOp>>(context);
  EluOp::attachInterface<ElementwiseLowering<EluOp>>(context);
  SigmoidOp::attachInterface<ElementwiseLowering<SigmoidOp>>(context);
  TanhOp::attachInterface<ElementwiseLowering<TanhOp>>(context);
  GeluOp::attachInterface<ElementwiseLowering<GeluOp>>(context);
  SiluOp::attachInterface<ElementwiseLowering<SiluOp>>(context);
}

} // namespace nascent::nn
