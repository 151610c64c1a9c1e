//===- Polynomial.cpp - Numbers that depend on unknown sizes --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Polynomial.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/MathExtras.h"
#include <numeric>

using namespace llvm;

namespace nascent {

/// The two values of each name that settle a polynomial; then the first of
/// those that check it.
static constexpr int64_t kLow = 2, kHigh = 3, kCheck = 5;

Polynomial::Polynomial(int64_t value) : coefficients({value}) {}

SmallVector<SmallVector<int64_t>> Polynomial::getPoints(unsigned count) {
  SmallVector<SmallVector<int64_t>> points;
  for (size_t corner = 0; corner < size_t(1) << count; ++corner) {
    SmallVector<int64_t> point;
    for (unsigned i = 0; i < count; ++i)
      point.push_back(corner >> i & 1 ? kHigh : kLow);
    points.push_back(point);
  }
  SmallVector<int64_t> check;
  for (unsigned i = 0; i < count; ++i)
    check.push_back(kCheck + i);
  points.push_back(check);
  return points;
}

std::optional<int64_t> Polynomial::evaluate(ArrayRef<int64_t> point) const {
  int64_t sum = 0;
  for (auto [product, coefficient] : enumerate(coefficients)) {
    int64_t value = coefficient;
    for (auto [i, size] : enumerate(point))
      if (product >> i & 1 && MulOverflow(value, size, value))
        return std::nullopt;
    if (AddOverflow(sum, value, sum))
      return std::nullopt;
  }
  return sum;
}

std::optional<Polynomial>
Polynomial::fit(ArrayRef<std::string> names,
                function_ref<std::optional<int64_t>(ArrayRef<int64_t>)> at) {
  Polynomial result;
  result.names.assign(names.begin(), names.end());
  result.coefficients.clear();
  SmallVector<SmallVector<int64_t>> points = getPoints(names.size());
  for (ArrayRef<int64_t> point : ArrayRef(points).drop_back()) {
    std::optional<int64_t> value = at(point);
    if (!value)
      return std::nullopt;
    result.coefficients.push_back(*value);
  }
  // In one name after the other, f(low) and f(high) become the constant and the
  // slope of the line through them.
  for (size_t bit = 1; bit < result.coefficients.size(); bit *= 2)
    for (size_t product = 0; product < result.coefficients.size(); ++product) {
      if (product & bit)
        continue;
      int64_t &constant = result.coefficients[product];
      int64_t &slope = result.coefficients[product | bit];
      if (SubOverflow(slope, constant, slope))
        return std::nullopt;
      int64_t atLow;
      if (MulOverflow(slope, kLow, atLow) ||
          SubOverflow(constant, atLow, constant))
        return std::nullopt;
    }
  if (!names.empty() && (!at(points.back()) ||
                         result.evaluate(points.back()) != at(points.back())))
    return std::nullopt;
  return result;
}

std::optional<Polynomial> Polynomial::add(const Polynomial &a,
                                          const Polynomial &b) {
  if (a.coefficients.size() < b.coefficients.size())
    return add(b, a);
  Polynomial sum = a;
  for (auto [x, y] : zip(sum.coefficients, b.coefficients))
    if (AddOverflow(x, y, x))
      return std::nullopt;
  return sum;
}

std::optional<Polynomial> Polynomial::scale(const Polynomial &a,
                                            int64_t factor) {
  Polynomial product = a;
  for (int64_t &coefficient : product.coefficients)
    if (MulOverflow(coefficient, factor, coefficient))
      return std::nullopt;
  return product;
}

std::optional<int64_t> Polynomial::getConstant() const {
  if (any_of(drop_begin(coefficients), [](int64_t x) { return x != 0; }))
    return std::nullopt;
  return coefficients.front();
}

std::string Polynomial::format() const {
  // Products of the most names first.
  SmallVector<size_t> order(coefficients.size());
  std::iota(order.begin(), order.end(), 0);
  sort(order, [](size_t a, size_t b) {
    return std::pair(-popcount(a), a) < std::pair(-popcount(b), b);
  });
  std::string text;
  for (size_t product : order) {
    int64_t coefficient = coefficients[product];
    if (coefficient == 0)
      continue;
    if (!text.empty())
      text += coefficient < 0 ? " - " : " + ";
    else if (coefficient < 0)
      text += "-";
    std::string factors;
    for (auto [i, name] : enumerate(names))
      if (product >> i & 1)
        factors += (factors.empty() ? "" : "·") + name;
    std::string number = std::to_string(coefficient);
    StringRef digits = StringRef(number).ltrim('-');
    if (factors.empty())
      text += digits.str();
    else
      text += (digits == "1" ? "" : digits.str() + "·") + factors;
  }
  return text.empty() ? "0" : text;
}

} // namespace nascent
