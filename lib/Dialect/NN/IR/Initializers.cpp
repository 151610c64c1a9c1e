//===- Initializers.cpp - The initialisers' bounds and elements -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Fan-dependent initialisers resolve, in double precision, to a uniform, normal
// or truncated normal distribution; the arguments are then rounded once to f32.
//
//===----------------------------------------------------------------------===//

#include "Initializers.h"
#include "Distributions.h"
#include "nascent/Dialect/NN/IR/NNAttributes.h"
#include "nascent/Support/ElementwiseBuilder.h"
#include <cmath>

using namespace mlir;

namespace nascent::nn {

TypedAttr toArgument(MLIRContext *context, const APFloat &value) {
  return FloatAttr::get(Float32Type::get(context),
                        static_cast<float>(value.convertToDouble()));
}
TypedAttr toArgument(MLIRContext *context, int64_t value) {
  return IntegerAttr::get(IntegerType::get(context, 32), value);
}

//===----------------------------------------------------------------------===//
// Bounds
//===----------------------------------------------------------------------===//

static LogicalResult requireFan(Fan fan, EmitError emitError) {
  if (fan.in > 0 && fan.out > 0)
    return success();
  return emitError() << "needs the fan of its layer, which is not known yet";
}

/// Distributions of mean 0 and the standard deviation given.
static Attribute uniformOf(MLIRContext *context, double deviation) {
  double bound = std::sqrt(3.0) * deviation;
  return UniformAttr::get(context, APFloat(-bound), APFloat(bound));
}
static Attribute normalOf(MLIRContext *context, double deviation) {
  return NormalAttr::get(context, APFloat(0.0), APFloat(deviation));
}
static Attribute truncatedNormalOf(MLIRContext *context, double deviation) {
  // The standard deviation of N(0, 1) cut off at ±2, as Keras and JAX have it.
  return TruncatedNormalAttr::get(context, APFloat(0.0),
                                  APFloat(deviation / 0.87962566103423978),
                                  APFloat(-2.0), APFloat(2.0));
}

static double fanOf(FanMode mode, Fan fan) {
  switch (mode) {
  case FanMode::FanIn:
    return double(fan.in);
  case FanMode::FanOut:
    return double(fan.out);
  case FanMode::FanAvg:
    return (double(fan.in) + double(fan.out)) / 2.0;
  }
  llvm_unreachable("unknown fan mode");
}

static double xavierDeviation(const APFloat &gain, Fan fan) {
  return gain.convertToDouble() *
         std::sqrt(2.0 / (double(fan.in) + double(fan.out)));
}

/// torch.nn.init.calculate_gain.
static double gainOf(Nonlinearity nonlinearity, double a) {
  switch (nonlinearity) {
  case Nonlinearity::Linear:
  case Nonlinearity::Sigmoid:
    return 1.0;
  case Nonlinearity::Tanh:
    return 5.0 / 3.0;
  case Nonlinearity::Relu:
    return std::sqrt(2.0);
  case Nonlinearity::LeakyRelu:
    return std::sqrt(2.0 / (1.0 + a * a));
  case Nonlinearity::Selu:
    return 0.75;
  }
  llvm_unreachable("unknown nonlinearity");
}

template <typename KaimingAttr>
static double kaimingDeviation(KaimingAttr attr, Fan fan) {
  return gainOf(attr.getNonlinearity(), attr.getA().convertToDouble()) /
         std::sqrt(fanOf(attr.getMode(), fan));
}

Attribute ZerosAttr::resolve(const InitTarget &, EmitError) const {
  return ConstantAttr::get(getContext(), APFloat(0.0));
}

Attribute OnesAttr::resolve(const InitTarget &, EmitError) const {
  return ConstantAttr::get(getContext(), APFloat(1.0));
}

Attribute XavierUniformAttr::resolve(const InitTarget &target,
                                     EmitError emitError) const {
  if (failed(requireFan(target.fan, emitError)))
    return {};
  return uniformOf(getContext(), xavierDeviation(getGain(), target.fan));
}

Attribute XavierNormalAttr::resolve(const InitTarget &target,
                                    EmitError emitError) const {
  if (failed(requireFan(target.fan, emitError)))
    return {};
  return normalOf(getContext(), xavierDeviation(getGain(), target.fan));
}

Attribute KaimingUniformAttr::resolve(const InitTarget &target,
                                      EmitError emitError) const {
  if (failed(requireFan(target.fan, emitError)))
    return {};
  return uniformOf(getContext(), kaimingDeviation(*this, target.fan));
}

Attribute KaimingNormalAttr::resolve(const InitTarget &target,
                                     EmitError emitError) const {
  if (failed(requireFan(target.fan, emitError)))
    return {};
  return normalOf(getContext(), kaimingDeviation(*this, target.fan));
}

Attribute LecunUniformAttr::resolve(const InitTarget &target,
                                    EmitError emitError) const {
  if (failed(requireFan(target.fan, emitError)))
    return {};
  return uniformOf(getContext(), std::sqrt(1.0 / double(target.fan.in)));
}

Attribute LecunNormalAttr::resolve(const InitTarget &target,
                                   EmitError emitError) const {
  if (failed(requireFan(target.fan, emitError)))
    return {};
  return truncatedNormalOf(getContext(),
                           std::sqrt(1.0 / double(target.fan.in)));
}

Attribute VarianceScalingAttr::resolve(const InitTarget &target,
                                       EmitError emitError) const {
  if (failed(requireFan(target.fan, emitError)))
    return {};
  double deviation =
      std::sqrt(getScale().convertToDouble() / fanOf(getMode(), target.fan));
  switch (getDistribution()) {
  case Distribution::TruncatedNormal:
    return truncatedNormalOf(getContext(), deviation);
  case Distribution::Normal:
    return normalOf(getContext(), deviation);
  case Distribution::Uniform:
    return uniformOf(getContext(), deviation);
  }
  llvm_unreachable("unknown distribution");
}

//===----------------------------------------------------------------------===//
// Elements by value
//===----------------------------------------------------------------------===//

SmallVector<TypedAttr> ConstantAttr::getArguments(const InitTarget &) const {
  return {toArgument(getContext(), getValue())};
}

Value ConstantAttr::emitElement(OpBuilder &, Location,
                                const InitElement &element) const {
  return element.arguments[0];
}

SmallVector<TypedAttr> UniformAttr::getArguments(const InitTarget &) const {
  return {toArgument(getContext(), getLow()),
          toArgument(getContext(), getHigh() - getLow())};
}

SmallVector<Draw> UniformAttr::getDraws(Operation *) const {
  return {Draw::Bits};
}

Value UniformAttr::emitElement(OpBuilder &builder, Location loc,
                               const InitElement &element) const {
  ElementwiseBuilder e(builder, loc, element.type);
  return emitUniform(e, element.draw(0), element.arguments[0],
                     element.arguments[1]);
}

SmallVector<TypedAttr> NormalAttr::getArguments(const InitTarget &) const {
  return {toArgument(getContext(), getMean()),
          toArgument(getContext(), getStd())};
}

SmallVector<Draw> NormalAttr::getDraws(Operation *) const {
  return {Draw::Normal};
}

Value NormalAttr::emitElement(OpBuilder &builder, Location loc,
                              const InitElement &element) const {
  ElementwiseBuilder e(builder, loc, element.type);
  return emitNormal(e, element.draw(0), element.arguments[0],
                    element.arguments[1]);
}

SmallVector<TypedAttr>
TruncatedNormalAttr::getArguments(const InitTarget &) const {
  // erf(±∞/√2) is ±1, of which there is no inverse: the float below it.
  auto inside = [](const APFloat &bound) {
    double value = std::erf(bound.convertToDouble() / std::sqrt(2.0));
    return APFloat(std::clamp(value, -1.0 + 0x1p-24, 1.0 - 0x1p-24));
  };
  APFloat low = inside(getLower()), high = inside(getUpper());
  MLIRContext *context = getContext();
  return {toArgument(context, getMean()),
          toArgument(context, getStd()),
          toArgument(context, low),
          toArgument(context, high - low),
          toArgument(context, getMean() + getLower() * getStd()),
          toArgument(context, getMean() + getUpper() * getStd())};
}

SmallVector<Draw> TruncatedNormalAttr::getDraws(Operation *) const {
  return {Draw::Bits};
}

Value TruncatedNormalAttr::emitElement(OpBuilder &builder, Location loc,
                                       const InitElement &element) const {
  ElementwiseBuilder e(builder, loc, element.type);
  auto arguments = element.arguments;
  Value z = emitTruncatedNormal(e, element.draw(0), arguments[2], arguments[3]);
  Value value = e.add(arguments[0], e.mul(z, arguments[1]));
  value = e.select(arith::CmpFPredicate::OLT, value, arguments[4], arguments[4],
                   value);
  return e.select(arith::CmpFPredicate::OGT, value, arguments[5], arguments[5],
                  value);
}

//===----------------------------------------------------------------------===//
// Elements by place
//===----------------------------------------------------------------------===//

/// Rows and columns are counted in i32.
static LogicalResult verifyCountable(const InitTarget &target,
                                     EmitError emitError) {
  int64_t limit = std::numeric_limits<int32_t>::max();
  if (target.getRows() <= limit && target.getColumns() <= limit)
    return success();
  return emitError() << "needs fewer than 2^31 rows and columns, got "
                     << target.getRows() << " and " << target.getColumns();
}

LogicalResult verifyRank(const InitTarget &target, unsigned least,
                         unsigned most, StringRef what, EmitError emitError) {
  unsigned rank = target.shape.size();
  if (rank < least || rank > most)
    return emitError() << "needs " << what << ", got rank " << rank;
  return verifyCountable(target, emitError);
}

/// 1 where two i32s are equal, else 0.
static Value oneWhereEqual(ElementwiseBuilder &e, Value x, Value y) {
  ImplicitLocOpBuilder &b = e.getBuilder();
  Value equal = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, x, y);
  return arith::SelectOp::create(b, equal, e.f32(1.0f), e.f32(0.0f));
}

