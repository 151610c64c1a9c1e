//===- Initializers.cpp - The initialisers' bounds and elements -----------===//
//
// Fan-dependent initialisers resolve, in double precision, to a uniform or a
// normal distribution; the arguments are then rounded once to f32. Elements are
// emitted with IEEE add, sub, mul, div and sqrt in one written order and no
// contraction, so that they have the same bits on every target.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "nascent/Dialect/NN/IR/NNAttributes.h"
#include "nascent/Support/ElementwiseBuilder.h"
#include <cmath>

using namespace mlir;

namespace nascent::nn {

/// The nearest f32.
static float toFloat(const APFloat &value) {
  return static_cast<float>(value.convertToDouble());
}

//===----------------------------------------------------------------------===//
// Bounds
//===----------------------------------------------------------------------===//

static LogicalResult requireFan(Fan fan, EmitError emitError) {
  if (fan.in > 0 && fan.out > 0)
    return success();
  return emitError() << "needs the fan of its layer, which is not known yet";
}

/// The standard deviation sqrt(scale / fan) as a uniform or normal attribute.
static Attribute uniformOf(MLIRContext *context, double deviation) {
  double bound = std::sqrt(3.0) * deviation;
  return UniformAttr::get(context, APFloat(-bound), APFloat(bound));
}
static Attribute normalOf(MLIRContext *context, double deviation) {
  return NormalAttr::get(context, APFloat(0.0), APFloat(deviation));
}

static double xavierDeviation(const APFloat &gain, Fan fan) {
  return gain.convertToDouble() *
         std::sqrt(2.0 / (double(fan.in) + double(fan.out)));
}
static double kaimingDeviation(const APFloat &slope, Fan fan) {
  double a = slope.convertToDouble();
  return std::sqrt(2.0 / (1.0 + a * a)) / std::sqrt(double(fan.in));
}

Attribute ZerosAttr::resolve(Fan, EmitError) const {
  return ConstantAttr::get(getContext(), APFloat(0.0));
}

Attribute OnesAttr::resolve(Fan, EmitError) const {
  return ConstantAttr::get(getContext(), APFloat(1.0));
}

Attribute XavierUniformAttr::resolve(Fan fan, EmitError emitError) const {
  if (failed(requireFan(fan, emitError)))
    return {};
  return uniformOf(getContext(), xavierDeviation(getGain(), fan));
}

Attribute XavierNormalAttr::resolve(Fan fan, EmitError emitError) const {
  if (failed(requireFan(fan, emitError)))
    return {};
  return normalOf(getContext(), xavierDeviation(getGain(), fan));
}

Attribute KaimingUniformAttr::resolve(Fan fan, EmitError emitError) const {
  if (failed(requireFan(fan, emitError)))
    return {};
  return uniformOf(getContext(), kaimingDeviation(getA(), fan));
}

Attribute KaimingNormalAttr::resolve(Fan fan, EmitError emitError) const {
  if (failed(requireFan(fan, emitError)))
    return {};
  return normalOf(getContext(), kaimingDeviation(getA(), fan));
}

//===----------------------------------------------------------------------===//
// Verifiers
//===----------------------------------------------------------------------===//

using VerifyError = function_ref<InFlightDiagnostic()>;

/// Whether a number is one after rounding to f32, which all parameters are.
static LogicalResult verifyFloat(VerifyError emitError, StringRef what,
                                 const APFloat &value) {
  if (std::isfinite(toFloat(value)))
    return success();
  return emitError() << what << " must be finite in f32, got "
                     << value.convertToDouble();
}

LogicalResult ConstantAttr::verify(VerifyError emitError, APFloat value) {
  return verifyFloat(emitError, "value", value);
}

LogicalResult UniformAttr::verify(VerifyError emitError, APFloat low,
                                  APFloat high) {
  if (failed(verifyFloat(emitError, "low", low)) ||
      failed(verifyFloat(emitError, "high", high)) ||
      failed(verifyFloat(emitError, "high - low", high - low)))
    return failure();
  if (low > high)
    return emitError() << "low must not exceed high, got "
                       << low.convertToDouble() << " and "
                       << high.convertToDouble();
  return success();
}

LogicalResult NormalAttr::verify(VerifyError emitError, APFloat mean,
                                 APFloat std) {
  if (failed(verifyFloat(emitError, "mean", mean)) ||
      failed(verifyFloat(emitError, "standard deviation", std)))
    return failure();
  if (std.isNegative() && !std.isZero())
    return emitError() << "standard deviation must not be negative, got "
                       << std.convertToDouble();
  return success();
}

static LogicalResult verifyScale(VerifyError emitError, StringRef what,
                                 const APFloat &number) {
  double value = number.convertToDouble();
  // Squares and products with a fan must stay finite, too.
  if (std::abs(value) <= 1e15)
    return success();
  return emitError() << what << " must lie between -1e15 and 1e15, got "
                     << value;
}

static LogicalResult verifyGain(VerifyError emitError, const APFloat &gain) {
  if (gain.isNegative() && !gain.isZero())
    return emitError() << "gain must not be negative, got "
                       << gain.convertToDouble();
  return verifyScale(emitError, "gain", gain);
}

LogicalResult XavierUniformAttr::verify(VerifyError emitError, APFloat gain) {
  return verifyGain(emitError, gain);
}
LogicalResult XavierNormalAttr::verify(VerifyError emitError, APFloat gain) {
  return verifyGain(emitError, gain);
}
LogicalResult KaimingUniformAttr::verify(VerifyError emitError, APFloat a) {
  return verifyScale(emitError, "a", a);
}
LogicalResult KaimingNormalAttr::verify(VerifyError emitError, APFloat a) {
  return verifyScale(emitError, "a", a);
}

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

/// Σ coefficients[i] · x^(n-1-i) by Horner's rule, without contraction.
static Value polynomial(ElementwiseBuilder &e, Value x,
                        ArrayRef<float> coefficients) {
  Value sum = e.f32(coefficients.front());
  for (float coefficient : coefficients.drop_front())
    sum = e.add(e.mul(sum, x), e.f32(coefficient));
  return sum;
}

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
  Value p = polynomial(e, m,
                       {7.0376836292e-2f, -1.1514610310e-1f, 1.1676998740e-1f,
                        -1.2420140846e-1f, 1.4249322787e-1f, -1.6668057665e-1f,
                        2.0000714765e-1f, -2.4999993993e-1f, 3.3333331174e-1f});
  Value y = e.mul(e.mul(m, z), p);
  y = e.add(y, e.mul(n, e.f32(-2.12194440e-4f)));
  y = e.sub(y, e.mul(e.f32(0.5f), z));
  return e.add(e.add(m, y), e.mul(n, e.f32(0.693359375f)));
}

