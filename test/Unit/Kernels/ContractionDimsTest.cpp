//===- ContractionDimsTest.cpp - Every dimension is something -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Kernels/ContractionDims.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include <gtest/gtest.h>

using namespace mlir;
using namespace nascent::kernels;
using testing::Test;

namespace {

using Dims = SmallVector<unsigned>;
using Numbers = SmallVector<int64_t>;

class ClassifyContraction : public Test {
protected:
  ClassifyContraction() {
    context.loadDialect<arith::ArithDialect, func::FuncDialect,
                        linalg::LinalgDialect, math::MathDialect,
                        tensor::TensorDialect>();
  }

  /// Of the op in a function of its operands, or what the error says.
  FailureOr<ContractionDims> classify(StringRef types, StringRef op,
                                      StringRef result) {
    std::string text = ("func.func @f(" + types + ") -> " + result + " {\n  " +
                        op + "\n  return %0 : " + result + "\n}")
                           .str();
    module = parseSourceString<ModuleOp>(text, &context);
    EXPECT_TRUE(module) << text;
    if (!module)
      return failure();
    linalg::LinalgOp found;
    module->walk([&](linalg::LinalgOp each) { found = each; });
    ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
      message = diagnostic.str();
      EXPECT_NE(diagnostic.getLocation(), UnknownLoc::get(&context));
    });
    return classifyContraction(found);
  }

  /// A sum of products of %a and %b, onto %c.
  FailureOr<ContractionDims>
  classifyGeneric(StringRef a, StringRef b, StringRef c, StringRef maps,
                  StringRef iterators,
                  StringRef product = "%p = arith.mulf %x, %y : f32",
                  StringRef sum = "%s = arith.addf %z, %p : f32") {
    std::string types = ("%a: " + a + ", %b: " + b + ", %c: " + c).str();
    std::string op =
        ("%0 = linalg.generic {indexing_maps = [" + maps +
         "], iterator_types = [" + iterators + "]} ins(%a, %b : " + a + ", " +
         b + ") outs(%c : " + c + ") {\n  ^bb0(%x: f32, %y: f32, %z: f32):\n" +
         product + "\n" + sum + "\n    linalg.yield %s : f32\n  } -> " + c)
            .str();
    return classify(types, op, c);
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  std::string message;
};

const char *kMatmulMaps = "affine_map<(m, n, k) -> (m, k)>, "
                          "affine_map<(m, n, k) -> (k, n)>, "
                          "affine_map<(m, n, k) -> (m, n)>";
const char *kMatmulIterators = "\"parallel\", \"parallel\", \"reduction\"";

TEST_F(ClassifyContraction, DenseLayer) {
  auto dims = classify(
      "%a: tensor<7x20xf32>, %b: tensor<14x20xf32>, %c: tensor<7x14xf32>",
      "%0 = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, "
      "affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>] "
      "ins(%a, %b : tensor<7x20xf32>, tensor<14x20xf32>) "
      "outs(%c : tensor<7x14xf32>) -> tensor<7x14xf32>",
      "tensor<7x14xf32>");
  ASSERT_TRUE(succeeded(dims)) << message;
  EXPECT_EQ(dims->groups, Dims());
  EXPECT_EQ(dims->rows, Dims({0}));
  EXPECT_EQ(dims->column, 1u);
  EXPECT_EQ(dims->depths, Dims({2}));
  EXPECT_EQ(dims->sizes, Numbers({7, 14, 20}));
  EXPECT_EQ(dims->indices[1][0].asDim(), 1u);
  EXPECT_EQ(dims->indices[1][1].asDim(), 2u);
}

