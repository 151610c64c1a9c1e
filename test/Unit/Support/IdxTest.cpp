//===- IdxTest.cpp - The IDX format of data sets --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/Idx.h"
#include "gtest/gtest.h"
#include <zlib.h>

using namespace nascent;

/// Type, shape and bytes of an array; the error, where it is none.
static std::string read(const std::string &contents) {
  TensorFile file;
  if (llvm::Error error = parseIdx(contents, file))
    return llvm::toString(std::move(error));
  const Tensor &tensor = file.tensors.front();
  std::string text = nameOf(tensor.dtype).str();
  for (int64_t size : tensor.shape)
    text += " " + std::to_string(size);
  text += ":";
  for (char byte : tensor.bytes)
    text += " " + std::to_string(static_cast<unsigned char>(byte));
  return text;
}

/// A file of bytes, each a number below 256.
static std::string bytes(std::initializer_list<int> numbers) {
  return std::string(numbers.begin(), numbers.end());
}

static std::string compress(const std::string &contents) {
  z_stream stream = {};
  deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string result(contents.size() + 100, '\0');
  stream.next_in =
      reinterpret_cast<Bytef *>(const_cast<char *>(contents.data()));
  stream.avail_in = contents.size();
  stream.next_out = reinterpret_cast<Bytef *>(result.data());
  stream.avail_out = result.size();
  deflate(&stream, Z_FINISH);
  result.resize(stream.total_out);
  deflateEnd(&stream);
  return result;
}

TEST(Idx, KnowsItsNames) {
  for (const char *name : {"a.idx", "a.idx.gz", "train-images-idx3-ubyte",
                           "d/t10k-labels-idx1-ubyte.gz"})
    EXPECT_TRUE(isIdxPath(name)) << name;
  for (const char *name : {"a.npy", "a.gz", "ubyte", "a.idx.npy"})
    EXPECT_FALSE(isIdxPath(name)) << name;
}

TEST(Idx, ReadsArrays) {
  EXPECT_EQ(read(bytes({0, 0, 8, 1, 0, 0, 0, 3, 7, 0, 255})), "U8 3: 7 0 255");
  EXPECT_EQ(read(bytes({0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4})),
            "U8 2 2: 1 2 3 4");
  // Big endian in the file, little endian here.
  EXPECT_EQ(read(bytes({0, 0, 12, 1, 0, 0, 0, 1, 1, 2, 3, 4})),
            "I32 1: 4 3 2 1");
  EXPECT_EQ(read(bytes({0, 0, 8, 1, 0, 0, 0, 0})), "U8 0:");
}

TEST(Idx, InflatesThem) {
  std::string contents = bytes({0, 0, 8, 1, 0, 1, 0, 0});
  contents.append(1 << 16, '\5');
  std::string text = read(contents);
  EXPECT_EQ(text.substr(0, 12), "U8 65536: 5 ");
  EXPECT_EQ(read(compress(contents)), text);
  std::string cut = compress(contents);
  cut.resize(cut.size() - 12);
  EXPECT_EQ(read(cut),
            "its gzip stream is broken or ends early; get all of the "
            "file");
}

TEST(Idx, RefusesOthers) {
  EXPECT_EQ(read(""), "malformed IDX file: expected two bytes 0, a type and a "
                      "rank");
  EXPECT_EQ(read(bytes({0, 1, 8, 1})),
            "malformed IDX file: expected two bytes 0, a type and a rank");
  EXPECT_EQ(read(bytes({0, 0, 7, 1, 0, 0, 0, 0})),
            "malformed IDX file: 0x07 is no type of elements");
  EXPECT_EQ(
      read(bytes({0, 0, 8, 0})),
      "malformed IDX file: expected 1 to 8 sizes, found rank 0 in 4 bytes");
  EXPECT_EQ(
      read(bytes({0, 0, 8, 2, 0, 0, 0, 1})),
      "malformed IDX file: expected 1 to 8 sizes, found rank 2 in 8 bytes");
  EXPECT_EQ(read(bytes({0, 0, 8, 1, 0, 0, 0, 2, 1})),
            "malformed IDX file: its sizes make 2 bytes of elements, found 1");
  EXPECT_EQ(read(bytes({0, 0, 8, 1, 0, 0, 0, 1, 1, 2})),
            "malformed IDX file: its sizes make 1 bytes of elements, found 2");
}
