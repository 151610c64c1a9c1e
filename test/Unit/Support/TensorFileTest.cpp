//===- TensorFileTest.cpp - Files on disk ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/TensorFile.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <gtest/gtest.h>
#include <sys/stat.h>

using namespace llvm;
using namespace nascent;

namespace {

/// A folder that lives as long as the test.
class TensorFileTest : public testing::Test {
protected:
  void SetUp() override {
    ASSERT_FALSE(sys::fs::createUniqueDirectory("tensor-file", folder));
  }
  void TearDown() override { sys::fs::remove_directories(folder); }

  std::string path(StringRef name) {
    SmallString<128> result(folder);
    sys::path::append(result, name);
    return result.str().str();
  }

  SmallString<128> folder;
};

Error write(const std::string &path, ArrayRef<Tensor> tensors) {
  OutputFiles files;
  if (Error error = writeTensorFile(path, tensors, files))
    return error;
  return files.commit();
}

std::string errorOf(const std::string &path) {
  Expected<TensorFile> file = readTensorFile(path);
  return file ? "no error" : toString(file.takeError());
}

TEST_F(TensorFileTest, TheExtensionChoosesTheFormat) {
  const Tensor tensor{"a", DType::F32, {2}, "01234567"};
  for (StringRef name : {"x.safetensors", "x.npz", "x.npy"}) {
    ASSERT_FALSE(write(path(name), tensor));
    Expected<TensorFile> file = readTensorFile(path(name));
    ASSERT_TRUE(bool(file)) << toString(file.takeError());
    ASSERT_EQ(file->tensors.size(), 1u);
    EXPECT_EQ(file->tensors[0].name, name == "x.npy" ? "x" : "a");
    EXPECT_EQ(file->tensors[0].bytes, "01234567");
  }
}

TEST_F(TensorFileTest, RefusesOtherFiles) {
  EXPECT_EQ(errorOf("x.bin"),
            "cannot read 'x.bin': expected the extension .safetensors, .npz or "
            ".npy, found '.bin'");
  EXPECT_EQ(errorOf("x"), "cannot read 'x': expected the extension "
                          ".safetensors, .npz or .npy, found none");
  EXPECT_EQ(errorOf("x.pt").substr(0, 37),
            "cannot read 'x.pt': it is a PyTorch f");
  EXPECT_EQ(errorOf(path("absent.npz")), "cannot read '" + path("absent.npz") +
                                             "': No such file or directory");
  std::string directory = path("d.npz"), pipe = path("p.safetensors");
  ASSERT_FALSE(sys::fs::create_directory(directory));
  EXPECT_EQ(errorOf(directory), "cannot read '" + directory +
                                    "': expected a regular file, found a "
                                    "directory");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(errorOf(pipe), "cannot read '" + pipe +
                               "': expected a regular file, found a device or "
                               "pipe");
}

TEST_F(TensorFileTest, WritesAllOrNothing) {
  const Tensor tensor{"a", DType::BF16, {4}, "01234567"};
  std::string file = path("x.npz");
  EXPECT_EQ(toString(write(file, tensor)),
            "cannot write '" + file +
                "': tensor 'a' has elements of type BF16, which numpy does not "
                "have; convert it with --dtype=f32 first");
  EXPECT_EQ(toString(write(path("x.npy"), {})),
            "cannot write '" + path("x.npy") +
                "': a NPY file holds one tensor, found 0; write a .npz file");
  std::error_code error;
  EXPECT_EQ(sys::fs::directory_iterator(folder, error),
            sys::fs::directory_iterator());
}

TEST(TensorFile, CountsWithoutOverflow) {
  EXPECT_EQ(elementCount({}), 1);
  EXPECT_EQ(elementCount({3, 0, 5}), 0);
  EXPECT_EQ(elementCount({int64_t(1) << 32, int64_t(1) << 31}), std::nullopt);
  EXPECT_EQ(byteCount(DType::F64, {int64_t(1) << 60}), std::nullopt);
  EXPECT_EQ(byteCount(DType::I8, {INT64_MAX}), INT64_MAX);
  EXPECT_EQ(byteCount(DType::F4, {INT64_MAX}), (int64_t(1) << 62));
  EXPECT_EQ(byteCount(DType::F6_E2M3, {4}), 3);
  EXPECT_EQ(byteCount(DType::F6_E2M3, {5}), 4);
  EXPECT_EQ(byteCount(DType::C64, {3}), 24);
}

TEST(TensorFile, KnowsEveryTypeByItsName) {
  for (int i = 0; i <= static_cast<int>(DType::BOOL); ++i) {
    auto dtype = static_cast<DType>(i);
    EXPECT_EQ(parseDType(nameOf(dtype)), dtype) << i;
  }
  EXPECT_EQ(parseDType("F7"), std::nullopt);
  EXPECT_TRUE(isFloat(DType::F64) && isFloat(DType::F4));
  EXPECT_FALSE(isFloat(DType::C64) || isFloat(DType::I64));
}

} // namespace