Attribute IdentityAttr::resolve(const InitTarget &target,
                                EmitError emitError) const {
  if (failed(verifyRank(target, 2, 2, "a matrix", emitError)))
    return {};
  return *this;
}

bool IdentityAttr::usesPosition(Operation *) const { return true; }

Value IdentityAttr::emitElement(OpBuilder &builder, Location loc,
                                const InitElement &element) const {
  ElementwiseBuilder e(builder, loc, element.type);
  return oneWhereEqual(e, element.row, element.column);
}

Attribute PaddedNormalAttr::resolve(const InitTarget &target,
                                    EmitError emitError) const {
  if (failed(verifyCountable(target, emitError)))
    return {};
  if (getRow() < target.getRows())
    return *this;
  emitError() << "has row " << getRow() << " of zeros, but there are "
              << target.getRows() << " rows";
  return {};
}

SmallVector<TypedAttr>
PaddedNormalAttr::getArguments(const InitTarget &) const {
  return {toArgument(getContext(), getMean()),
          toArgument(getContext(), getStd()),
          toArgument(getContext(), getRow())};
}

SmallVector<Draw> PaddedNormalAttr::getDraws(Operation *) const {
  return {Draw::Normal};
}

bool PaddedNormalAttr::usesPosition(Operation *) const { return true; }

