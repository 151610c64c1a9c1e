//===- FunctionsTest.cpp - Types of the C interface in the IR -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/CInterface/Functions.h"
#include "gtest/gtest.h"

using namespace nascent;

namespace {

class Functions : public testing::Test {
protected:
  Functions() {
    mlir::Builder b(&context);
    auto bytes = [&](int64_t count) {
      return mlir::MemRefType::get({count}, b.getI8Type());
    };
    auto values = [&](llvm::ArrayRef<int64_t> shape) {
      return mlir::MemRefType::get(shape, b.getF32Type());
    };
    buffers.parameters = bytes(128);
    buffers.inputs = {values({2, 4}), values({2, 5})};
    buffers.outputs = {values({2, 3})};
    buffers.scratch = bytes(64);
  }

  std::string typeOf(llvm::StringRef function) {
    std::string text;
    llvm::raw_string_ostream(text)
        << getFunctionType(&context, getDeclaration(function), buffers);
    return text;
  }

  mlir::MLIRContext context;
  BufferTypes buffers;
};

} // namespace

TEST_F(Functions, HaveTheTypesOfTheirSignatures) {
  EXPECT_EQ(typeOf("init"), "(memref<128xi8>, i64) -> ()");
  EXPECT_EQ(typeOf("init_rows"), "(memref<128xi8>, i32, i64, i64, i64) -> i32");
  EXPECT_EQ(typeOf("get"), "(memref<128xi8>, i32, memref<1xf32>) -> i32");
  EXPECT_EQ(typeOf("set"), typeOf("get"));
  EXPECT_EQ(typeOf("get_range"),
            "(memref<128xi8>, i32, i64, i64, memref<1xf32>) -> i32");
  EXPECT_EQ(typeOf("set_range"), typeOf("get_range"));
  EXPECT_EQ(typeOf("find"), "(memref<2147483647xi8>) -> i32");
  EXPECT_EQ(typeOf("forward"),
            "(memref<128xi8>, memref<2x4xf32>, memref<2x5xf32>, "
            "memref<2x3xf32>, memref<64xi8>) -> ()");
  EXPECT_EQ(typeOf("forward_step"),
            "(memref<128xi8>, memref<2x4xf32>, memref<2x5xf32>, "
            "memref<2x3xf32>, memref<64xi8>, i32, i32, i32) -> ()");
  buffers.numSizes = 1;
  EXPECT_EQ(typeOf("forward"),
            "(memref<128xi8>, memref<2x4xf32>, memref<2x5xf32>, i64, "
            "memref<2x3xf32>, memref<64xi8>) -> ()");
}

/// Some arguments are there only where there is something to say by them.
TEST_F(Functions, HaveArgumentsThatThereAre) {
  buffers.gradients = buffers.parameters;
  EXPECT_EQ(typeOf("loss_and_gradients"),
            "(memref<128xi8>, memref<2x4xf32>, memref<2x5xf32>, f32, i32, "
            "memref<128xi8>, memref<1xf32>, memref<64xi8>) -> i32");
  EXPECT_EQ(typeOf("loss_terms"), "() -> i64");
  EXPECT_EQ(typeOf("weight_of_terms"), "() -> f64");
  buffers.isRandom = true;
  buffers.target = buffers.counted = {buffers.outputs.front()};
  buffers.inputGradients = {buffers.inputs.front()};
  EXPECT_EQ(typeOf("loss_and_gradients"),
            "(memref<128xi8>, memref<2x4xf32>, memref<2x5xf32>, "
            "memref<2x3xf32>, f32, i32, i64, i64, memref<128xi8>, "
            "memref<1xf32>, memref<64xi8>) -> i32");
  EXPECT_EQ(typeOf("loss_terms"), "(memref<2x3xf32>) -> i64");
  EXPECT_EQ(typeOf("backward"),
            "(memref<128xi8>, memref<2x4xf32>, memref<2x5xf32>, "
            "memref<2x3xf32>, i32, i64, i64, memref<128xi8>, memref<2x4xf32>, "
            "memref<64xi8>) -> i32");
}

/// A type of C that the IR has none for would leave a null type.
TEST_F(Functions, HaveTypesForWhateverTheTableSays) {
  for (mlir::Type *buffer :
       {&buffers.state, &buffers.gradients, &buffers.hyper})
    *buffer = buffers.scratch;
  for (llvm::ArrayRef<Declaration> table :
       {networkDeclarations(), entryDeclarations()})
    for (const Declaration &declaration : table)
      if (llvm::StringRef(declaration.text).ends_with(");")) {
        mlir::FunctionType type =
            getFunctionType(&context, declaration, buffers);
        for (mlir::Type argument : type.getInputs())
          EXPECT_TRUE(argument) << declaration.name.str();
        bool isVoid = llvm::StringRef(declaration.text).starts_with("void ");
        EXPECT_EQ(type.getNumResults(), isVoid ? 0u : 1u)
            << declaration.name.str();
      }
}
