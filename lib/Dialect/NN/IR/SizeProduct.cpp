//===- SizeProduct.cpp - Formulas as products -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SizeProduct.h"
#include "llvm/ADT/STLExtras.h"

namespace nascent::nn {

SizeExpr SizeProduct::getFactor(size_t index) const {
  return SizeExpr::product({{atoms[index]}, 1}) + shifts[index];
}

SizeExpr SizeProduct::getExpr() const {
  SizeExpr expr(coefficient);
  for (size_t i = 0, e = atoms.size(); i < e; ++i)
    expr = expr * getFactor(i);
  return expr;
}

/// The coefficient of the product of `atoms` but for the one at `except`.
static int64_t coefficientWithout(const SizeExpr &expr,
                                  std::vector<SizeExpr::Atom> atoms,
                                  size_t except) {
  atoms.erase(atoms.begin() + except);
  SizeExpr::Term wanted{std::move(atoms), 0};
  for (const SizeExpr::Term &term : expr.getTerms())
    if (SizeExpr::Term::compare(term, wanted) == 0)
      return term.coefficient;
  return 0;
}

SizeProduct SizeProduct::takeFrom(const SizeExpr &expr) {
  const SizeExpr::Term &first = expr.getTerms().front();
  size_t count = first.atoms.size();
  SizeProduct plain{first.coefficient, first.atoms,
                    std::vector<int64_t>(count, 0)};
  if (count == 1)
    return plain;
  SizeProduct product = plain;
  for (size_t i = 0; i < count; ++i) {
    int64_t sum = coefficientWithout(expr, first.atoms, i);
    if (sum % first.coefficient == 0)
      product.shifts[i] = sum / first.coefficient;
  }
  SizeExpr taken = product.getExpr(), rest = expr - taken;
  bool takesWhole =
      !rest.isTooLarge() && rest.getTerms().size() + taken.getTerms().size() ==
                                expr.getTerms().size();
  return takesWhole ? product : plain;
}

std::vector<SizeExpr> SizeExpr::getFactors() const {
  if (terms.empty())
    return {*this};
  SizeProduct product = SizeProduct::takeFrom(*this);
  if (product.coefficient < 0 || product.getExpr() != *this)
    return {*this};
  std::vector<SizeExpr> factors = {product.coefficient};
  for (size_t i = 0, e = product.atoms.size(); i < e; ++i)
    factors.push_back(product.getFactor(i));
  return factors;
}

} // namespace nascent::nn