SmallVector<float> ConstantAttr::getArguments() const {
  return {toFloat(getValue())};
}

Value ConstantAttr::emitElement(OpBuilder &, Location, Type,
                                ValueRange arguments, Value) const {
  return arguments[0];
}

SmallVector<float> UniformAttr::getArguments() const {
  return {toFloat(getLow()), toFloat(getHigh() - getLow())};
}

unsigned UniformAttr::getNumDraws() const { return 1; }

Value UniformAttr::emitElement(OpBuilder &builder, Location loc, Type type,
                               ValueRange arguments, Value bits) const {
  ElementwiseBuilder e(builder, loc, type);
  Value upper = e.emit<arith::ShRUIOp>(bits, e.i32(8));
  Value u = e.mul(e.toFloat(upper), e.f32(0x1p-24f));
  return e.add(arguments[0], e.mul(u, arguments[1]));
}

SmallVector<float> NormalAttr::getArguments() const {
  return {toFloat(getMean()), toFloat(getStd())};
}

unsigned NormalAttr::getNumDraws() const { return 1; }

Value NormalAttr::emitElement(OpBuilder &builder, Location loc, Type type,
                              ValueRange arguments, Value bits) const {
  ElementwiseBuilder e(builder, loc, type);
  // p = (m + 1/2)·2⁻²⁴ in (0, 1/2) from 23 bits: exact, as 2m + 1 < 2²⁴.
  Value m = e.emit<arith::AndIOp>(e.emit<arith::ShRUIOp>(bits, e.i32(7)),
                                  e.i32(0x00fffffe));
  Value p =
      e.mul(e.toFloat(e.emit<arith::OrIOp>(m, e.i32(1))), e.f32(0x1p-25f));
  // −Φ⁻¹(p) = √2·erf⁻¹(1 − 2p), with 1 − (1 − 2p)² = 4p(1 − p). The two
  // polynomials are those of M. Giles, "Approximating the erfinv function"
  // (GPU Computing Gems, 2011).
  Value x = e.sub(e.f32(1.0f), e.add(p, p));
  Value q = e.mul(e.mul(e.f32(4.0f), p), e.sub(e.f32(1.0f), p));
  Value w = e.sub(e.f32(0.0f), log(e, q));
  Value central = polynomial(e, e.sub(w, e.f32(2.5f)),
                             {2.81022636e-08f, 3.43273939e-07f, -3.5233877e-06f,
                              -4.39150654e-06f, 0.00021858087f, -0.00125372503f,
                              -0.00417768164f, 0.246640727f, 1.50140941f});
  Value root = math::SqrtOp::create(builder, loc, w);
  Value tail = polynomial(e, e.sub(root, e.f32(3.0f)),
                          {-0.000200214257f, 0.000100950558f, 0.00134934322f,
                           -0.00367342844f, 0.00573950773f, -0.0076224613f,
                           0.00943887047f, 1.00167406f, 2.83297682f});
  Value factor =
      e.select(arith::CmpFPredicate::OLT, w, e.f32(5.0f), central, tail);
  Value magnitude = e.mul(e.mul(factor, x), e.f32(1.41421356f));
  // The top bit is the sign: z = ±magnitude, exactly symmetric.
  Value sign = e.emit<arith::AndIOp>(bits, e.i32(0x80000000u));
  Value z = e.fromBits(e.emit<arith::OrIOp>(e.toBits(magnitude), sign));
  return e.add(arguments[0], e.mul(z, arguments[1]));
}

} // namespace nascent::nn
