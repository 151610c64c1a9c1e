//===- InitializerVerifiers.cpp - Which initialisers exist ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Dialect/NN/IR/NNAttributes.h"
#include "llvm/Support/GlobPattern.h"
#include <cmath>

using namespace mlir;

namespace nascent::nn {

using VerifyError = function_ref<InFlightDiagnostic()>;

/// Whether a number is one after rounding to f32, which all parameters are.
static LogicalResult verifyFloat(VerifyError emitError, StringRef what,
                                 const APFloat &value) {
  if (std::isfinite(static_cast<float>(value.convertToDouble())))
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

static LogicalResult verifyStd(VerifyError emitError, const APFloat &std) {
  if (failed(verifyFloat(emitError, "standard deviation", std)))
    return failure();
  if (std.isNegative() && !std.isZero())
    return emitError() << "standard deviation must not be negative, got "
                       << std.convertToDouble();
  return success();
}

LogicalResult NormalAttr::verify(VerifyError emitError, APFloat mean,
                                 APFloat std) {
  if (failed(verifyFloat(emitError, "mean", mean)))
    return failure();
  return verifyStd(emitError, std);
}

LogicalResult PaddedNormalAttr::verify(VerifyError emitError, APFloat mean,
                                       APFloat std, int64_t row) {
  if (failed(verifyFloat(emitError, "mean", mean)) ||
      failed(verifyStd(emitError, std)))
    return failure();
  if (row >= 0)
    return success();
  return emitError() << "row must not be negative, got " << row;
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

static LogicalResult verifyKaiming(VerifyError emitError, const APFloat &a,
                                   FanMode mode, Nonlinearity nonlinearity) {
  if (mode == FanMode::FanAvg)
    return emitError() << "mode must be fan_in or fan_out, got fan_avg";
  if (!a.isZero() && nonlinearity != Nonlinearity::LeakyRelu)
    return emitError() << "a is the slope of leaky_relu, but nonlinearity is "
                       << stringifyNonlinearity(nonlinearity);
  return verifyScale(emitError, "a", a);
}
LogicalResult KaimingUniformAttr::verify(VerifyError emitError, APFloat a,
                                         FanMode mode,
                                         Nonlinearity nonlinearity) {
  return verifyKaiming(emitError, a, mode, nonlinearity);
}
LogicalResult KaimingNormalAttr::verify(VerifyError emitError, APFloat a,
                                        FanMode mode,
                                        Nonlinearity nonlinearity) {
  return verifyKaiming(emitError, a, mode, nonlinearity);
}

LogicalResult VarianceScalingAttr::verify(VerifyError emitError, APFloat scale,
                                          FanMode, Distribution) {
  if (scale.isNegative() || scale.isZero())
    return emitError() << "scale must be positive, got "
                       << scale.convertToDouble();
  return verifyScale(emitError, "scale", scale);
}

LogicalResult TruncatedNormalAttr::verify(VerifyError emitError, APFloat mean,
                                          APFloat std, APFloat lower,
                                          APFloat upper) {
  if (failed(verifyFloat(emitError, "mean", mean)))
    return failure();
  if (failed(verifyStd(emitError, std)))
    return failure();
  double low = lower.convertToDouble(), high = upper.convertToDouble();
  if (low >= high)
    return emitError() << "lower must be less than upper, got " << low
                       << " and " << high;
  // Bounds far out on one side leave too few of the 2²³ points between them.
  double share =
      (std::erf(high / std::sqrt(2.0)) - std::erf(low / std::sqrt(2.0))) / 2;
  if (share < 1e-3)
    return emitError() << "the bounds must hold at least 0.001 of the "
                          "distribution, got "
                       << share;
  for (const APFloat &bound : {lower, upper})
    if (failed(verifyFloat(emitError, "a bound", mean + bound * std)))
      return failure();
  return success();
}

LogicalResult OrthogonalAttr::verify(VerifyError emitError, APFloat gain) {
  return verifyScale(emitError, "gain", gain);
}

LogicalResult SparseAttr::verify(VerifyError emitError, APFloat sparsity,
                                 APFloat std) {
  double fraction = sparsity.convertToDouble();
  if (fraction < 0.0 || fraction > 1.0)
    return emitError() << "sparsity must lie between 0 and 1, got " << fraction;
  return verifyStd(emitError, std);
}

LogicalResult InitRuleAttr::verify(VerifyError emitError, StringRef pattern,
                                   InitializerAttrInterface init) {
  llvm::Expected<llvm::GlobPattern> glob = llvm::GlobPattern::create(pattern);
  if (!glob)
    return emitError() << "pattern '" << pattern
                       << "' is malformed: " << toString(glob.takeError());
  if (!init)
    return emitError() << "expected an initialiser";
  return success();
}

} // namespace nascent::nn
