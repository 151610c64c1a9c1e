//===- NpzTest.cpp - NPY arrays and archives of them ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/Npz.h"
#include "nascent/Support/Npy.h"
#include "llvm/Support/Endian.h"
#include <gtest/gtest.h>
#include <zlib.h>

using namespace llvm;
using namespace nascent;

namespace {

#define EXPECT_MENTIONS(text, part)                                            \
  EXPECT_NE((text).find(part), std::string::npos) << (text)

std::string npy(StringRef dtype, StringRef order, StringRef shape,
                StringRef data) {
  std::string header = ("{'descr': '" + dtype + "', 'fortran_order': " + order +
                        ", 'shape': " + shape + ", }\n")
                           .str();
  std::string bytes("\x93NUMPY\x01\x00", 8);
  bytes += static_cast<char>(header.size());
  bytes += '\0';
  return bytes + header + data.str();
}

/// The bytes of the array, or the error.
std::string read(const std::string &contents) {
  TensorFile file;
  if (Error error = parseNpy(contents, "x", file))
    return toString(std::move(error));
  return file.tensors.front().bytes.str();
}

TEST(NpyTest, PutsElementsInOrder) {
  EXPECT_EQ(read(npy("<i2", "False", "(2, 3)", "a0b0c0d0e0f0")),
            "a0b0c0d0e0f0");
  EXPECT_EQ(read(npy("<i2", "True", "(2, 3)", "a0d0b0e0c0f0")), "a0b0c0d0e0f0");
  EXPECT_EQ(read(npy(">i2", "False", "(2, 3)", "0a0b0c0d0e0f")),
            "a0b0c0d0e0f0");
  EXPECT_EQ(read(npy(">i2", "True", "(3, 2)", "0a0c0e0b0d0f")), "a0b0c0d0e0f0");
  EXPECT_EQ(read(npy("|i1", "True", "(2, 2, 2)", "aecgbfdh")), "abcdefgh");
  EXPECT_EQ(read(npy(">f4", "True", "()", "dcba")), "abcd");
  EXPECT_EQ(read(npy("<f4", "True", "(0, 3)", "")), "");
}

TEST(NpyTest, RefusesWhatItWouldMisread) {
  for (StringRef dtype : {"=f4", "|f4", "<c8", "<f3", "|O", "<U4", "|S4"})
    EXPECT_MENTIONS(read(npy(dtype, "False", "(0,)", "")), "not supported");
  EXPECT_MENTIONS(read(npy("<f4", "False", "(2,)", "0123")), "truncated");
  EXPECT_MENTIONS(read(npy("<f4", "False", "(1,)", "01234567")),
                  "needs 4 bytes of data for its shape, found 8");
  EXPECT_MENTIONS(read(npy("<f4", "False", "(4611686018427387904, 4)", "")),
                  "too large");
}

TEST(NpyTest, ReadsBackWhatItWrites) {
  for (auto shape : std::vector<SmallVector<int64_t, 4>>{{}, {1}, {1, 1, 1}}) {
    Tensor tensor{"x", DType::F32, shape, "0123"};
    std::string contents;
    raw_string_ostream os(contents);
    ASSERT_FALSE(writeNpy(tensor, os));
    EXPECT_EQ((contents.size() - 4) % 64, 0u);
    TensorFile file;
    ASSERT_FALSE(parseNpy(contents, "x", file));
    EXPECT_EQ(file.tensors[0].shape, shape);
    EXPECT_EQ(file.tensors[0].bytes, "0123");
  }
  std::string contents;
  raw_string_ostream os(contents);
  EXPECT_MENTIONS(toString(writeNpy({"x", DType::BF16, {2}, "0123"}, os)),
                  "BF16, which numpy does not have");
}

std::string archive() {
  std::string contents;
  raw_string_ostream os(contents);
  EXPECT_FALSE(writeNpz({Tensor{"0.weight", DType::F32, {1, 2}, "01234567"},
                         Tensor{"größe", DType::F64, {1}, "abcdefgh"}},
                        os));
  return contents;
}

std::string errorOf(const std::string &contents) {
  TensorFile file;
  Error error = parseNpz(contents, file);
  return error ? toString(std::move(error)) : "no error";
}

/// Where the record that starts with `magic` is, from `from` on.
size_t find(const std::string &contents, StringRef magic, size_t from = 0) {
  size_t at = StringRef(contents).find(magic, from);
  EXPECT_NE(at, StringRef::npos);
  return at;
}

void put16(std::string &contents, size_t at, uint16_t value) {
  support::endian::write16le(contents.data() + at, value);
}
void put32(std::string &contents, size_t at, uint32_t value) {
  support::endian::write32le(contents.data() + at, value);
}

TEST(NpzTest, ReadsBackWhatItWrites) {
  std::string contents = archive();
  EXPECT_EQ(contents, archive());
  TensorFile file;
  Error error = parseNpz(contents, file);
  ASSERT_FALSE(error) << toString(std::move(error));
  ASSERT_EQ(file.tensors.size(), 2u);
  EXPECT_EQ(file.tensors[0].name, "0.weight");
  EXPECT_EQ(file.tensors[0].bytes, "01234567");
  EXPECT_EQ(file.tensors[1].name, "größe");
  EXPECT_EQ(file.tensors[1].dtype, DType::F64);
  EXPECT_EQ(file.tensors[1].bytes, "abcdefgh");

  std::string empty;
  raw_string_ostream os(empty);
  ASSERT_FALSE(writeNpz({}, os));
  EXPECT_EQ(errorOf(empty), "no error");
}

TEST(NpzTest, RefusesWhatIsNoArchive) {
  EXPECT_MENTIONS(errorOf(""), "not a NPZ archive");
  EXPECT_MENTIONS(errorOf("some text that is no archive at all"),
                  "to start with 'PK', found 'some'");
  EXPECT_MENTIONS(errorOf("PK\x03\x04 and no more"),
                  "expected the end of a central directory");
  EXPECT_MENTIONS(errorOf(archive() + "x"), "expected a comment of 0 bytes");
  std::string named = archive();
  for (size_t at; (at = named.find(".npy")) != std::string::npos;)
    named.replace(at, 4, ".txt");
  EXPECT_MENTIONS(errorOf(named), "'0.weight.txt' is not an array");
}

TEST(NpzTest, RefusesContradictions) {
  const std::string good = archive();
  const size_t central = find(good, "PK\x01\x02");
  const size_t end = find(good, "PK\x05\x06");
  auto damaged = [&](auto damage) {
    std::string contents = good;
    damage(contents);
    return errorOf(contents);
  };
  EXPECT_MENTIONS(damaged([](auto &c) { c[c.find("01234567")] ^= 1; }),
                  "has the checksum");
  EXPECT_MENTIONS(
      damaged([&](auto &c) { c[central + 46] = '1'; }),
      "'0.weight.npy' is called '1.weight.npy' in the central directory");
  EXPECT_MENTIONS(damaged([&](auto &c) { put16(c, central + 10, 9); }),
                  "not what the central directory says");
  EXPECT_MENTIONS(damaged([&](auto &c) {
                    put16(c, central + 10, 9);
                    put16(c, 8, 9);
                  }),
                  "packed by method 9");
  EXPECT_MENTIONS(damaged([&](auto &c) { put16(c, central + 8, 1); }),
                  "encrypted");
  EXPECT_MENTIONS(damaged([&](auto &c) { put32(c, central + 24, UINT32_MAX); }),
                  "zip64");
  EXPECT_MENTIONS(damaged([&](auto &c) { put32(c, central + 42, 1); }),
                  "expected member '0.weight.npy' at byte 1");
  EXPECT_MENTIONS(damaged([&](auto &c) { put32(c, central + 20, 1 << 30); }),
                  "the file ends after");
  EXPECT_MENTIONS(damaged([&](auto &c) {
                    put16(c, end + 8, 3);
                    put16(c, end + 10, 3);
                  }),
                  "expected 3 members in its central directory, found 2");
  EXPECT_MENTIONS(damaged([&](auto &c) {
                    put16(c, end + 8, 1);
                    put16(c, end + 10, 1);
                  }),
                  "found more");
  EXPECT_MENTIONS(damaged([&](auto &c) { put16(c, end + 4, 1); }),
                  "found several");
  EXPECT_MENTIONS(damaged([&](auto &c) { put32(c, end + 16, 5); }),
                  "to end at byte");
}

/// `archive` with its first member deflated; it is said to be `size` bytes
/// larger than it is.
std::string deflated(uint32_t excess = 0) {
  std::string good = archive();
  size_t central = find(good, "PK\x01\x02"),
         second = find(good, "PK\x03\x04", 4);
  size_t start = 30 + strlen("0.weight.npy");
  std::string data = good.substr(start, second - start), packed(1000, '\0');
  z_stream stream = {};
  deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  stream.next_in = reinterpret_cast<Bytef *>(data.data());
  stream.avail_in = data.size();
  stream.next_out = reinterpret_cast<Bytef *>(packed.data());
  stream.avail_out = packed.size();
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  for (size_t at : {size_t(0), central - 2}) {
    // The central record has two bytes more before the shared fields.
    put16(good, at + (at ? 12 : 8), 8);
    put32(good, at + (at ? 22 : 18), packed.size());
    put32(good, at + (at ? 26 : 22), data.size() + excess);
  }
  good.replace(start, data.size(), packed);
  ptrdiff_t shift = ptrdiff_t(packed.size()) - ptrdiff_t(data.size());
  size_t entry = find(good, "PK\x01\x02", central + shift + 1);
  put32(good, entry + 42, second + shift);
  put32(good, find(good, "PK\x05\x06") + 16, central + shift);
  return good;
}

TEST(NpzTest, Inflates) {
  TensorFile file;
  std::string contents = deflated();
  Error error = parseNpz(contents, file);
  ASSERT_FALSE(error) << toString(std::move(error));
  EXPECT_EQ(file.tensors[0].bytes, "01234567");
  EXPECT_EQ(file.tensors[1].bytes, "abcdefgh");
  EXPECT_MENTIONS(errorOf(deflated(1)), "does not inflate");
  EXPECT_MENTIONS(errorOf(deflated(uint32_t(-130))), "does not inflate");
  EXPECT_MENTIONS(errorOf(deflated(1 << 29)), "cannot hold");
  EXPECT_MENTIONS(errorOf(deflated(1 << 30)),
                  "expected at most 1073741824; write it without compression");
}

TEST(NpzTest, RefusesOverlap) {
  std::string contents = archive();
  size_t central = find(contents, "PK\x01\x02");
  size_t second = find(contents, "PK\x01\x02", central + 4);
  // Both entries describe the first member.
  std::string entry = contents.substr(central, second - central);
  size_t end = find(contents, "PK\x05\x06");
  contents.replace(second, end - second, entry);
  put32(contents, second + entry.size() + 12, 2 * entry.size());
  EXPECT_MENTIONS(errorOf(contents), "once, found it twice");
}

TEST(NpzTest, SurvivesDamage) {
  for (const std::string &good : {archive(), deflated()}) {
    for (size_t size = 0; size < good.size(); ++size)
      EXPECT_NE(errorOf(good.substr(0, size)), "no error") << size;
    for (size_t at = 0; at < good.size(); ++at)
      for (char c : {'\0', '\xff', '\x01', '\x7f'}) {
        std::string contents = good;
        contents[at] = c;
        errorOf(contents);
      }
  }
}

} // namespace
