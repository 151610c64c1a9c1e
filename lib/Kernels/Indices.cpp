//===- Indices.cpp - Indices into operands, by loop counters --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Kernels/Indices.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace nascent::kernels {

std::optional<unsigned> LinearIndex::asDim() const {
  const int64_t *one = llvm::find(coefficients, 1);
  bool isOnly =
      constant == 0 && one != coefficients.end() &&
      llvm::count(coefficients, 0) + 1 == int64_t(coefficients.size());
  return isOnly ? std::optional<unsigned>(one - coefficients.begin())
                : std::nullopt;
}

/// Adds `factor` times `expr` to `index`; false where that is not linear, or
/// negative.
static bool addTerms(AffineExpr expr, int64_t factor, LinearIndex &index) {
  auto addTo = [&](int64_t &sum, int64_t term) {
    return term >= 0 && !llvm::AddOverflow(sum, term, sum);
  };
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return addTo(index.coefficients[dim.getPosition()], factor);
  if (auto constant = dyn_cast<AffineConstantExpr>(expr)) {
    int64_t term;
    return !llvm::MulOverflow(constant.getValue(), factor, term) &&
           addTo(index.constant, term);
  }
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary)
    return false;
  if (expr.getKind() == AffineExprKind::Add)
    return addTerms(binary.getLHS(), factor, index) &&
           addTerms(binary.getRHS(), factor, index);
  auto times = dyn_cast<AffineConstantExpr>(binary.getRHS());
  return expr.getKind() == AffineExprKind::Mul && times &&
         !llvm::MulOverflow(times.getValue(), factor, factor) &&
         addTerms(binary.getLHS(), factor, index);
}

std::optional<LinearIndex> linearize(AffineExpr expr, unsigned dims) {
  LinearIndex index;
  index.coefficients.resize(dims);
  if (!addTerms(expr, 1, index))
    return std::nullopt;
  return index;
}

std::optional<int64_t> laneStep(AffineExpr index, unsigned loop,
                                int64_t lanes) {
  if (!index.isFunctionOfDim(loop))
    return 0;
  auto binary = dyn_cast<AffineBinaryOpExpr>(index);
  if (!binary)
    return 1;
  std::optional<int64_t> left = laneStep(binary.getLHS(), loop, lanes);
  std::optional<int64_t> right = laneStep(binary.getRHS(), loop, lanes);
  if (!left || !right)
    return std::nullopt;
  auto number = dyn_cast<AffineConstantExpr>(binary.getRHS());
  // A vector lies within what is divided by its length, or a multiple of it.
  bool isWithin = isa<AffineDimExpr>(binary.getLHS()) && number &&
                  number.getValue() % lanes == 0;
  switch (index.getKind()) {
  case AffineExprKind::Add:
    return *left + *right;
  case AffineExprKind::Mul:
    return number ? std::optional(*left * number.getValue()) : std::nullopt;
  case AffineExprKind::FloorDiv:
    return isWithin ? std::optional(0) : std::nullopt;
  case AffineExprKind::Mod:
    return isWithin ? std::optional(1) : std::nullopt;
  default:
    return std::nullopt;
  }
}

std::optional<IndexRange> rangeOf(AffineExpr index, ArrayRef<int64_t> sizes) {
  if (auto dim = dyn_cast<AffineDimExpr>(index))
    return IndexRange{0, sizes[dim.getPosition()] - 1};
  if (auto constant = dyn_cast<AffineConstantExpr>(index))
    return IndexRange{constant.getValue(), constant.getValue()};
  auto binary = dyn_cast<AffineBinaryOpExpr>(index);
  if (!binary)
    return std::nullopt;
  std::optional<IndexRange> left = rangeOf(binary.getLHS(), sizes);
  std::optional<IndexRange> right = rangeOf(binary.getRHS(), sizes);
  if (!left || !right)
    return std::nullopt;
  IndexRange sum;
  if (index.getKind() == AffineExprKind::Add)
    return llvm::AddOverflow(left->least, right->least, sum.least) ||
                   llvm::AddOverflow(left->greatest, right->greatest,
                                     sum.greatest)
               ? std::nullopt
               : std::optional(sum);
  auto number = dyn_cast<AffineConstantExpr>(binary.getRHS());
  if (!number)
    return std::nullopt;
  int64_t by = number.getValue();
  if (index.getKind() == AffineExprKind::Mul) {
    if (llvm::MulOverflow(left->least, by, sum.least) ||
        llvm::MulOverflow(left->greatest, by, sum.greatest))
      return std::nullopt;
    return by < 0 ? IndexRange{sum.greatest, sum.least} : sum;
  }
  // Only what is not negative is divided.
  if (by <= 0 || left->least < 0)
    return std::nullopt;
  if (index.getKind() == AffineExprKind::FloorDiv)
    return IndexRange{left->least / by, left->greatest / by};
  if (index.getKind() == AffineExprKind::Mod)
    return IndexRange{0, std::min(left->greatest, by - 1)};
  return std::nullopt;
}

} // namespace nascent::kernels
