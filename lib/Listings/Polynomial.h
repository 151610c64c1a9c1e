//===- Polynomial.h - Numbers that depend on unknown sizes ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_LISTINGS_POLYNOMIAL_H
#define NASCENT_LIB_LISTINGS_POLYNOMIAL_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>
#include <optional>
#include <string>

namespace nascent {

/// A sum of products of sizes that have names, none of which occurs twice in a
/// product: "256·in + 256".
class Polynomial {
public:
  /// A constant.
  Polynomial(int64_t value = 0);

  /// What `evaluate` computes from the values of `names`, found by evaluating
  /// it: a polynomial of this kind is settled by two values of each name. One
  /// further point must agree. Nullopt if it does not, or if there is no value
  /// somewhere.
  static std::optional<Polynomial>
  fit(llvm::ArrayRef<std::string> names,
      llvm::function_ref<std::optional<int64_t>(llvm::ArrayRef<int64_t>)>
          evaluate);

  /// The points at which `fit` evaluates `count` names.
  static llvm::SmallVector<llvm::SmallVector<int64_t>>
  getPoints(unsigned count);

  /// The sum, or nullopt if a coefficient exceeds int64; likewise the product.
  static std::optional<Polynomial> add(const Polynomial &a,
                                       const Polynomial &b);
  static std::optional<Polynomial> scale(const Polynomial &a, int64_t factor);

  /// The number, if it depends on nothing.
  std::optional<int64_t> getConstant() const;
  /// "256·in + 256"
  std::string format() const;

private:
  std::optional<int64_t> evaluate(llvm::ArrayRef<int64_t> point) const;

  llvm::SmallVector<std::string> names;
  /// The coefficient of each product; bit i of its index says whether name i
  /// is in it.
  llvm::SmallVector<int64_t> coefficients;
};

} // namespace nascent

#endif // NASCENT_LIB_LISTINGS_POLYNOMIAL_H
