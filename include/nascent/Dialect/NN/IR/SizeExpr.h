//===- SizeExpr.h - Sizes as numbers or formulas ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a layer's rule computes with. Where an input's size is not known yet, it
// has a name, and what follows from it is a formula: a polynomial whose atoms
// are names and floor divisions by numbers, as strides make them. Every
// formula is kept in a normal form, so that (s + 2)·t and s·t + 2·t are one.
//
// Not MLIR's `AffineExpr`: its arithmetic wraps around where ours says so, and
// it knows no product of two names.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_IR_SIZEEXPR_H
#define NASCENT_DIALECT_NN_IR_SIZEEXPR_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nascent::nn {

/// How a formula is written.
enum class SizeStyle {
  /// For people: "16·⌊height/4⌋ + 1".
  Text,
  /// With MLIR's words for affine maps: "16 * (height floordiv 4) + 1".
  MLIR,
  /// As an expression of C: "16 * (height / 4) + 1".
  C
};

/// A size: unknown, a number, or a formula in names, each of which stands for a
/// size of at least 1. Arithmetic with what is unknown is unknown. Arithmetic
/// whose numbers exceed 64 bits, or that has more terms than anyone reads, is
/// too large, and stays so; never wrong.
class SizeExpr {
public:
  struct Atom;
  struct Term;

  /// An unknown size.
  SizeExpr() = default;
  /// A number; unknown if it is `ShapedType::kDynamic`.
  SizeExpr(int64_t number);
  /// A name of its own. Formulas show names in the order of `index`.
  static SizeExpr name(llvm::StringRef name, unsigned index);
  static SizeExpr product(Term term);

  bool isUnknown() const { return state == State::Unknown; }
  /// Whether it has outgrown 64 bits, or a thousand terms.
  bool isTooLarge() const {
    return state == State::LargeNumber || state == State::LargeFormula;
  }
  /// Whether it depends on names, or did before it became too large.
  bool isFormula() const {
    return state == State::LargeFormula || !terms.empty();
  }
  bool isNumber() const { return state == State::Exact && terms.empty(); }
  /// Whether it is a name alone.
  bool isName() const;
  /// The number, or `ShapedType::kDynamic`.
  int64_t getNumber() const;

  /// What a formula adds up, the products of the most atoms first; and the
  /// number added to them.
  llvm::ArrayRef<Term> getTerms() const { return terms; }
  int64_t getConstant() const { return constant; }

  SizeExpr operator+(const SizeExpr &other) const;
  SizeExpr operator-(const SizeExpr &other) const;
  SizeExpr operator*(const SizeExpr &other) const;
  SizeExpr operator-() const { return *this * SizeExpr(-1); }
  /// The greatest whole number that is no more than this by `divisor`. Unknown
  /// unless `divisor` is positive.
  SizeExpr floorDiv(int64_t divisor) const;
  /// The least whole number that is no less than this by `divisor`.
  SizeExpr ceilDiv(int64_t divisor) const {
    return (*this + SizeExpr(divisor) - SizeExpr(1)).floorDiv(divisor);
  }

  /// Equality of normal forms: what is equal has the same value whatever the
  /// names stand for. What is unknown or too large equals nothing.
  bool operator==(const SizeExpr &other) const;
  bool operator!=(const SizeExpr &other) const { return !(*this == other); }
  /// An order of formulas that depends on nothing but them: negative, zero or
  /// positive.
  static int compare(const SizeExpr &a, const SizeExpr &b);

  /// A number that it is never below, where names are at least 1; nullopt if
  /// there is none.
  std::optional<int64_t> getLowerBound() const;

  /// A positive number and formulas of which it is the product, as far as a
  /// glance tells; else itself alone.
  std::vector<SizeExpr> getFactors() const;

  /// "256·in + 256"; "?" for what is unknown or too large.
  std::string format(SizeStyle style = SizeStyle::Text) const;

private:
  enum class State { Unknown, Exact, LargeNumber, LargeFormula };

  /// What arithmetic with `a` or `b` gives where one has no exact value.
  static std::optional<SizeExpr> propagate(const SizeExpr &a,
                                           const SizeExpr &b);
  /// The result that `a` and `b` are too large for.
  static SizeExpr tooLarge(const SizeExpr &a, const SizeExpr &b);
  /// A division in normal form: the numerator's numbers lie between 0 and the
  /// divisor.
  static SizeExpr division(SizeExpr numerator, int64_t divisor);

  State state = State::Unknown;
  int64_t constant = 0;
  std::vector<Term> terms;
};

/// What products are made of: a name, or a formula by a number, rounded down.
struct SizeExpr::Atom {
  std::string name;
  unsigned index = 0;
  /// Null for a name.
  std::shared_ptr<const SizeExpr> numerator;
  int64_t divisor = 1;

  bool isName() const { return !numerator; }
  static int compare(const Atom &a, const Atom &b);
};

/// A number times a product of one atom or more, in their order.
struct SizeExpr::Term {
  std::vector<Atom> atoms;
  int64_t coefficient = 0;

  /// The order of products: those of more atoms first.
  static int compare(const Term &a, const Term &b);
};

} // namespace nascent::nn

#endif // NASCENT_DIALECT_NN_IR_SIZEEXPR_H