TEST_F(ClassifyContraction, ConvolutionKeepsItsWindow) {
  auto dims = classify(
      "%a: tensor<2x9x13x3xf32>, %b: tensor<3x5x3x8xf32>, "
      "%c: tensor<2x4x3x8xf32>",
      "%0 = linalg.conv_2d_nhwc_hwcf {strides = dense<[2, 3]> : "
      "tensor<2xi64>, dilations = dense<[1, 1]> : tensor<2xi64>} ins(%a, %b : "
      "tensor<2x9x13x3xf32>, tensor<3x5x3x8xf32>) outs(%c : "
      "tensor<2x4x3x8xf32>) -> tensor<2x4x3x8xf32>",
      "tensor<2x4x3x8xf32>");
  ASSERT_TRUE(succeeded(dims)) << message;
  EXPECT_EQ(dims->rows, Dims({0, 1, 2}));
  EXPECT_EQ(dims->column, 3u);
  EXPECT_EQ(dims->depths, Dims({4, 5, 6}));
  EXPECT_EQ(dims->sizes, Numbers({2, 4, 3, 8, 3, 5, 3}));
  const LinearIndex &y = dims->indices[0][1], &x = dims->indices[0][2];
  EXPECT_EQ(y.coefficients, Numbers({0, 2, 0, 0, 1, 0, 0}));
  EXPECT_EQ(x.coefficients, Numbers({0, 0, 3, 0, 0, 1, 0}));
  EXPECT_EQ(y.asDim(), std::nullopt);
  EXPECT_EQ(dims->indices[0][3].asDim(), 6u);
}

TEST_F(ClassifyContraction, BatchesAreGroups) {
  auto dims = classify(
      "%a: tensor<4x2x3xf32>, %b: tensor<4x3x5xf32>, %c: tensor<4x2x5xf32>",
      "%0 = linalg.batch_matmul ins(%a, %b : tensor<4x2x3xf32>, "
      "tensor<4x3x5xf32>) outs(%c : tensor<4x2x5xf32>) -> tensor<4x2x5xf32>",
      "tensor<4x2x5xf32>");
  ASSERT_TRUE(succeeded(dims)) << message;
  EXPECT_EQ(dims->groups, Dims({0}));
  EXPECT_EQ(dims->rows, Dims({1}));
  EXPECT_EQ(dims->column, 2u);
  EXPECT_EQ(dims->depths, Dims({3}));
}

TEST_F(ClassifyContraction, ConstantsAndRepeatedDimensions) {
  auto dims = classifyGeneric(
      "tensor<23xf32>", "tensor<3x5xf32>", "tensor<4x5xf32>",
      "affine_map<(m, n, k) -> (m * 2 + (m + k) * 3 + 1)>, "
      "affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>",
      kMatmulIterators);
  ASSERT_TRUE(succeeded(dims)) << message;
  EXPECT_EQ(dims->indices[0][0].coefficients, Numbers({5, 0, 3}));
  EXPECT_EQ(dims->indices[0][0].constant, 1);
}

TEST_F(ClassifyContraction, RefusesWhatIsNoSumOfProducts) {
  auto body = [&](StringRef product, StringRef sum) {
    message.clear();
    auto dims =
        classifyGeneric("tensor<2x3xf32>", "tensor<3x5xf32>", "tensor<2x5xf32>",
                        kMatmulMaps, kMatmulIterators, product, sum);
    return std::string(failed(dims) ? message : "accepted");
  };
  const char *expected = "must add the product of its two operands";
  const char *add = "%s = arith.addf %z, %p : f32";
  EXPECT_NE(body("%p = arith.addf %x, %y : f32", add).find(expected),
            std::string::npos);
  EXPECT_NE(body("%p = arith.mulf %x, %x : f32", add).find(expected),
            std::string::npos);
  EXPECT_NE(
      body("%p = arith.mulf %x, %y : f32", "%s = arith.maximumf %z, %p : f32")
          .find(expected),
      std::string::npos);
  // Upstream takes any operation on one value for a cast.
  EXPECT_NE(body("%e = math.exp %x : f32\n%p = arith.mulf %e, %y : f32", add)
                .find(expected),
            std::string::npos);
  EXPECT_EQ(
      body("%p = arith.mulf %y, %x : f32", "%s = arith.addf %p, %z : f32"),
      "accepted");
}

