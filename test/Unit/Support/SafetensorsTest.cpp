//===- SafetensorsTest.cpp - Files well formed and not --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/Safetensors.h"
#include "llvm/Support/Endian.h"
#include <gtest/gtest.h>

using namespace llvm;
using namespace nascent;

namespace {

std::string file(StringRef header, StringRef data = "",
                 std::optional<uint64_t> length = std::nullopt) {
  char bytes[8];
  support::endian::write64le(bytes, length.value_or(header.size()));
  return std::string(bytes, 8) + header.str() + data.str();
}

/// A tensor of two floats at the start of the data.
std::string entry(StringRef name, StringRef shape = "[2]",
                  StringRef offsets = "[0,8]", StringRef dtype = "F32") {
  return ("\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape +
          ",\"data_offsets\":" + offsets + "}")
      .str();
}

std::string errorOf(const std::string &contents) {
  TensorFile result;
  Error error = parseSafetensors(contents, result);
  return error ? toString(std::move(error)) : "no error";
}

std::string errorOfHeader(const std::string &members, StringRef data) {
  return errorOf(file("{" + members + "}", data));
}

#define EXPECT_MENTIONS(text, part)                                            \
  EXPECT_NE((text).find(part), std::string::npos) << (text)

const StringLiteral eight = "01234567";

TEST(SafetensorsTest, ReadsTensorsInTheOrderOfTheirData) {
  std::string contents =
      file("{\"b\" : {\"shape\":[1, 2],\"data_offsets\":[4,8],\"dtype\":"
           "\"F16\"}, \"__metadata__\":{\"format\":\"pt\"},\n" +
               entry("a", "[]", "[0,4]") + "," +
               entry("empty", "[0,3]", "[8,8]") + "}   ",
           eight);
  TensorFile result;
  Error error = parseSafetensors(contents, result);
  ASSERT_FALSE(error) << toString(std::move(error));
  ASSERT_EQ(result.tensors.size(), 3u);
  EXPECT_EQ(result.tensors[0].name, "a");
  EXPECT_TRUE(result.tensors[0].shape.empty());
  EXPECT_EQ(result.tensors[0].bytes, "0123");
  EXPECT_EQ(result.tensors[1].name, "b");
  EXPECT_EQ(result.tensors[1].dtype, DType::F16);
  EXPECT_EQ(result.tensors[1].bytes, "4567");
  EXPECT_EQ(result.tensors[1].bytes.data(),
            contents.data() + contents.size() - 4)
      << "not a copy";
  EXPECT_EQ(result.lookup("empty")->bytes, "");
  EXPECT_EQ(result.lookup("c"), nullptr);
}

TEST(SafetensorsTest, DecodesNames) {
  std::string contents =
      file("{" + entry("a\\u00e9\\\"\\ud83d\\ude00\\n/") + "}", eight);
  TensorFile result;
  ASSERT_FALSE(parseSafetensors(contents, result));
  EXPECT_EQ(result.tensors[0].name, "a\xc3\xa9\"\xf0\x9f\x98\x80\n/");
}

TEST(SafetensorsTest, RefusesLyingLengths) {
  EXPECT_MENTIONS(errorOf(""), "at least 8 bytes, found 0");
  EXPECT_MENTIONS(errorOf("1234567"), "at least 8 bytes, found 7");
  EXPECT_MENTIONS(errorOf(file("{}", "", 3)),
                  "expected a header of 3 bytes, found 2");
  EXPECT_MENTIONS(errorOf(file("{}", "", UINT64_MAX)),
                  "found a length of 18446744073709551615");
  EXPECT_MENTIONS(errorOf(file("{}", "", 0)), "found nothing");
  EXPECT_MENTIONS(errorOf(file(" {}")), "to start with '{'");
  EXPECT_EQ(errorOf(file("{}")), "no error");
  EXPECT_MENTIONS(errorOf(file("{}", "x")), "expected 1, the end of the file");
}

TEST(SafetensorsTest, RefusesBadJSON) {
  EXPECT_MENTIONS(errorOf(file("{")), "expected a string at byte 9");
  EXPECT_MENTIONS(errorOf(file("{}x")), "expected nothing more");
  EXPECT_MENTIONS(errorOf(file("{\"a\xff\":1}")), "expected UTF-8 at byte 11");
  EXPECT_MENTIONS(errorOf(file("{\"a\n\":1}")), "valid JSON");
  EXPECT_MENTIONS(errorOf(file("{\"a\\q\":1}")), "valid JSON");
  EXPECT_MENTIONS(errorOf(file("{\"a\\\":1}")), "a string that ends");
  EXPECT_MENTIONS(errorOf(file("{\"a\\")), "a string that ends");
  EXPECT_MENTIONS(errorOf(file("{\"a\":[]}")), "'{' of tensor 'a'");
  EXPECT_MENTIONS(errorOf(file("{\"a\":{}}")), "no 'dtype'");
  EXPECT_MENTIONS(errorOf(file("{\"a\":{\"shape\":[2],}}")), "a string");
  EXPECT_MENTIONS(errorOf(file("{\"a\":{\"extra\":1}}")), "data_offsets");
  EXPECT_MENTIONS(errorOf(file("{\"__metadata__\":{\"a\":1}}")),
                  "expected a string");
  // However deep the input nests, nothing descends.
  EXPECT_MENTIONS(
      errorOf(file("{\"a\":{\"shape\":" + std::string(1 << 20, '['))),
      "an integer of 0 or more");
}

TEST(SafetensorsTest, RefusesDuplicates) {
  EXPECT_MENTIONS(errorOfHeader(entry("a") + "," + entry("a"), eight),
                  "each name once in the header");
  EXPECT_MENTIONS(errorOfHeader(entry("a") + "," + entry("\\u0061"), eight),
                  "each name once in the header");
  EXPECT_MENTIONS(
      errorOf(file("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}")),
      "each name once in tensor 'a'");
}

TEST(SafetensorsTest, RefusesNumbersThatAreNotSizes) {
  for (StringRef shape : {"[2.0]", "[-2]", "[2e0]", "[02]", "[\"2\"]", "[+2]"})
    EXPECT_MENTIONS(errorOfHeader(entry("a", shape), eight),
                    "an integer of 0 or more");
  for (StringRef shape : {"[9223372036854775808]", "[99999999999999999999]"})
    EXPECT_MENTIONS(errorOfHeader(entry("a", shape), eight), "below 2^63");
  EXPECT_MENTIONS(errorOfHeader(entry("a", "[4294967296,4294967296]"), eight),
                  "needs 2^63 bytes or more");
  EXPECT_MENTIONS(errorOfHeader(entry("a", "[2305843009213693952]"), eight),
                  "needs 2^63 bytes or more");
  EXPECT_MENTIONS(errorOfHeader(entry("a", "[2]", "[0,8,8]"), eight),
                  "']' after two offsets");
}

TEST(SafetensorsTest, RefusesDataThatDoesNotFit) {
  EXPECT_MENTIONS(errorOfHeader(entry("a", "[3]"), eight),
                  "has 8 bytes of data; expected 12");
  EXPECT_MENTIONS(errorOfHeader(entry("a", "[2]", "[0,8]", "F64"), eight),
                  "expected 16 for its shape and element type F64");
  EXPECT_MENTIONS(errorOfHeader(entry("a", "[2]", "[0,8]", "Q3"), eight),
                  "elements of type 'Q3'");
  EXPECT_MENTIONS(errorOfHeader(entry("a", "[8]", "[0,8]", "F4"), eight),
                  "has 8 bytes of data; expected 4 for its shape and element "
                  "type F4");
  EXPECT_MENTIONS(
      errorOfHeader(entry("a", "[15]", "[0,8]", "F4"), eight),
      "has 15 elements of 4 bits; expected a whole number of bytes");
  EXPECT_MENTIONS(errorOfHeader(entry("a", "[2]", "[0,2]", "F6_E3M2"), "01"),
                  "has 2 elements of 6 bits; expected a whole number of bytes");
  EXPECT_EQ(errorOfHeader(entry("a", "[16]", "[0,8]", "F4"), eight),
            "no error");
  EXPECT_EQ(errorOfHeader(entry("a", "[1]", "[0,8]", "C64"), eight),
            "no error");
  EXPECT_EQ(errorOfHeader(entry("a", "[4]", "[0,3]", "F6_E2M3"), "012"),
            "no error");
  for (StringRef dtype : {"F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ"})
    EXPECT_EQ(errorOfHeader(entry("a", "[8]", "[0,8]", dtype), eight),
              "no error");
  EXPECT_MENTIONS(errorOfHeader(entry("a", "[2]", "[8,0]"), eight),
                  "offsets 8 to 0");
  EXPECT_MENTIONS(errorOfHeader(entry("a"), "0123456"),
                  "within the 7 bytes of data");
  EXPECT_MENTIONS(
      errorOfHeader(
          entry("a", "[2]", "[9223372036854775800,9223372036854775807]"),
          eight),
      "within the 8 bytes of data");
  EXPECT_MENTIONS(errorOfHeader(entry("a") + "," + entry("b", "[2]", "[4,12]"),
                                "0123456789ab"),
                  "tensor 'b' starts at byte 4 of the data; expected 8");
  EXPECT_MENTIONS(errorOfHeader(entry("a", "[1]", "[4,8]"), eight),
                  "tensor 'a' starts at byte 4 of the data; expected 0");
  EXPECT_MENTIONS(errorOfHeader(entry("a"), "0123456789ab"),
                  "end at byte 8 of the data; expected 12");
}

TEST(SafetensorsTest, ReadsBackWhatItWrites) {
  Tensor half{"h\"alf", DType::F16, {3}, "012345"};
  Tensor wide{"wide", DType::F64, {1, 1}, eight};
  std::string contents, again;
  for (std::string *out : {&contents, &again}) {
    raw_string_ostream os(*out);
    ASSERT_FALSE(writeSafetensors({half, wide}, os));
  }
  EXPECT_EQ(contents, again);
  EXPECT_EQ((support::endian::read64le(contents.data()) + 8) % 64, 0u);
  TensorFile result;
  Error error = parseSafetensors(contents, result);
  ASSERT_FALSE(error) << toString(std::move(error));
  ASSERT_EQ(result.tensors.size(), 2u);
  EXPECT_EQ(result.tensors[0].name, "wide");
  EXPECT_EQ(result.tensors[0].bytes, eight);
  EXPECT_EQ(result.tensors[1].name, "h\"alf");
  EXPECT_EQ(result.tensors[1].shape, half.shape);
  EXPECT_EQ(result.tensors[1].bytes, "012345");
}

TEST(SafetensorsTest, WritesNothingThatItWouldRefuse) {
  std::string contents;
  raw_string_ostream os(contents);
  Tensor tensor{"a", DType::F32, {2}, eight};
  EXPECT_MENTIONS(toString(writeSafetensors({tensor, tensor}, os)),
                  "two tensors are called 'a'");
  tensor.name = "\xff";
  EXPECT_MENTIONS(toString(writeSafetensors({tensor}, os)), "cannot hold");
  tensor.name = "__metadata__";
  EXPECT_MENTIONS(toString(writeSafetensors({tensor}, os)), "cannot hold");
  EXPECT_EQ(contents, "");
}

/// Every truncation is an error, and no changed byte makes anything worse.
TEST(SafetensorsTest, SurvivesDamage) {
  std::string contents =
      file("{" + entry("a") + "," + entry("b", "[1,1]", "[8,12]") + "}",
           "0123456789ab");
  for (size_t size = 0; size < contents.size(); ++size)
    EXPECT_NE(errorOf(contents.substr(0, size)), "no error") << size;
  for (size_t at = 0; at < contents.size(); ++at)
    for (char c : {'\0', '\xff', '"', '{', '9', '\\'}) {
      std::string damaged = contents;
      damaged[at] = c;
      errorOf(damaged);
    }
}

} // namespace
