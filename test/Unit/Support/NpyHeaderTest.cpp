//===- NpyHeaderTest.cpp - Headers well formed and not --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/NpyHeader.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/raw_ostream.h"
#include <gtest/gtest.h>

using namespace llvm;
using namespace nascent;

namespace {

using Shape = SmallVector<int64_t>;

/// The start of a file of version 1.0, or of a later one with the wide length.
std::string npy(StringRef description, unsigned major = 1) {
  std::string bytes = "\x93NUMPY";
  bytes += static_cast<char>(major);
  bytes += '\0';
  for (unsigned i = 0; i != (major == 1 ? 2u : 4u); ++i)
    bytes += static_cast<char>(description.size() >> 8 * i);
  return bytes + description.str();
}

std::string describe(StringRef shape, StringRef dtype = "<f4") {
  return ("{'descr': '" + dtype +
          "', 'fortran_order': False, 'shape': " + shape + ", }    \n")
      .str();
}

/// The header of a file that starts with `start` and is long enough.
NpyHeader parsed(const std::string &start) {
  Expected<NpyHeader> header = parseNpyHeader(start, INT64_MAX);
  if (header)
    return *header;
  ADD_FAILURE() << toString(header.takeError());
  return {};
}

std::string errorOf(StringRef start, uint64_t fileSize = INT64_MAX) {
  Expected<NpyHeader> header = parseNpyHeader(start, fileSize);
  return header ? "no error" : toString(header.takeError());
}

/// A file that lives as long as the test.
struct TemporaryFile {
  SmallString<128> path;
  FileRemover remover;