TEST_F(ClassifyContraction, SaysWhichDimensionIsNothing) {
  auto four = [&](StringRef a, StringRef b, StringRef c, StringRef maps,
                  StringRef last) {
    message.clear();
    auto dims = classifyGeneric(
        a, b, c, maps,
        ("\"parallel\", \"parallel\", \"reduction\", \"" + last + "\"").str());
    return std::string(failed(dims) ? message : "accepted");
  };
  EXPECT_NE(four("tensor<2x3x4xf32>", "tensor<3x5xf32>", "tensor<2x5xf32>",
                 "affine_map<(m, n, k, l) -> (m, k, l)>, "
                 "affine_map<(m, n, k, l) -> (k, n)>, "
                 "affine_map<(m, n, k, l) -> (m, n)>",
                 "reduction")
                .find("dimension d3 is summed over, but in the first operand"),
            std::string::npos);
  EXPECT_NE(four("tensor<2x3xf32>", "tensor<3x5x4xf32>", "tensor<2x5xf32>",
                 "affine_map<(m, n, k, l) -> (m, k)>, "
                 "affine_map<(m, n, k, l) -> (k, n, l)>, "
                 "affine_map<(m, n, k, l) -> (m, n)>",
                 "reduction")
                .find("dimension d3 is summed over, but in the second operand"),
            std::string::npos);
  EXPECT_NE(four("tensor<2x3xf32>", "tensor<3x5xf32>", "tensor<4x2x5xf32>",
                 "affine_map<(m, n, k, l) -> (m, k)>, "
                 "affine_map<(m, n, k, l) -> (k, n)>, "
                 "affine_map<(m, n, k, l) -> (l, m, n)>",
                 "parallel")
                .find("dimension d3 is in the result, but in neither operand"),
            std::string::npos);
  EXPECT_NE(four("tensor<2x3xf32>", "tensor<3x5x4xf32>", "tensor<2x5x4xf32>",
                 "affine_map<(m, n, k, l) -> (m, k)>, "
                 "affine_map<(m, n, k, l) -> (k, n, l)>, "
                 "affine_map<(m, n, k, l) -> (m, n, l)>",
                 "parallel")
                .find("it has 2 dimensions that are in the second operand"),
            std::string::npos);
}

TEST_F(ClassifyContraction, RefusesIndicesThatAreNotLinear) {
  auto first = [&](StringRef index, StringRef type) {
    message.clear();
    auto dims = classifyGeneric(type, "tensor<3x5xf32>", "tensor<2x5xf32>",
                                ("affine_map<(m, n, k) -> (" + index +
                                 ")>, affine_map<(m, n, k) -> (k, n)>, "
                                 "affine_map<(m, n, k) -> (m, n)>")
                                    .str(),
                                kMatmulIterators);
    return std::string(failed(dims) ? message : "accepted");
  };
  const char *expected = "indices must be sums of dimensions";
  EXPECT_EQ(first("m * 3 + k", "tensor<6xf32>"), "accepted");
  EXPECT_NE(first("m, k floordiv 2", "tensor<2x3xf32>").find(expected),
            std::string::npos);
  EXPECT_NE(first("m, k mod 2", "tensor<2x3xf32>").find(expected),
            std::string::npos);
  EXPECT_NE(first("m - k + 2", "tensor<6xf32>").find(expected),
            std::string::npos);
}

TEST_F(ClassifyContraction, ColumnsAreTheResultsLastIndex) {
  auto dims = classifyGeneric(
      "tensor<2x3xf32>", "tensor<3x5xf32>", "tensor<5x2xf32>",
      "affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, "
      "affine_map<(m, n, k) -> (n, m)>",
      kMatmulIterators);
  EXPECT_TRUE(failed(dims));
  EXPECT_NE(message.find("d1 last"), std::string::npos) << message;
}

} // namespace