Value PaddedNormalAttr::emitElement(OpBuilder &builder, Location loc,
                                    const InitElement &element) const {
  ElementwiseBuilder e(builder, loc, element.type);
  Value drawn = emitNormal(e, element.draw(0), element.arguments[0],
                           element.arguments[1]);
  Value isPadding =
      arith::CmpIOp::create(e.getBuilder(), arith::CmpIPredicate::eq,
                            element.row, element.arguments[2]);
  return arith::SelectOp::create(e.getBuilder(), isPadding, e.f32(0.0f), drawn);
}

Attribute DiracAttr::resolve(const InitTarget &target,
                             EmitError emitError) const {
  if (failed(verifyRank(target, 3, 5,
                        "the weight of a convolution, of rank 3 to 5",
                        emitError)))
    return {};
  // The column that belongs to a row is computed in i32, too.
  if (checkedProduct(target.shape).value_or(-1) == -1 ||
      target.getRows() > std::numeric_limits<int32_t>::max() /
                             (target.getColumns() / target.shape[1])) {
    emitError() << "needs fewer than 2^31 rows times kernel elements, got "
                << target.getRows() << " rows";
    return {};
  }
  return *this;
}

SmallVector<TypedAttr> DiracAttr::getArguments(const InitTarget &target) const {
  // Elements of a kernel, and the place of its centre among them.
  int64_t size = 1, center = 0;
  for (int64_t dim : target.shape.drop_front(2)) {
    center = center * dim + dim / 2;
    size *= dim;
  }
  return {toArgument(getContext(), size), toArgument(getContext(), center)};
}

bool DiracAttr::usesPosition(Operation *) const { return true; }

Value DiracAttr::emitElement(OpBuilder &builder, Location loc,
                             const InitElement &element) const {
  ElementwiseBuilder e(builder, loc, element.type);
  // Rows past the last input channel have no such column.
  Value center = e.emit<arith::AddIOp>(
      e.emit<arith::MulIOp>(element.row, element.arguments[0]),
      element.arguments[1]);
  return oneWhereEqual(e, element.column, center);
}

} // namespace nascent::nn
