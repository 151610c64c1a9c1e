//===- SizeProduct.h - Formulas as products ---------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The normal form multiplies everything out. What sizes came from is a product,
// such as (⌊height/4⌋ - 2)·(⌊width/4⌋ - 2).
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_DIALECT_NN_IR_SIZEPRODUCT_H
#define NASCENT_LIB_DIALECT_NN_IR_SIZEPRODUCT_H

#include "nascent/Dialect/NN/IR/SizeExpr.h"

namespace nascent::nn {

/// A number times atoms, to each of which a number is added.
struct SizeProduct {
  int64_t coefficient;
  std::vector<SizeExpr::Atom> atoms;
  std::vector<int64_t> shifts;

  /// A product that takes the first term of `expr`, which has one, and others
  /// where it can take them as a whole.
  static SizeProduct takeFrom(const SizeExpr &expr);

  SizeExpr getFactor(size_t index) const;
  SizeExpr getExpr() const;
};

} // namespace nascent::nn

#endif // NASCENT_LIB_DIALECT_NN_IR_SIZEPRODUCT_H
