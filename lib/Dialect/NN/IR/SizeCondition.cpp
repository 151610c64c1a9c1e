//===- SizeCondition.cpp - What sizes must fulfil -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Dialect/NN/IR/SizeCondition.h"
#include <numeric>

namespace nascent::nn {

/// The terms of `expr`, of which only those with a coefficient of `sign`.
static SizeExpr termsOf(const SizeExpr &expr, int sign) {
  SizeExpr result(0);
  for (const SizeExpr::Term &term : expr.getTerms())
    if ((term.coefficient > 0) == (sign > 0))
      result = result + SizeExpr::product(term);
  return result;
}

/// The greatest number that divides all coefficients.
static int64_t commonFactor(const SizeExpr &expr) {
  int64_t common = 0;
  for (const SizeExpr::Term &term : expr.getTerms())
    common = std::gcd(common, term.coefficient);
  return common;
}

/// Of ±⌊n/d⌋ + c, the division and its sign; null for anything else.
static const SizeExpr::Atom *onlyDivision(const SizeExpr &expr, bool &isAdded) {
  if (expr.getTerms().size() != 1)
    return nullptr;
  const SizeExpr::Term &term = expr.getTerms().front();
  isAdded = term.coefficient == 1;
  bool isOne = term.coefficient == 1 || term.coefficient == -1;
  return isOne && term.atoms.size() == 1 && !term.atoms.front().isName()
             ? &term.atoms.front()
             : nullptr;
}

SizeCondition::SizeCondition(SizeExpr expr, bool isEqual)
    : difference(std::move(expr)), isEqual(isEqual) {
  // Each turn takes a factor or a division away.
  while (difference.isFormula() && !difference.isTooLarge()) {
    int64_t common = commonFactor(difference);
    bool isWhole = difference.getConstant() % common == 0;
    if (common > 1 && (isWhole || !isEqual))
      difference = difference.floorDiv(common);
    bool isAdded;
    const SizeExpr::Atom *division = onlyDivision(difference, isAdded);
    if (isEqual || !division)
      break;
    // ⌊n/d⌋ ≥ k if n ≥ d·k, and ⌊n/d⌋ ≤ k if n ≤ d·k + d - 1.
    SizeExpr divisor(division->divisor), constant(difference.getConstant());
    SizeExpr next = isAdded
                        ? *division->numerator + divisor * constant
                        : divisor * (constant + 1) - 1 - *division->numerator;
    if (next.isTooLarge())
      break;
    difference = next;
  }
  if (isEqual && !difference.getTerms().empty() &&
      difference.getTerms().front().coefficient < 0)
    difference = -difference;
}

std::optional<bool> SizeCondition::decide() const {
  if (difference.isUnknown() || difference.isTooLarge())
    return std::nullopt;
  std::optional<int64_t> least = difference.getLowerBound();
  std::optional<int64_t> negated = (-difference).getLowerBound();
  bool isBelow = negated && *negated > 0;
  if (!isEqual) {
    if (least && *least >= 0)
      return true;
    return isBelow ? std::optional(false) : std::nullopt;
  }
  if (difference.isNumber())
    return difference.getNumber() == 0;
  bool isAbove = least && *least > 0;
  bool isBetween = difference.getConstant() % commonFactor(difference) != 0;
  return isAbove || isBelow || isBetween ? std::optional(false) : std::nullopt;
}

bool SizeCondition::implies(const SizeCondition &other) const {
  if (isEqual != other.isEqual)
    return false;
  SizeExpr slack = other.difference - difference;
  return slack.isNumber() &&
         (isEqual ? slack.getNumber() == 0 : slack.getNumber() >= 0);
}

std::string SizeCondition::format(SizeStyle style) const {
  if (difference.isTooLarge())
    return "a condition with numbers of 2^63 or more";
  SizeExpr left = termsOf(difference, 1), right = -termsOf(difference, -1);
  SizeExpr constant(difference.getConstant());
  bool isText = style == SizeStyle::Text;
  llvm::StringRef relation = isText ? "≥" : ">=";
  if (isEqual) {
    relation = isText ? "=" : "==";
  } else if (left.isNumber()) {
    // 7 ≥ width is width ≤ 7.
    relation = isText ? "≤" : "<=";
    std::swap(left, right);
    constant = -constant;
  }
  return left.format(style) + " " + relation.str() + " " +
         (right - constant).format(style);
}

} // namespace nascent::nn
