//===- NpzTest.cpp - NPY arrays and archives of them ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/Npz.h"
#include "nascent/Support/Npy.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Compression.h"
#include "llvm/Support/Endian.h"
#include <gtest/gtest.h>

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
                  "expected members and after them their central directory");
  EXPECT_MENTIONS(errorOf(archive() + "x"), "found a contradiction");
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
                  "does not unpack to 136 bytes of the checksum");
  EXPECT_MENTIONS(damaged([&](auto &c) {
                    put16(c, central + 10, 9);
                    put16(c, 8, 9);
                  }),
                  "packed by method 9");
  EXPECT_MENTIONS(damaged([&](auto &c) { put16(c, central + 8, 1); }),
                  "encrypted");
  EXPECT_MENTIONS(damaged([&](auto &c) { put16(c, end + 4, 1); }),
                  "found several");

  StringRef contradiction = "found a contradiction; write the file again";
  // Another name or method; a size in a zip64 extension that is not there.
  EXPECT_MENTIONS(damaged([&](auto &c) { c[central + 46] = '1'; }),
                  contradiction);
  EXPECT_MENTIONS(damaged([&](auto &c) { put16(c, central + 10, 9); }),
                  contradiction);
  EXPECT_MENTIONS(damaged([&](auto &c) { put32(c, central + 24, UINT32_MAX); }),
                  contradiction);
  // More members than there are, and fewer.
  for (uint16_t count : {3, 1})
    EXPECT_MENTIONS(damaged([&](auto &c) {
                      put16(c, end + 8, count);
                      put16(c, end + 10, count);
                    }),
                    contradiction);

  StringRef less = "found less; get all of the file";
  // No member where it should be; one too long; no directory there.
  EXPECT_MENTIONS(damaged([&](auto &c) { put32(c, central + 42, 1); }), less);
  EXPECT_MENTIONS(damaged([&](auto &c) { put32(c, central + 20, 1 << 30); }),
                  less);
  EXPECT_MENTIONS(damaged([&](auto &c) { put32(c, end + 16, 5); }), less);
}

/// `archive` with its first member, and what follows it, deflated. It is said
/// to be `excess` bytes larger than it is.
std::string deflated(uint32_t excess = 0, StringRef more = "") {
  std::string good = archive();
  size_t central = find(good, "PK\x01\x02"),
         second = find(good, "PK\x03\x04", 4);
  size_t start = 30 + strlen("0.weight.npy");
  std::string data = good.substr(start, second - start) + more.str();
  // What LLVM deflates is between a header of two bytes and a checksum of four.
  SmallVector<uint8_t> zlib;
  compression::zlib::compress(arrayRefFromStringRef(data), zlib);
  std::string packed(zlib.begin() + 2, zlib.end() - 4);
  for (size_t at : {size_t(0), central - 2}) {
    // The central record has two bytes more before the shared fields.
    put16(good, at + (at ? 12 : 8), 8);
    put32(good, at + (at ? 22 : 18), packed.size());
    put32(good, at + (at ? 26 : 22), data.size() + excess);
  }
  good.replace(start, second - start, packed);
  ptrdiff_t shift = ptrdiff_t(start + packed.size()) - ptrdiff_t(second);
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
  EXPECT_MENTIONS(errorOf(deflated(1)), "does not unpack to 137 bytes");
  EXPECT_MENTIONS(errorOf(deflated(uint32_t(-1), "x")),
                  "does not unpack to 136 bytes");
  EXPECT_MENTIONS(errorOf(deflated(1 << 29)), "cannot hold");
  EXPECT_MENTIONS(errorOf(deflated(1 << 30)),
                  "expected at most 1073741824; write it without compression");
}

TEST(NpzTest, RefusesWhatItWouldReadTwice) {
  std::string contents = archive();
  size_t central = find(contents, "PK\x01\x02");
  size_t second = find(contents, "PK\x01\x02", central + 4);
  // Both entries describe the first member.
  std::string entry = contents.substr(central, second - central);
  size_t end = find(contents, "PK\x05\x06");
  contents.replace(second, end - second, entry);
  put32(contents, second + entry.size() + 12, 2 * entry.size());
  EXPECT_MENTIONS(errorOf(contents), "each member once, found one twice");

  // One member lies in the data of the other.
  auto archiveOf = [](StringRef name, StringRef bytes) {
    std::string contents;
    raw_string_ostream os(contents);
    EXPECT_FALSE(writeNpz(
        Tensor{name.str(), DType::U8, {int64_t(bytes.size())}, bytes}, os));
    return contents;
  };
  std::string inner = archiveOf("inner", std::string(1000, 'x'));
  size_t innerCentral = find(inner, "PK\x01\x02"),
         innerEnd = find(inner, "PK\x05\x06");
  std::string outer = archiveOf("outer", inner.substr(0, innerCentral));
  size_t outerCentral = find(outer, "PK\x01\x02"),
         outerEnd = find(outer, "PK\x05\x06");
  entry = inner.substr(innerCentral, innerEnd - innerCentral);
  put32(entry, 42, find(outer, "PK\x03\x04", 4));
  outer.insert(outerEnd, entry);
  outerEnd += entry.size();
  put16(outer, outerEnd + 8, 2);
  put16(outer, outerEnd + 10, 2);
  put32(outer, outerEnd + 12, outerEnd - outerCentral);
  EXPECT_MENTIONS(errorOf(outer), "expected members that do not overlap");
}

TEST(NpzTest, RefusesNamesThatAreNotReadBack) {
  std::string contents;
  raw_string_ostream os(contents);
  for (const char *name : {"a\0b", "a\fb",
                           "a\xff"
                           "b"})
    EXPECT_MENTIONS(
        toString(writeNpz(Tensor{{name, 3}, DType::U8, {1}, "x"}, os)),
        "NPZ cannot hold a tensor called");
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
