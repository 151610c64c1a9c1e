//===- SizeFormat.cpp - Formulas as text ----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The normal form multiplies everything out. What users wrote is a product of
// sizes, such as (⌊height/4⌋ - 2)·(⌊width/4⌋ - 2), and is shown as one.
//
//===----------------------------------------------------------------------===//

#include "nascent/Dialect/NN/IR/SizeExpr.h"
#include "llvm/ADT/STLExtras.h"

namespace nascent::nn {

namespace {
/// A number times atoms, to each of which a number is added.
struct Product {
  int64_t coefficient;
  llvm::ArrayRef<SizeExpr::Atom> atoms;
  std::vector<int64_t> shifts;
};
} // namespace

/// An atom as a formula.
static SizeExpr exprOf(const SizeExpr::Atom &atom) {
  return atom.isName() ? SizeExpr::name(atom.name, atom.index)
                       : atom.numerator->floorDiv(atom.divisor);
}

static SizeExpr exprOf(const Product &product) {
  SizeExpr expr(product.coefficient);
  for (auto [atom, shift] : llvm::zip_equal(product.atoms, product.shifts))
    expr = expr * (exprOf(atom) + SizeExpr(shift));
  return expr;
}

/// The coefficient of the product of `atoms` but for the one at `except`.
static int64_t coefficientWithout(const SizeExpr &expr,
                                  llvm::ArrayRef<SizeExpr::Atom> atoms,
                                  size_t except) {
  SizeExpr::Term wanted{atoms.vec(), 0};
  wanted.atoms.erase(wanted.atoms.begin() + except);
  for (const SizeExpr::Term &term : expr.getTerms())
    if (SizeExpr::Term::compare(term, wanted) == 0)
      return term.coefficient;
  return 0;
}

/// A product that takes the first term of `expr`, and others where it can take
/// them as a whole.
static Product takeProduct(const SizeExpr &expr) {
  const SizeExpr::Term &first = expr.getTerms().front();
  std::vector<int64_t> none(first.atoms.size(), 0);
  Product plain{first.coefficient, first.atoms, none};
  if (first.atoms.size() == 1)
    return plain;
  Product product = plain;
  for (size_t i = 0, e = first.atoms.size(); i < e; ++i) {
    int64_t sum = coefficientWithout(expr, first.atoms, i);
    if (sum % first.coefficient == 0)
      product.shifts[i] = sum / first.coefficient;
  }
  SizeExpr taken = exprOf(product), rest = expr - taken;
  bool takesWhole =
      !rest.isTooLarge() && rest.getTerms().size() + taken.getTerms().size() ==
                                expr.getTerms().size();
  return takesWhole ? product : plain;
}

/// The only atom of which `expr` is made, or null.
static const SizeExpr::Atom *getOnlyAtom(const SizeExpr &expr) {
  if (expr.getTerms().size() != 1 || expr.getConstant() != 0)
    return nullptr;
  const SizeExpr::Term &term = expr.getTerms().front();
  return term.coefficient == 1 && term.atoms.size() == 1 ? &term.atoms.front()
                                                         : nullptr;
}

/// A division, which MLIR writes without brackets.
static std::string formatDivision(const SizeExpr::Atom &atom, SizeStyle style) {
  const SizeExpr &numerator = *atom.numerator;
  std::string text = numerator.format(style);
  std::string divisor = std::to_string(atom.divisor);
  if (style == SizeStyle::Text) {
    bool isSum =
        numerator.getTerms().size() + (numerator.getConstant() != 0) > 1;
    return "⌊" + (isSum ? "(" + text + ")" : text) + "/" + divisor + "⌋";
  }
  const SizeExpr::Atom *only = getOnlyAtom(numerator);
  return (only && only->isName() ? text : "(" + text + ")") + " floordiv " +
         divisor;
}

static std::string format(const SizeExpr::Atom &atom, SizeStyle style) {
  if (atom.isName())
    return atom.name;
  std::string text = formatDivision(atom, style);
  return style == SizeStyle::Text ? text : "(" + text + ")";
}

/// "+ 3" or "- 3"
static std::string formatAdded(int64_t number) {
  return number < 0 ? "- " + std::to_string(-number)
                    : "+ " + std::to_string(number);
}

static std::string format(const Product &product, SizeStyle style) {
  llvm::StringRef times = style == SizeStyle::Text ? "·" : " * ";
  std::string text;
  if (product.coefficient != 1 && product.coefficient != -1)
    text = std::to_string(product.coefficient).substr(product.coefficient < 0) +
           times.str();
  for (auto [i, atom] : llvm::enumerate(product.atoms)) {
    text += i ? times.str() : "";
    std::string factor = format(atom, style);
    text += product.shifts[i]
                ? "(" + factor + " " + formatAdded(product.shifts[i]) + ")"
                : factor;
  }
  return (product.coefficient < 0 ? "-" : "") + text;
}

std::string SizeExpr::format(SizeStyle style) const {
  if (isUnknown() || isTooLarge())
    return "?";
  if (const Atom *atom = getOnlyAtom(*this); atom && !atom->isName())
    return formatDivision(*atom, style);
  SizeExpr rest = *this;
  std::string text;
  while (!rest.terms.empty()) {
    Product product = takeProduct(rest);
    std::string summand = nn::format(product, style);
    if (text.empty())
      text = summand;
    else if (product.coefficient < 0)
      text += " - " + summand.substr(1);
    else
      text += " + " + summand;
    rest = rest - exprOf(product);
  }
  if (text.empty())
    return std::to_string(rest.constant);
  if (text.front() == '-' && rest.constant > 0)
    return std::to_string(rest.constant) + " - " + text.substr(1);
  return rest.constant ? text + " " + formatAdded(rest.constant) : text;
}

} // namespace nascent::nn
