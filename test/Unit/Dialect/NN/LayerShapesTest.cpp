//===- LayerShapesTest.cpp - Dimensions that remember their origin --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Dialect/NN/IR/LayerShapes.h"
#include "mlir/IR/MLIRContext.h"
#include "gtest/gtest.h"
#include <limits>

using namespace mlir;
using namespace nascent::nn;

namespace {

constexpr int64_t kUnknown = ShapedType::kDynamic;
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

/// Collects the text of diagnostics instead of printing them.
class LayerShapesTest : public testing::Test {
protected:
  MLIRContext context;
  std::vector<std::string> messages;
  ScopedDiagnosticHandler handler{&context, [this](Diagnostic &diagnostic) {
                                    record(diagnostic);
                                    return success();
                                  }};

  void record(Diagnostic &diagnostic) {
    messages.push_back(diagnostic.str());
    for (Diagnostic &note : diagnostic.getNotes())
      messages.push_back("note: " + note.str());
  }
  InFlightDiagnostic emitError() {
    return mlir::emitError(UnknownLoc::get(&context)) << "layer '0' ";
  }
  auto emitter() {
    return [this] { return emitError(); };
  }
  Origin origin(std::string phrase) {
    return {UnknownLoc::get(&context), std::move(phrase)};
  }
  Dim dim(int64_t size, std::string phrase = "a test") {
    return ShapedType::isDynamic(size) ? Dim() : Dim(size, origin(phrase));
  }
  Shape shape(ArrayRef<int64_t> sizes, std::string phrase = "a shape") {
    Shape shape;
    for (int64_t size : sizes)
      shape.dims.push_back(dim(size, phrase));
    return shape;
  }
};

TEST_F(LayerShapesTest, ShapeOfTypeKnowsItsKnownDimensions) {
  auto type = RankedTensorType::get({kUnknown, 20}, Float32Type::get(&context));
  Shape shape(type, origin("input 0"));
  EXPECT_EQ(shape.rank(), 2u);
  EXPECT_FALSE(shape.dims[0].isKnown());
  ASSERT_TRUE(shape.dims[1].isKnown());
  EXPECT_EQ(shape.dims[1].getOrigin().phrase, "input 0");
  EXPECT_EQ(shape.sizes(), (SmallVector<int64_t>{kUnknown, 20}));
  EXPECT_FALSE(shape.changed);
}

TEST_F(LayerShapesTest, NarrowFillsAnUnknownDimension) {
  Shape x = shape({kUnknown, kUnknown});
  EXPECT_TRUE(
      succeeded(narrow(dim(20, "the units"), x, 1, "width", emitter())));
  ASSERT_EQ(x.sizes(), (SmallVector<int64_t>{kUnknown, 20}));
  EXPECT_EQ(x.dims[1].getOrigin().phrase, "the units");
  EXPECT_TRUE(x.changed);
}

TEST_F(LayerShapesTest, NarrowLearnsNothingFromTheUnknownOrTheSame) {
  Shape x = shape({7}, "first");
  EXPECT_TRUE(succeeded(narrow(Dim(), x, 0, "width", emitter())));
  EXPECT_TRUE(succeeded(narrow(dim(7, "second"), x, 0, "width", emitter())));
  EXPECT_EQ(x.dims[0].getOrigin().phrase, "first");
  EXPECT_FALSE(x.changed);
  EXPECT_TRUE(messages.empty());
}

TEST_F(LayerShapesTest, NarrowReportsAContradictionWithBothOrigins) {
  Shape x = shape({30}, "binding 'mlp=2x30xf32'");
  EXPECT_TRUE(failed(narrow(dim(20, "'in(20)' of layer '0'"), x, 0,
                            "input width", emitter())));
  EXPECT_EQ(messages, (std::vector<std::string>{
                          "layer '0' expects input width 20, got 30",
                          "note: 20 comes from 'in(20)' of layer '0'",
                          "note: 30 comes from binding 'mlp=2x30xf32'"}));
  EXPECT_EQ(x.sizes(), SmallVector<int64_t>{30});
  EXPECT_FALSE(x.changed);
}

TEST_F(LayerShapesTest, UnifyGoesBothWays) {
  Shape a = shape({kUnknown, 5}), b = shape({4, kUnknown});
  EXPECT_TRUE(succeeded(unify(a, 0, b, 0, "size", emitter())));
  EXPECT_TRUE(a.changed);
  EXPECT_FALSE(b.changed);
  EXPECT_TRUE(succeeded(unify(a, 1, b, 1, "size", emitter())));
  EXPECT_TRUE(b.changed);
  EXPECT_EQ(a.sizes(), (SmallVector<int64_t>{4, 5}));
  EXPECT_EQ(b.sizes(), (SmallVector<int64_t>{4, 5}));
}

TEST_F(LayerShapesTest, UnifyOfTwoUnknownsChangesNothing) {
  Shape a = shape({kUnknown}), b = shape({kUnknown});
  EXPECT_TRUE(succeeded(unify(a, 0, b, 0, "size", emitter())));
  EXPECT_FALSE(a.changed || b.changed);
}

TEST_F(LayerShapesTest, UnifyExpectsTheFirst) {
  Shape a = shape({4}, "a"), b = shape({5}, "b");
  EXPECT_TRUE(failed(unify(a, 0, b, 0, "dimension 0 to be", emitter())));
  EXPECT_EQ(messages, (std::vector<std::string>{
                          "layer '0' expects dimension 0 to be 4, got 5",
                          "note: 4 comes from a", "note: 5 comes from b"}));
}

//===----------------------------------------------------------------------===//
// Formulas
//===----------------------------------------------------------------------===//

const SizeExpr width = SizeExpr::name("width", 0),
               length = SizeExpr::name("length", 1);

TEST_F(LayerShapesTest, FormulasFillUnknownDimensions) {
  Shape a = shape({kUnknown}), b;
  b.dims.push_back(Dim(width + 1, origin("an input")));
  EXPECT_TRUE(succeeded(unify(a, 0, b, 0, "size", emitter())));
  EXPECT_TRUE(a.changed);
  EXPECT_EQ(a.dims[0].getExpr(), width + 1);
  EXPECT_FALSE(a.dims[0].isKnown());
  EXPECT_EQ(a.dims[0].getSize(), kUnknown);
  EXPECT_EQ(a.dims[0].getOrigin().phrase, "an input");
}

TEST_F(LayerShapesTest, FormulasThatMayBeEqualAreACondition) {
  Shape x = shape({30});
  EXPECT_TRUE(succeeded(
      narrow(Dim(width * 2, origin("an input")), x, 0, "width", emitter())));
  ASSERT_EQ(x.conditions.size(), 1u);
  EXPECT_EQ(x.conditions[0].format(), "width = 15");
  EXPECT_EQ(x.sizes(), SmallVector<int64_t>{30});
  Shape y(1);
  y.dims[0] = Dim(length, origin("another"));
  EXPECT_TRUE(succeeded(
      narrow(Dim(width, origin("an input")), y, 0, "width", emitter())));
  EXPECT_TRUE(succeeded(
      narrow(Dim(length, origin("the same")), y, 0, "width", emitter())));
  ASSERT_EQ(y.conditions.size(), 1u);
  EXPECT_EQ(y.conditions[0].format(), "width = length");
  EXPECT_FALSE(y.changed);
  EXPECT_TRUE(messages.empty());
}

TEST_F(LayerShapesTest, FormulasThatCannotBeEqualAreAContradiction) {
  Shape x(1);
  x.dims[0] = Dim(width, origin("an input"));
  EXPECT_TRUE(failed(narrow(Dim(width - 1, origin("a slice")), x, 0,
                            "dimension 1 to be", emitter())));
  EXPECT_EQ(messages,
            (std::vector<std::string>{
                "layer '0' expects dimension 1 to be width - 1, got width",
                "note: width - 1 comes from a slice",
                "note: width comes from an input"}));
}

TEST_F(LayerShapesTest, NumbersThatAreTooLargeAreAnError) {
  Shape x(1);
  EXPECT_TRUE(failed(narrow(Dim(SizeExpr(kMax) + 1, origin("a sum")), x, 0,
                            "output height", emitter())));
  EXPECT_EQ(messages, (std::vector<std::string>{
                          "layer '0' expects output height less than 2^63, got "
                          "more",
                          "note: it comes from a sum"}));
  // Where names decide, it may yet be small enough.
  EXPECT_TRUE(succeeded(narrow(Dim(width * kMax * 2, origin("a product")), x, 0,
                               "output height", emitter())));
  EXPECT_TRUE(x.dims[0].getExpr().isTooLarge());
}

//===----------------------------------------------------------------------===//
// Sizes
//===----------------------------------------------------------------------===//

TEST_F(LayerShapesTest, CheckedProduct) {
  EXPECT_EQ(checkedProduct({}), 1);
  EXPECT_EQ(checkedProduct({256, 20}), 5120);
  EXPECT_EQ(checkedProduct({256, kUnknown}), kUnknown);
  EXPECT_EQ(checkedProduct({kMax, 1}), kMax);
  EXPECT_EQ(checkedProduct({int64_t(1) << 31, int64_t(1) << 31}), int64_t(1)
                                                                      << 62);
  EXPECT_EQ(checkedProduct({int64_t(1) << 32, int64_t(1) << 31}), std::nullopt);
  EXPECT_EQ(checkedProduct({kMax, kMax}), std::nullopt);
}

TEST_F(LayerShapesTest, VerifySizeAcceptsWhatCanExist) {
  EXPECT_TRUE(succeeded(verifySize({}, "input", emitter())));
  EXPECT_TRUE(succeeded(verifySize({kUnknown, 20}, "input", emitter())));
  // One element fewer than 2^61 of four bytes each.
  EXPECT_TRUE(
      succeeded(verifySize({(int64_t(1) << 61) - 1}, "input", emitter())));
  EXPECT_TRUE(messages.empty());
}

TEST_F(LayerShapesTest, VerifySizeRefusesWhatCannot) {
  EXPECT_TRUE(failed(verifySize({2, 0}, "input", emitter())));
  EXPECT_TRUE(failed(verifySize({-3, 2}, "output", emitter())));
  EXPECT_TRUE(failed(verifySize({int64_t(1) << 61}, "input", emitter())));
  EXPECT_TRUE(failed(verifySize({kUnknown, int64_t(1) << 31, int64_t(1) << 31},
                                "weight", emitter())));
  EXPECT_EQ(
      messages,
      (std::vector<std::string>{
          "layer '0' input has a dimension of size 0; sizes must be positive",
          "layer '0' output has a dimension of size -3; sizes must be positive",
          "layer '0' input of shape (2305843009213693952) needs 2^63 bytes or "
          "more",
          "layer '0' weight of shape (-1, 2147483648, 2147483648) needs 2^63 "
          "bytes or more"}));
}

TEST_F(LayerShapesTest, FanOfAMatrix) {
  Fan fan = ParameterSpec::fanOf(shape({256, 20}));
  EXPECT_EQ(fan.in, 20);
  EXPECT_EQ(fan.out, 256);
}

TEST_F(LayerShapesTest, FanOfAKernelCountsItsSizeOnBothSides) {
  Fan fan = ParameterSpec::fanOf(shape({64, 3, 7, 5}));
  EXPECT_EQ(fan.in, 3 * 7 * 5);
  EXPECT_EQ(fan.out, 64 * 7 * 5);
}

TEST_F(LayerShapesTest, FanIsUnknownWhereAFactorIsOrItOverflows) {
  Fan open = ParameterSpec::fanOf(shape({256, kUnknown}));
  EXPECT_EQ(open.in, kUnknown);
  EXPECT_EQ(open.out, 256);
  Fan huge = ParameterSpec::fanOf(shape({2, kMax, 3}));
  EXPECT_EQ(huge.in, kUnknown);
  EXPECT_EQ(huge.out, 6);
}

} // namespace
