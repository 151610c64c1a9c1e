//===- SizeExprTest.cpp - Sizes as numbers or formulas --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Dialect/NN/IR/SizeExpr.h"
#include "mlir/IR/BuiltinTypeInterfaces.h"
#include "llvm/Support/MathExtras.h"
#include "gtest/gtest.h"
#include <limits>
#include <random>

using namespace nascent::nn;

namespace {

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

const SizeExpr s = SizeExpr::name("s", 0), t = SizeExpr::name("t", 1),
               u = SizeExpr::name("u", 2);

std::string mlir(const SizeExpr &expr) { return expr.format(SizeStyle::MLIR); }

//===----------------------------------------------------------------------===//
// Values of formulas
//===----------------------------------------------------------------------===//

int64_t valueOf(const SizeExpr &expr, const std::vector<int64_t> &names) {
  int64_t sum = expr.getConstant();
  for (const SizeExpr::Term &term : expr.getTerms()) {
    int64_t product = term.coefficient;
    for (const SizeExpr::Atom &atom : term.atoms)
      product *= atom.isName()
                     ? names[atom.index]
                     : llvm::divideFloorSigned(valueOf(*atom.numerator, names),
                                               atom.divisor);
    sum += product;
  }
  return sum;
}

/// Computes with formulas and numbers alike.
struct Pair {
  SizeExpr expr;
  int64_t value;
};

TEST(SizeExpr, NormalFormsKeepTheValue) {
  std::mt19937_64 random(7);
  auto below = [&](int64_t end) { return int64_t(random() % end); };
  for (int turn = 0; turn < 3000; ++turn) {
    std::vector<int64_t> names = {1 + below(90), 1 + below(90), 1 + below(90)};
    std::vector<Pair> pairs = {{s, names[0]}, {t, names[1]}, {u, names[2]}};
    for (int step = 0; step < 7; ++step) {
      Pair a = pairs[below(pairs.size())], b = pairs[below(pairs.size())];
      int64_t number = below(19) - 9, divisor = 1 + below(7);
      switch (below(5)) {
      case 0:
        pairs.push_back({a.expr + b.expr, a.value + b.value});
        break;
      case 1:
        pairs.push_back({a.expr - b.expr, a.value - b.value});
        break;
      case 2:
        if (a.expr.getTerms().size() + b.expr.getTerms().size() < 6)
          pairs.push_back({a.expr * b.expr, a.value * b.value});
        break;
      case 3:
        pairs.push_back({a.expr * number + 3, a.value * number + 3});
        break;
      case 4:
        pairs.push_back({(a.expr + number).floorDiv(divisor),
                         llvm::divideFloorSigned(a.value + number, divisor)});
        break;
      }
      const Pair &last = pairs.back();
      if (std::abs(last.value) > 1000000)
        break;
      ASSERT_EQ(valueOf(last.expr, names), last.value) << last.expr.format();
      std::optional<int64_t> bound = last.expr.getLowerBound();
      ASSERT_LE(bound.value_or(last.value), last.value) << last.expr.format();
    }
  }
}

//===----------------------------------------------------------------------===//
// Normal forms
//===----------------------------------------------------------------------===//

TEST(SizeExpr, Numbers) {
  EXPECT_TRUE(SizeExpr(7).isNumber());
  EXPECT_EQ(SizeExpr(7).getNumber(), 7);
  EXPECT_EQ((SizeExpr(7) * 3 - 1).getNumber(), 20);
  EXPECT_EQ(SizeExpr(-7).floorDiv(2).getNumber(), -4);
  EXPECT_EQ(SizeExpr(-7).ceilDiv(2).getNumber(), -3);
  EXPECT_EQ(SizeExpr(kMax).floorDiv(kMax).getNumber(), 1);
  EXPECT_EQ(SizeExpr(-kMax).floorDiv(3).getNumber(), -3074457345618258603);
  EXPECT_EQ((s - s).getNumber(), 0);
  EXPECT_FALSE(s.isNumber());
  EXPECT_TRUE(s.isFormula());
}

TEST(SizeExpr, UnknownStaysUnknown) {
  SizeExpr unknown;
  EXPECT_TRUE(SizeExpr(mlir::ShapedType::kDynamic).isUnknown());
  EXPECT_TRUE((s + unknown).isUnknown());
  EXPECT_TRUE((unknown * 0).isUnknown());
  EXPECT_TRUE(unknown.floorDiv(2).isUnknown());
  EXPECT_TRUE(s.floorDiv(0).isUnknown());
  EXPECT_FALSE(unknown.isFormula());
  EXPECT_NE(unknown, unknown);
  EXPECT_EQ(unknown.getNumber(), mlir::ShapedType::kDynamic);
  EXPECT_EQ(unknown.format(), "?");
}

TEST(SizeExpr, ProductsAreMultipliedOut) {
  EXPECT_EQ((s + 2) * t, s * t + t * 2);
  EXPECT_EQ((s + t) * (s - t), s * s - t * t);
  EXPECT_NE(s * t, s * u);
}

TEST(SizeExpr, DivisionsHaveANormalForm) {
  EXPECT_EQ((s * 2).floorDiv(2), s);
  EXPECT_EQ((s * 3 + 5).floorDiv(3), s + 1);
  EXPECT_EQ((s * 3).floorDiv(2), s + s.floorDiv(2));
  EXPECT_EQ((s - 8).floorDiv(4), s.floorDiv(4) - 2);
  EXPECT_EQ((s * 2 + 1).floorDiv(4), s.floorDiv(2));
  EXPECT_EQ(s.floorDiv(2).floorDiv(3), s.floorDiv(6));
  EXPECT_EQ((s.floorDiv(2) + 1).floorDiv(2), (s + 2).floorDiv(4));
  EXPECT_EQ(s.ceilDiv(2), (s + 1).floorDiv(2));
  EXPECT_NE(s.floorDiv(2), s.floorDiv(4));
  EXPECT_NE((s.floorDiv(2) + t.floorDiv(2)).floorDiv(2), (s + t).floorDiv(4));
}

/// The output of a window: ⌊(in + padding - (kernel - 1) - 1)/stride⌋ + 1.
SizeExpr window(SizeExpr in, int64_t kernel, int64_t stride, int64_t padding) {
  return (in + 2 * padding - (kernel - 1) - 1).floorDiv(stride) + 1;
}

TEST(SizeExpr, NestedWindows) {
  SizeExpr height = SizeExpr::name("height", 0);
  // LeNet-5: convolution, pooling, convolution, pooling.
  SizeExpr lenet = window(
      window(window(window(height, 5, 1, 2), 2, 2, 0), 5, 1, 0), 2, 2, 0);
  EXPECT_EQ(lenet.format(), "⌊height/4⌋ - 2");
  // ResNet's five strides.
  SizeExpr resnet = window(window(height, 7, 2, 3), 3, 2, 1);
  for (int stage = 0; stage < 3; ++stage)
    resnet = window(window(resnet, 3, 2, 1), 3, 1, 1);
  EXPECT_EQ(resnet.format(), "⌊(height + 31)/32⌋");
}

std::vector<std::string> factorsOf(const SizeExpr &expr) {
  std::vector<std::string> factors;
  for (const SizeExpr &factor : expr.getFactors())
    factors.push_back(factor.format());
  return factors;
}

TEST(SizeExpr, Factors) {
  using Texts = std::vector<std::string>;
  EXPECT_EQ(factorsOf((s.floorDiv(4) - 2) * (t.floorDiv(4) - 2) * 16),
            (Texts{"16", "⌊s/4⌋ - 2", "⌊t/4⌋ - 2"}));
  EXPECT_EQ(factorsOf(s * t), (Texts{"1", "s", "t"}));
  EXPECT_EQ(factorsOf(s * t + 1), (Texts{"s·t + 1"}));
  EXPECT_EQ(factorsOf(s + t), (Texts{"s + t"}));
  EXPECT_EQ(factorsOf(-s * t), (Texts{"-s·t"}));
  EXPECT_EQ(factorsOf(7), (Texts{"7"}));
  EXPECT_EQ(factorsOf(SizeExpr()), (Texts{"?"}));
}

//===----------------------------------------------------------------------===//
// Bounds of numbers
//===----------------------------------------------------------------------===//

TEST(SizeExpr, SaysWhereNumbersAreTooLarge) {
  int64_t large = int64_t(1) << 40;
  SizeExpr product = s * large * large;
  EXPECT_TRUE(product.isTooLarge());
  EXPECT_TRUE(product.isFormula());
  EXPECT_EQ(product.format(), "?");
  EXPECT_NE(product, product);
  EXPECT_TRUE((product - product).isTooLarge());
  EXPECT_TRUE(product.floorDiv(2).isTooLarge());
  EXPECT_TRUE((product + SizeExpr()).isUnknown());
  SizeExpr number = SizeExpr(large) * large;
  EXPECT_TRUE(number.isTooLarge());
  EXPECT_FALSE(number.isFormula());
  EXPECT_TRUE((SizeExpr(kMax) + 1).isTooLarge());
  // 2^63 has no negative that could be turned.
  EXPECT_TRUE((SizeExpr(-kMax) - 1).isTooLarge());
  EXPECT_TRUE((s * kMax + s).isTooLarge());
  EXPECT_TRUE(((s + kMax) + 1).isTooLarge());
}

TEST(SizeExpr, KeepsNestedDivisionsWhoseDivisorIsTooLarge) {
  int64_t large = int64_t(1) << 40;
  SizeExpr nested = s.floorDiv(large).floorDiv(large);
  EXPECT_EQ(nested.format(), "⌊⌊s/1099511627776⌋/1099511627776⌋");
  EXPECT_EQ(nested, s.floorDiv(large).floorDiv(large));
}

TEST(SizeExpr, RefusesMoreTermsThanAnyoneReads) {
  SizeExpr sum = SizeExpr::name("n", 0);
  for (unsigned i = 1; i < 40; ++i)
    sum = sum + SizeExpr::name("n", i);
  EXPECT_FALSE(sum.isTooLarge());
  EXPECT_TRUE((sum * sum).isTooLarge());
  for (unsigned i = 40; i < 1000; ++i)
    sum = sum + SizeExpr::name("n", i);
  EXPECT_FALSE(sum.isTooLarge());
  EXPECT_TRUE((sum + SizeExpr::name("n", 1000)).isTooLarge());
}

TEST(SizeExpr, LowerBounds) {
  EXPECT_EQ((s * 3 + t - 2).getLowerBound(), 2);
  EXPECT_EQ((s + 3).floorDiv(2).getLowerBound(), 2);
  EXPECT_EQ((s.floorDiv(2) * t).getLowerBound(), 0);
  EXPECT_EQ((s - t).getLowerBound(), std::nullopt);
  EXPECT_EQ(SizeExpr().getLowerBound(), std::nullopt);
  EXPECT_EQ((s * kMax + t * kMax).getLowerBound(), std::nullopt);
}

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

TEST(SizeExpr, Format) {
  SizeExpr height = SizeExpr::name("x0.height", 0);
  EXPECT_EQ((height + 1).floorDiv(2).format(SizeStyle::C),
            "(x0_height + 1) / 2");
  EXPECT_EQ(((height.floorDiv(4) - 2) * 16).format(SizeStyle::C),
            "16 * (x0_height / 4) - 32");
  EXPECT_EQ(SizeExpr(42).format(), "42");
  EXPECT_EQ(SizeExpr(-42).format(), "-42");
  EXPECT_EQ(SizeExpr(0).format(), "0");
  EXPECT_EQ((s * 256 + 256).format(), "256·s + 256");
  EXPECT_EQ((SizeExpr(1) - s).format(), "1 - s");
  EXPECT_EQ((-s - 1).format(), "-s - 1");
  EXPECT_EQ((s * 3 - 7).format(), "3·s - 7");
  EXPECT_EQ((t - s * 2).format(), "-2·s + t");
  EXPECT_EQ((u + t * s * 128 + 10).format(), "128·s·t + u + 10");
  EXPECT_EQ((s * s).format(), "s·s");
  EXPECT_EQ(((s * 3 + 1).floorDiv(4)).format(), "⌊(3·s + 1)/4⌋");
}

TEST(SizeExpr, FormatsProductsAsTheyCameAbout) {
  SizeExpr area = (s.floorDiv(4) - 2) * (t.floorDiv(4) - 2);
  EXPECT_EQ((area * 1920 + 120).format(), "1920·(⌊s/4⌋ - 2)·(⌊t/4⌋ - 2) + 120");
  EXPECT_EQ((area * 6 + s * t + u).format(),
            "s·t + 6·(⌊s/4⌋ - 2)·(⌊t/4⌋ - 2) + u");
  EXPECT_EQ((s * t + s * u).format(), "s·t + s·u");
  EXPECT_EQ((s * t * u + s * t * 2 + s * u * 3).format(),
            "s·t·u + 2·s·t + 3·s·u");
  EXPECT_EQ(((s + 2) * t - 1).format(), "(s + 2)·t - 1");
}

TEST(SizeExpr, FormatForMLIR) {
  EXPECT_EQ(mlir((s + 1).floorDiv(2)), "(s + 1) floordiv 2");
  EXPECT_EQ(mlir(s.floorDiv(2)), "s floordiv 2");
  EXPECT_EQ(mlir((s * 3).floorDiv(5)), "(3 * s) floordiv 5");
  EXPECT_EQ(mlir(s.floorDiv(4) - 2), "s floordiv 4 - 2");
  EXPECT_EQ(mlir(s - t.floorDiv(4)), "s - (t floordiv 4)");
  EXPECT_EQ(mlir((s.floorDiv(4) - 2) * t), "t * (s floordiv 4 - 2)");
  EXPECT_EQ(mlir(s.floorDiv(4) * t * 16 - 2), "16 * t * (s floordiv 4) - 2");
  EXPECT_EQ(mlir(s.floorDiv(int64_t(1) << 40).floorDiv(int64_t(1) << 40)),
            "(s floordiv 1099511627776) floordiv 1099511627776");
}

} // namespace
