//===- Distributions.cpp - From random draws to numbers -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// IEEE add, sub, mul and sqrt in one written order and no contraction, so that
// the numbers have the same bits on every target.
//
//===----------------------------------------------------------------------===//

#include "Distributions.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace nascent::nn {

/// The natural logarithm of a positive normal number: the exponent times ln 2
/// and a polynomial of the mantissa in [√½, √2), as in Cephes' logf.
static Value log(ElementwiseBuilder &e, Value x) {
  Value bits = e.toBits(x);
  // Move the exponent's step from 1 to √½ before splitting.
  Value shifted = e.emit<arith::SubIOp>(bits, e.i32(0x3f3504f3));
  Value exponent = e.emit<arith::ShRSIOp>(shifted, e.i32(23));
  Value mantissa = e.fromBits(
      e.emit<arith::SubIOp>(bits, e.emit<arith::ShLIOp>(exponent, e.i32(23))));
  Value n = e.toFloat(exponent);
  Value m = e.sub(mantissa, e.f32(1.0f));
  Value z = e.mul(m, m);
  Value p =
      e.polynomial(m, {3.3333331174e-1f, -2.4999993993e-1f, 2.0000714765e-1f,
                       -1.6668057665e-1f, 1.4249322787e-1f, -1.2420140846e-1f,
                       1.1676998740e-1f, -1.1514610310e-1f, 7.0376836292e-2f});
  Value y = e.mul(e.mul(m, z), p);
  y = e.add(y, e.mul(n, e.f32(-2.12194440e-4f)));
  y = e.sub(y, e.mul(e.f32(0.5f), z));
  y = e.add(m, y);
  return e.add(y, e.mul(n, e.f32(0.693359375f)));
}

/// √2·erf⁻¹(x) for x in (-1, 1), given q = 1 − x² > 0. The two polynomials are
/// those of M. Giles, "Approximating the erfinv function" (GPU Computing Gems,
/// 2011).
static Value inverseNormal(ElementwiseBuilder &e, Value x, Value q) {
  Value zero = e.f32(0.0f);
  Value w = e.sub(zero, log(e, q));
  Value central =
      e.polynomial(e.sub(w, e.f32(2.5f)),
                   {1.50140941f, 0.246640727f, -0.00417768164f, -0.00125372503f,
                    0.00021858087f, -4.39150654e-06f, -3.5233877e-06f,
                    3.43273939e-07f, 2.81022636e-08f});
  // The tail holds one number in 300: most vectors have none of it, and the
  // branch is well predicted.
  ImplicitLocOpBuilder &b = e.getBuilder();
  Value inTail =
      arith::CmpFOp::create(b, arith::CmpFPredicate::OGE, w, e.f32(5.0f));
  Value anyInTail = inTail;
  if (isa<VectorType>(inTail.getType()))
    anyInTail =
        vector::ReductionOp::create(b, vector::CombiningKind::OR, inTail);
  auto branch = scf::IfOp::create(b, TypeRange{e.getFloatType()}, anyInTail,
                                  /*withElseRegion=*/true);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(branch.thenBlock());
    Value root = math::SqrtOp::create(b, w);
    Value tail =
        e.polynomial(e.sub(root, e.f32(3.0f)),
                     {2.83297682f, 1.00167406f, 0.00943887047f, -0.0076224613f,
                      0.00573950773f, -0.00367342844f, 0.00134934322f,
                      0.000100950558f, -0.000200214257f});
    scf::YieldOp::create(
        b, ValueRange{arith::SelectOp::create(b, inTail, tail, central)});
    b.setInsertionPointToStart(branch.elseBlock());
    scf::YieldOp::create(b, ValueRange{central});
  }
  Value factor = branch.getResult(0);
  return e.mul(e.mul(factor, x), e.f32(1.41421356f));
}

Value emitUniform(ElementwiseBuilder &e, Value bits, Value low, Value range) {
  Value upper = e.toFloat(e.emit<arith::ShRUIOp>(bits, e.i32(8)));
  Value u = e.mul(upper, e.f32(0x1p-24f));
  return e.add(low, e.mul(u, range));
}

Value emitNormal(ElementwiseBuilder &e, Value z, Value mean, Value std) {
  return e.add(mean, e.mul(z, std));
}

Value emitTruncatedNormal(ElementwiseBuilder &e, Value bits, Value low,
                          Value range) {
  // u = (m + 1/2)·2⁻²³ in (0, 1): exact, as 2m + 1 < 2²⁴.
  Value upper = e.emit<arith::ShRUIOp>(bits, e.i32(8));
  Value even = e.emit<arith::AndIOp>(upper, e.i32(0x00fffffe));
  Value odd = e.toFloat(e.emit<arith::OrIOp>(even, e.i32(1)));
  Value u = e.mul(odd, e.f32(0x1p-24f));
  Value x = e.add(low, e.mul(u, range));
  Value below = e.sub(e.f32(1.0f), x);
  Value q = e.mul(below, e.add(e.f32(1.0f), x));
  // Rounding may have reached ±1, of which there is no inverse.
  Value least = e.f32(0x1p-24f);
  q = e.select(arith::CmpFPredicate::OLT, q, least, least, q);
  return inverseNormal(e, x, q);
}

} // namespace nascent::nn