  explicit TemporaryFile(StringRef contents) {
    int descriptor;
    EXPECT_FALSE(
        sys::fs::createTemporaryFile("header", "npy", descriptor, path));
    remover.setFile(path);
    raw_fd_ostream(descriptor, /*shouldClose=*/true) << contents;
  }
};

TEST(NpyHeader, ReadsWhatNumpyWrites) {
  for (unsigned major : {1, 2, 3}) {
    std::string start = npy(describe("(2, 20)"), major);
    NpyHeader header = parsed(start);
    EXPECT_EQ(header.dtype, "<f4");
    EXPECT_FALSE(header.fortranOrder);
    EXPECT_EQ(header.shape, Shape({2, 20}));
    EXPECT_EQ(header.dataOffset, start.size());
  }
}

TEST(NpyHeader, AcceptsAnyOrderQuotesAndSpace) {
  NpyHeader header = parsed(npy(
      "\t{ \"shape\":(\n2L , 3 ) ,'fortran_order' :True,\"descr\":\">i8\"}"));
  EXPECT_EQ(header.dtype, ">i8");
  EXPECT_TRUE(header.fortranOrder);
  EXPECT_EQ(header.shape, Shape({2, 3}));
}

TEST(NpyHeader, AcceptsTuplesOfEveryLength) {
  EXPECT_EQ(parsed(npy(describe("()"))).shape, Shape());
  EXPECT_EQ(parsed(npy(describe("(3,)"))).shape, Shape({3}));
  EXPECT_EQ(parsed(npy(describe("(3, 4,)"))).shape, Shape({3, 4}));
  EXPECT_EQ(parsed(npy(describe("(0, 4)"))).shape, Shape({0, 4}));
}

TEST(NpyHeader, RefusesOtherFiles) {
  EXPECT_EQ(errorOf(""), "not a NPY file: expected it to start with "
                         "'\\93NUMPY', found ''");
  EXPECT_EQ(errorOf("PK\x03\x04 and more"),
            "not a NPY file: expected it to start with '\\93NUMPY', found "
            "'PK\\03\\04 a'");
  EXPECT_EQ(errorOf(npy(describe("()"), 4)),
            "unknown version of the NPY format: expected 1.0, 2.0 or 3.0, "
            "found 4.0");
}

TEST(NpyHeader, RefusesEveryTruncation) {
  for (unsigned major : {1, 2}) {
    std::string start = npy(describe("(2, 20)"), major);
    for (size_t size = 6; size != start.size(); ++size)
      EXPECT_TRUE(StringRef(errorOf(StringRef(start).take_front(size)))
                      .starts_with("truncated NPY header: expected "));
    EXPECT_EQ(errorOf(start, start.size() + 159),
              "truncated NPY file: expected 160 bytes of data, found 159");
    EXPECT_EQ(errorOf(start, start.size() + 160), "no error");
  }
}

TEST(NpyHeader, RefusesAHeaderThatIsTooLong) {
  EXPECT_EQ(errorOf(StringRef("\x93NUMPY\2\0\xff\xff\xff\xff", 12)),
            "NPY header is too long: expected at most 65536 bytes, found a "
            "length of 4294967295");
  std::string description = describe("(2,)");
  description.resize(64 * 1024, ' ');
  EXPECT_EQ(parsed(npy(description, 2)).dataOffset, npyHeaderLimit);
}

TEST(NpyHeader, RefusesImpossibleShapes) {
  EXPECT_EQ(errorOf(npy(describe("(2, -3)"))),
            "dimension 1 of the shape is negative: expected a size of 0 or "
            "more, found '-3'");
  EXPECT_EQ(errorOf(npy(describe("(9223372036854775808,)"))),
            "dimension 0 of the shape is too large: expected a size below "
            "2^63, found '9223372036854775808'");
  EXPECT_EQ(errorOf(npy(describe("(4294967296, 2147483648)"))),
            "array (4294967296, 2147483648) of '<f4' is too large: expected "
            "less than 2^63 bytes");
  // Empty, whatever the other sizes are.
  EXPECT_EQ(errorOf(npy(describe("(4294967296, 2147483648, 0)"))), "no error");
}

TEST(NpyHeader, RefusesElementsItCannotName) {
  EXPECT_EQ(errorOf(npy("{'descr': [('x', '<f4')], 'fortran_order': False, "
                        "'shape': (2,)}")),
            "structured elements are not supported: expected a simple element "
            "type such as '<f4', found '[('x', '<f4')], 'fortran...'");
  EXPECT_EQ(errorOf(npy(describe("(2,)", "<f4,<f8"))),
            "expected an element type such as '<f4', found '<f4,<f8'");
  EXPECT_EQ(errorOf(npy(describe("(2,)", ""))),
            "expected an element type such as '<f4', found ''");
}

TEST(NpyHeader, KnowsTheSizeOfEveryElement) {
  auto bytes = [](StringRef dtype) {
    std::string start = npy(describe("(10,)", dtype));
    return errorOf(start, start.size());
  };
  for (auto [dtype, size] : {std::pair<StringRef, unsigned>{"|b1", 10},
                             {"<f2", 20},
                             {"<c16", 160},
                             {"|S5", 50},
                             {"<U5", 200},
                             {"<M8[ns]", 80}})
    EXPECT_EQ(bytes(dtype), "truncated NPY file: expected " +
                                std::to_string(size) +
                                " bytes of data, found 0");
  // Pickled objects have no fixed size.
  EXPECT_EQ(bytes("|O"), "no error");
}

TEST(NpyHeader, SaysWhatItExpectedWhere) {
  const std::pair<const char *, const char *> cases[] = {
      {"", "expected '{' at byte 0, found the end"},
      {"[]", "expected '{' at byte 0, found '[]'"},
      {"{}", "expected the key 'descr', found none"},
      {"{descr", "expected a string at byte 1, found 'descr'"},
      {"{'descr", "expected a string that ends at byte 1, found ''descr'"},
      {"{'descr' '<f4'", "expected ':' at byte 9, found ''<f4''"},
      {"{'descr': 4", "expected a string at byte 10, found '4'"},
      {"{'descr': '\\x3c'",
       "expected a string without a backslash at byte 10, found "
       "''\\x3c''"},
      {"{'descr': '<f4' 'shape'",
       "expected ',' or '}' at byte 16, found ''shape''"},
      {"{'descr': '<f4', 'descr': '<f4'",
       "expected 'descr' once, found it twice"},
      {"{'fortran_order': 0",
       "expected True or False for 'fortran_order' at byte 18, found '0'"},
      {"{'shape': 3", "expected '(' of the shape at byte 10, found '3'"},
      {"{'shape': (3)",
       "expected ',' after the only size of the shape at byte 12, found ')'"},
      {"{'shape': (3, x)", "expected a size at byte 14, found 'x)'"},
      {"{'shape': (,)", "expected a size at byte 11, found ',)'"},
      {"{'shape': (3 4)", "expected ',' after the only size of the shape at "
                          "byte 13, found '4)'"},
      {"{'shape': (3, 4 5)", "expected ',' or ')' at byte 16, found '5)'"},
      {"{'order': 'C'", "expected one of the keys 'descr', 'fortran_order' and "
                        "'shape', found 'order'"}};
  for (auto [description, message] : cases)
    EXPECT_EQ(errorOf(npy(description)),
              std::string("malformed NPY header: ") + message);
  EXPECT_EQ(errorOf(npy(describe("()") + "x")),
            "malformed NPY header: expected nothing more at byte 60, found "
            "'x'");
}

TEST(NpyHeader, ReadsOnlyTheHeaderOfAFile) {
  std::string start = npy(describe("(1000000, 1000000)"));
  TemporaryFile file(start);
  // Sparse: the data is there by the file's length only.
  int descriptor;
  ASSERT_FALSE(sys::fs::openFileForWrite(file.path, descriptor,
                                         sys::fs::CD_OpenExisting));
  ASSERT_FALSE(sys::fs::resize_file(descriptor, start.size() + 4000000000000));
  raw_fd_ostream(descriptor, /*shouldClose=*/true).flush();

  Expected<NpyHeader> header = readNpyHeader(file.path);
  ASSERT_TRUE(static_cast<bool>(header)) << toString(header.takeError());
  EXPECT_EQ(header->shape, Shape({1000000, 1000000}));
}

TEST(NpyHeader, NamesTheFileInErrors) {
  auto errorOfFile = [](StringRef path) {
    Expected<NpyHeader> header = readNpyHeader(path);
    return header ? "no error" : toString(header.takeError());
  };
  TemporaryFile file(npy(describe("(2,)")) + "12345");
  EXPECT_EQ(errorOfFile(file.path),
            ("cannot read '" + file.path +
             "': truncated NPY file: expected 8 bytes of data, found 5")
                .str());
  EXPECT_EQ(errorOfFile("/nowhere/x.npy"),
            "cannot read '/nowhere/x.npy': No such file or directory");
  EXPECT_EQ(errorOfFile("/"),
            "cannot read '/': expected a regular file, found a directory");
  EXPECT_EQ(errorOfFile("/dev/zero"), "cannot read '/dev/zero': expected a "
                                      "regular file, found a device or pipe");
}

} // namespace
