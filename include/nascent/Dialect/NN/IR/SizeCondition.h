//===- SizeCondition.h - What sizes must fulfil -----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_IR_SIZECONDITION_H
#define NASCENT_DIALECT_NN_IR_SIZECONDITION_H

#include "nascent/Dialect/NN/IR/SizeExpr.h"

namespace nascent::nn {

/// That two formulas are equal, or that one is at least the other: what must
/// hold of sizes that are not known yet. Kept in a normal form, so that
/// ⌊height/4⌋ - 2 ≥ 1 is height ≥ 12.
class SizeCondition {
public:
  static SizeCondition equal(const SizeExpr &a, const SizeExpr &b) {
    return SizeCondition(a - b, /*isEqual=*/true);
  }
  static SizeCondition atLeast(const SizeExpr &a, const SizeExpr &b) {
    return SizeCondition(a - b, /*isEqual=*/false);
  }

  /// Whether it holds, or fails, whatever the names stand for; nullopt where
  /// that cannot be told. What is unknown or too large cannot be told.
  std::optional<bool> decide() const;

  /// Whether what fulfils this fulfils `other`, as far as a glance tells.
  bool implies(const SizeCondition &other) const;

  /// What must be zero, or else at least zero.
  const SizeExpr &getDifference() const { return difference; }
  bool isEquality() const { return isEqual; }

  /// "x0.width = 2·x1.width" or "height ≥ 12"
  std::string format(SizeStyle style = SizeStyle::Text) const;

private:
  SizeCondition(SizeExpr difference, bool isEqual);

  /// What must be zero, or at least zero.
  SizeExpr difference;
  bool isEqual;
};

} // namespace nascent::nn

#endif // NASCENT_DIALECT_NN_IR_SIZECONDITION_H
