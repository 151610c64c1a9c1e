//===- BoxMuller.cpp - Normal numbers from random words -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The polynomials are minimax in relative error, their coefficients rounded one
// by one, lowest first, and the rest fitted again.
//
//===----------------------------------------------------------------------===//

#include "nascent/Parameters/BoxMuller.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

namespace nascent::parameters {

/// The float whose mantissa has the bits of `mask` from `bits`, and all others
/// from `rest`.
static Value withMantissa(ElementwiseBuilder &e, Value bits, uint32_t mask,
                          uint32_t rest) {
  bits = e.emit<arith::AndIOp>(bits, e.i32(mask));
  bits = e.emit<arith::OrIOp>(bits, e.i32(rest));
  return e.fromBits(bits);
}

/// √(−2·ln u) for u = (2m + 1)·2⁻³¹, rounded, m being bits 1 to 30.
static Value emitRadius(ElementwiseBuilder &e, Value bits) {
  Value odd = e.emit<arith::AndIOp>(bits, e.i32(0x7fffffff));
  odd = e.emit<arith::OrIOp>(odd, e.i32(1));
  // How far the representation of u·2³¹ is below that of 2³¹: u is
  // 2⁻ᵏ·(1 − y/2), k being in the exponent's place of that distance and y, of
  // [0, 1), in the mantissa's. No digits cancel in −2·ln u, as neither of its
  // terms is negative.
  Value rounded = e.toBits(e.toFloat(odd));
  Value below = e.emit<arith::SubIOp>(e.i32(0x4f000000), rounded);
  Value k = e.toFloat(e.emit<arith::ShRUIOp>(below, e.i32(23)));
  Value y = withMantissa(e, below, 0x007fffff, /*1=*/0x3f800000);
  y = e.sub(y, e.f32(1.0f));
  // −2·ln(1 − y/2)/y, to 2.4e-8.
  Value quotient = e.polynomial(
      y, {1.0f, 0x1.fffecp-3f, 0x1.55a384p-4f, 0x1.f313e8p-6f, 0x1.0df6b6p-6f,
          -0x1.72273ap-8f, 0x1.354f7ap-6f, -0x1.a3986ap-7f, 0x1.6a0edp-8f});
  Value ofExponent = e.mul(k, e.f32(1.38629436f)); // 2·ln 2
  Value ofMantissa = e.mul(y, quotient);
  return math::SqrtOp::create(e.getBuilder(), e.add(ofExponent, ofMantissa));
}

std::array<Value, 2> emitBoxMuller(ElementwiseBuilder &e, Value radiusBits,
                                   Value angleBits) {
  Value radius = emitRadius(e, radiusBits);
  // t quarter turns, in (−½, ½): the odd multiples of 2⁻²³, so that the
  // distribution is symmetric to the bit.
  Value t = withMantissa(e, angleBits, 0x007ffffe, /*1 + 2⁻²³=*/0x3f800001);
  t = e.sub(t, e.f32(1.5f));
  Value z = e.mul(t, t);
  // sin(π/2·t) to 2.8e-8, cos(π/2·t) to 4.0e-8.
  Value sine = e.polynomial(
      z, {0x1.921fb6p0f, -0x1.4abbecp-1f, 0x1.466b22p-4f, -0x1.2f5a1cp-8f});
  sine = e.mul(t, sine);
  Value cosine =
      e.polynomial(z, {1.0f, -0x1.3bd39cp0f, 0x1.03b058p-2f, -0x1.4e78bep-6f});
  // The other quarters: mirrored at the y axis, then at the diagonal.
  Value sign = e.emit<arith::AndIOp>(angleBits, e.i32(0x80000000));
  cosine = e.fromBits(e.emit<arith::XOrIOp>(e.toBits(cosine), sign));
  ImplicitLocOpBuilder &b = e.getBuilder();
  Value swap =
      arith::CmpIOp::create(b, arith::CmpIPredicate::slt, radiusBits, e.i32(0));
  Value x = arith::SelectOp::create(b, swap, sine, cosine);
  Value y = arith::SelectOp::create(b, swap, cosine, sine);
  x = e.mul(radius, x);
  return {x, e.mul(radius, y)};
}

} // namespace nascent::parameters
