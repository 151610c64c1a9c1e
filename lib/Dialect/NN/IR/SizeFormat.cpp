//===- SizeFormat.cpp - Formulas as text ----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SizeProduct.h"
#include "llvm/ADT/STLExtras.h"

namespace nascent::nn {

/// An atom, which in MLIR binds as tightly as a product does.
static std::string format(const SizeExpr::Atom &atom, SizeStyle style) {
  if (atom.isName() && style != SizeStyle::C)
    return atom.name;
  if (atom.isName()) {
    std::string name = atom.name;
    llvm::replace(name, '.', '_');
    return name;
  }
  const SizeExpr &numerator = *atom.numerator;
  std::string text = numerator.format(style);
  std::string divisor = std::to_string(atom.divisor);
  if (style != SizeStyle::Text)
    return (numerator.isName() ? text : "(" + text + ")") +
           (style == SizeStyle::C ? " / " : " floordiv ") + divisor;
  bool isSum = numerator.getTerms().size() + (numerator.getConstant() != 0) > 1;
  return "⌊" + (isSum ? "(" + text + ")" : text) + "/" + divisor + "⌋";
}

/// "+ 3" or "- 3"
static std::string formatAdded(int64_t number) {
  return number < 0 ? "- " + std::to_string(-number)
                    : "+ " + std::to_string(number);
}

static std::string format(const SizeProduct &product, SizeStyle style) {
  llvm::StringRef times = style == SizeStyle::Text ? "·" : " * ";
  std::string text;
  if (product.coefficient != 1 && product.coefficient != -1)
    text = std::to_string(product.coefficient).substr(product.coefficient < 0) +
           times.str();
  bool isAlone = product.atoms.size() == 1 && product.coefficient == 1;
  for (auto [i, atom] : llvm::enumerate(product.atoms)) {
    text += i ? times.str() : "";
    std::string factor = format(atom, style);
    if (product.shifts[i])
      factor += " " + formatAdded(product.shifts[i]);
    bool isLoose = style != SizeStyle::Text && !atom.isName() && !isAlone;
    text += product.shifts[i] || isLoose ? "(" + factor + ")" : factor;
  }
  return (product.coefficient < 0 ? "-" : "") + text;
}

std::string SizeExpr::format(SizeStyle style) const {
  if (isUnknown() || isTooLarge())
    return "?";
  SizeExpr rest = *this;
  std::string text;
  while (!rest.terms.empty()) {
    SizeProduct product = SizeProduct::takeFrom(rest);
    std::string summand = nn::format(product, style);
    if (text.empty())
      text = summand;
    else if (product.coefficient < 0)
      text += " - " + summand.substr(1);
    else
      text += " + " + summand;
    rest = rest - product.getExpr();
  }
  if (text.empty())
    return std::to_string(rest.constant);
  if (text.front() == '-' && rest.constant > 0)
    return std::to_string(rest.constant) + " - " + text.substr(1);
  return rest.constant ? text + " " + formatAdded(rest.constant) : text;
}

} // namespace nascent::nn
