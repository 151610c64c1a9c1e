//===- PolynomialTest.cpp - Formulas found from numbers -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../../../lib/Listings/Polynomial.h"
#include "gtest/gtest.h"

using namespace nascent;

namespace {

using Point = llvm::ArrayRef<int64_t>;

std::string fitted(llvm::ArrayRef<std::string> names,
                   llvm::function_ref<std::optional<int64_t>(Point)> f) {
  std::optional<Polynomial> result = Polynomial::fit(names, f);
  return result ? result->format() : "none";
}

TEST(Polynomial, FindsCoefficients) {
  EXPECT_EQ(fitted({}, [](Point) { return 42; }), "42");
  EXPECT_EQ(fitted({"in"}, [](Point p) { return 256 * p[0] + 256; }),
            "256·in + 256");
  EXPECT_EQ(fitted({"in"}, [](Point p) { return p[0]; }), "in");
  EXPECT_EQ(fitted({"in"}, [](Point p) { return 1 - p[0]; }), "-in + 1");
  EXPECT_EQ(fitted({"in"}, [](Point p) { return 3 * p[0] - 7; }), "3·in - 7");
  EXPECT_EQ(fitted({"in"}, [](Point) { return 0; }), "0");
  EXPECT_EQ(fitted({"a", "b"}, [](Point p) { return 128 * p[0] * p[1] + 10; }),
            "128·a·b + 10");
  EXPECT_EQ(fitted({"a", "b", "c"},
                   [](Point p) {
                     return p[0] * p[1] * p[2] + 2 * p[0] * p[2] - p[1] + 4;
                   }),
            "a·b·c + 2·a·c - b + 4");
}

TEST(Polynomial, RefusesWhatIsNone) {
  EXPECT_EQ(fitted({"in"}, [](Point p) { return p[0] * p[0]; }), "none");
  EXPECT_EQ(fitted({"in"}, [](Point p) { return p[0] / 2; }), "none");
  EXPECT_EQ(fitted({"in"},
                   [](Point p) -> std::optional<int64_t> {
                     return p[0] == 3 ? std::nullopt : std::optional(p[0]);
                   }),
            "none");
  int64_t large = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(fitted({"in"}, [&](Point p) { return p[0] == 2 ? -large : large; }),
            "none");
}

TEST(Polynomial, AddsAndScales) {
  auto a = Polynomial::fit({"in"}, [](Point p) { return 2 * p[0] + 1; });
  auto sum = Polynomial::add(*a, Polynomial(5));
  EXPECT_EQ(sum->format(), "2·in + 6");
  EXPECT_EQ(Polynomial::add(Polynomial(5), *a)->format(), "2·in + 6");
  EXPECT_EQ(Polynomial::scale(*sum, 4)->format(), "8·in + 24");
  EXPECT_FALSE(sum->getConstant());
  EXPECT_EQ(Polynomial(7).getConstant(), 7);
  int64_t large = std::numeric_limits<int64_t>::max();
  EXPECT_FALSE(Polynomial::add(Polynomial(large), Polynomial(1)));
  EXPECT_FALSE(Polynomial::scale(Polynomial(large), 2));
}

} // namespace
