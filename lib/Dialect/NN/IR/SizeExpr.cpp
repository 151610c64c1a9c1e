//===- SizeExpr.cpp - Sizes as numbers or formulas ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Dialect/NN/IR/SizeExpr.h"
#include "mlir/IR/BuiltinTypeInterfaces.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <numeric>

namespace nascent::nn {

/// A formula of more terms is of no use to anyone, and products of such would
/// take all memory.
static constexpr size_t kMaxTerms = 1000;

/// `kDynamic` is the one number that a size must not become.
static constexpr int64_t kUnknown = mlir::ShapedType::kDynamic;

static bool addOverflows(int64_t a, int64_t b, int64_t &sum) {
  return llvm::AddOverflow(a, b, sum) || sum == kUnknown;
}
static bool mulOverflows(int64_t a, int64_t b, int64_t &product) {
  return llvm::MulOverflow(a, b, product) || product == kUnknown;
}

SizeExpr::SizeExpr(int64_t number) {
  if (number == kUnknown)
    return;
  state = State::Exact;
  constant = number;
}

SizeExpr SizeExpr::product(Term term) {
  SizeExpr result(term.atoms.empty() ? term.coefficient : 0);
  if (!term.atoms.empty() && term.coefficient != 0)
    result.terms.push_back(std::move(term));
  return result;
}

SizeExpr SizeExpr::name(llvm::StringRef name, unsigned index) {
  return product({{Atom{name.str(), index, nullptr, 1}}, 1});
}

SizeExpr SizeExpr::division(SizeExpr numerator, int64_t divisor) {
  auto shared = std::make_shared<const SizeExpr>(std::move(numerator));
  return product({{Atom{"", 0, std::move(shared), divisor}}, 1});
}

bool SizeExpr::isName() const {
  if (terms.size() != 1 || constant != 0)
    return false;
  const Term &term = terms.front();
  return term.coefficient == 1 && term.atoms.size() == 1 &&
         term.atoms.front().isName();
}

int64_t SizeExpr::getNumber() const { return isNumber() ? constant : kUnknown; }

//===----------------------------------------------------------------------===//
// Order
//===----------------------------------------------------------------------===//

template <typename T>
static int compareValues(const T &a, const T &b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

int SizeExpr::Atom::compare(const Atom &a, const Atom &b) {
  // Names stand before divisions.
  if (a.isName() != b.isName())
    return a.isName() ? -1 : 1;
  if (a.isName())
    return compareValues(std::tie(a.index, a.name), std::tie(b.index, b.name));
  if (int order = SizeExpr::compare(*a.numerator, *b.numerator))
    return order;
  return compareValues(a.divisor, b.divisor);
}

int SizeExpr::Term::compare(const Term &a, const Term &b) {
  if (int order = compareValues(b.atoms.size(), a.atoms.size()))
    return order;
  for (auto [x, y] : llvm::zip_equal(a.atoms, b.atoms))
    if (int order = Atom::compare(x, y))
      return order;
  return 0;
}

int SizeExpr::compare(const SizeExpr &a, const SizeExpr &b) {
  if (int order = compareValues(a.state, b.state))
    return order;
  for (auto [x, y] : llvm::zip(a.terms, b.terms)) {
    if (int order = Term::compare(x, y))
      return order;
    if (int order = compareValues(x.coefficient, y.coefficient))
      return order;
  }
  if (int order = compareValues(a.terms.size(), b.terms.size()))
    return order;
  return compareValues(a.constant, b.constant);
}

bool SizeExpr::operator==(const SizeExpr &other) const {
  return state == State::Exact && compare(*this, other) == 0;
}

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

SizeExpr SizeExpr::tooLarge(const SizeExpr &a, const SizeExpr &b) {
  SizeExpr result;
  result.state =
      a.isFormula() || b.isFormula() ? State::LargeFormula : State::LargeNumber;
  return result;
}

std::optional<SizeExpr> SizeExpr::propagate(const SizeExpr &a,
                                            const SizeExpr &b) {
  if (a.isUnknown() || b.isUnknown())
    return SizeExpr();
  if (a.isTooLarge() || b.isTooLarge())
    return tooLarge(a, b);
  return std::nullopt;
}

SizeExpr SizeExpr::operator+(const SizeExpr &other) const {
  if (std::optional<SizeExpr> inexact = propagate(*this, other))
    return *inexact;
  SizeExpr sum(0);
  if (addOverflows(constant, other.constant, sum.constant))
    return tooLarge(*this, other);
  auto a = terms.begin(), b = other.terms.begin();
  while (a != terms.end() || b != other.terms.end()) {
    int order = a == terms.end()         ? 1
                : b == other.terms.end() ? -1
                                         : Term::compare(*a, *b);
    Term term = order <= 0 ? *a : *b;
    if (order == 0 &&
        addOverflows(a->coefficient, b->coefficient, term.coefficient))
      return tooLarge(*this, other);
    a += order <= 0;
    b += order >= 0;
    if (term.coefficient != 0)
      sum.terms.push_back(std::move(term));
  }
  if (sum.terms.size() > kMaxTerms)
    return tooLarge(*this, other);
  return sum;
}

SizeExpr SizeExpr::operator-(const SizeExpr &other) const {
  return *this + -other;
}

SizeExpr SizeExpr::operator*(const SizeExpr &other) const {
  if (std::optional<SizeExpr> inexact = propagate(*this, other))
    return *inexact;
  if (terms.size() * other.terms.size() > kMaxTerms)
    return tooLarge(*this, other);
  // The number that is added is a product of no atoms.
  auto allTerms = [](const SizeExpr &expr) {
    std::vector<Term> all = expr.terms;
    all.push_back({{}, expr.constant});
    return all;
  };
  SizeExpr sum(0);
  for (const Term &a : allTerms(*this))
    for (const Term &b : allTerms(other)) {
      int64_t coefficient;
      if (mulOverflows(a.coefficient, b.coefficient, coefficient))
        return tooLarge(*this, other);
      if (coefficient == 0)
        continue;
      std::vector<Atom> atoms;
      std::merge(a.atoms.begin(), a.atoms.end(), b.atoms.begin(), b.atoms.end(),
                 std::back_inserter(atoms), [](const Atom &x, const Atom &y) {
                   return Atom::compare(x, y) < 0;
                 });
      sum = sum + product({std::move(atoms), coefficient});
      if (sum.isTooLarge())
        return tooLarge(*this, other);
    }
  return sum;
}

SizeExpr SizeExpr::floorDiv(int64_t divisor) const {
  if (isUnknown() || divisor <= 0)
    return SizeExpr();
  if (isTooLarge())
    return *this;
  // Whole multiples leave the division, so that every number in what is left
  // lies between 0 and the divisor.
  auto part = [&](int64_t number) {
    int64_t remainder = number % divisor;
    return remainder < 0 ? remainder + divisor : remainder;
  };
  SizeExpr quotient(llvm::divideFloorSigned(constant, divisor));
  SizeExpr rest(part(constant));
  int64_t common = divisor;
  for (const Term &term : terms) {
    int64_t whole = llvm::divideFloorSigned(term.coefficient, divisor);
    int64_t left = part(term.coefficient);
    if (whole != 0)
      quotient.terms.push_back({term.atoms, whole});
    if (left != 0)
      rest.terms.push_back({term.atoms, left});
    common = std::gcd(common, left);
  }
  if (rest.terms.empty())
    return quotient;
  // ⌊(2·n + 1)/4⌋ = ⌊n/2⌋
  divisor /= common;
  rest.constant /= common;
  for (Term &term : rest.terms)
    term.coefficient /= common;
  // ⌊(⌊n/2⌋ + 1)/2⌋ = ⌊(n + 2)/4⌋, where there is one such division.
  auto hasDivision = [](const Term &term) {
    return !llvm::all_of(term.atoms, [](const Atom &a) { return a.isName(); });
  };
  auto nested = llvm::find_if(rest.terms, hasDivision);
  if (llvm::count_if(rest.terms, hasDivision) == 1 &&
      nested->coefficient == 1 && nested->atoms.size() == 1) {
    Atom inner = nested->atoms.front();
    rest.terms.erase(nested);
    SizeExpr numerator = *inner.numerator + rest * SizeExpr(inner.divisor);
    int64_t both;
    if (!mulOverflows(inner.divisor, divisor, both) && !numerator.isTooLarge())
      return quotient + numerator.floorDiv(both);
    rest = rest + product({{inner}, 1});
  }
  return quotient + division(std::move(rest), divisor);
}

std::optional<int64_t> SizeExpr::getLowerBound() const {
  if (state != State::Exact)
    return std::nullopt;
  int64_t sum = constant;
  for (const Term &term : terms) {
    int64_t product = term.coefficient;
    if (product < 0)
      return std::nullopt;
    for (const Atom &atom : term.atoms) {
      // Numerators have no negative numbers.
      std::optional<int64_t> bound = 1;
      if (!atom.isName())
        bound = atom.numerator->getLowerBound();
      if (!bound || mulOverflows(product, *bound / atom.divisor, product))
        return std::nullopt;
    }
    if (addOverflows(sum, product, sum))
      return std::nullopt;
  }
  return sum;
}

} // namespace nascent::nn
