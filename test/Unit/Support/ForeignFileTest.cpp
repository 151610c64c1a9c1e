//===- ForeignFileTest.cpp - What is MLIR and what is not -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/ForeignFile.h"
#include <gtest/gtest.h>

using namespace llvm;
using namespace nascent;

namespace {

std::string kindOf(StringRef contents, StringRef path = "x.mlir") {
  std::optional<ForeignFile> file = recognizeForeignFile(contents, path);
  return file ? file->kind.str() : "MLIR";
}

TEST(ForeignFileTest, LeavesMLIRAlone) {
  for (StringRef path : {"x.mlir", "x.pt", "x", ""}) {
    EXPECT_EQ(kindOf("", path), "MLIR");
    EXPECT_EQ(kindOf("n", path), "MLIR");
    EXPECT_EQ(kindOf("nn.sequential @a", path), "MLIR");
    EXPECT_EQ(kindOf("// gr\xfc\xdf", path), "MLIR");
    EXPECT_EQ(kindOf(StringRef("ML\xefR\6\0\0", 7), path), "MLIR");
  }
}

TEST(ForeignFileTest, RecognizesShortFiles) {
  EXPECT_EQ(kindOf("GGUF"), "a GGUF file");
  EXPECT_EQ(kindOf(StringRef("\0\0\0\0TFL3", 8)), "a TensorFlow Lite model");
  EXPECT_EQ(kindOf(StringRef("\0\0\0\0TFL", 7)),
            "binary data of an unknown format");
  EXPECT_EQ(kindOf("\x08\x0a\x3a\x05"), "an ONNX model");
  // The last is a field that no model has.
  EXPECT_EQ(kindOf("\x08\x0a\x7a\x05"), "MLIR");
}

TEST(ForeignFileTest, BinaryDataIsWhatItsNameSays) {
  StringRef zeros("\0\0\0\0", 4);
  EXPECT_EQ(kindOf(zeros, "x.onnx"), "an ONNX model");
  EXPECT_EQ(kindOf(zeros, "a.b/x.pth"), "a PyTorch file");
  EXPECT_EQ(kindOf(zeros, "a.onnx/x"), "binary data of an unknown format");
  EXPECT_EQ(kindOf(StringRef("PK\3\4\0\0", 6), "x.keras"), "a Keras model");
}

TEST(ForeignFileTest, TellsOnnxApart) {
  EXPECT_TRUE(isOnnxFile("\x08\x0a\x3a\x05", "x.mlir"));
  EXPECT_TRUE(isOnnxFile(StringRef("\0\0", 2), "x.onnx"));
  // Text of that name, or nothing, is a model that did not arrive.
  EXPECT_TRUE(isOnnxFile("<html>", "x.onnx"));
  EXPECT_TRUE(isOnnxFile("", "x.onnx"));
  EXPECT_FALSE(isOnnxFile("nn.sequential @a", "x.mlir"));
  EXPECT_FALSE(isOnnxFile("GGUF", "x.onnx"));
  EXPECT_FALSE(isOnnxFile(StringRef("\0\0", 2), "x.mlir"));
}

} // namespace
