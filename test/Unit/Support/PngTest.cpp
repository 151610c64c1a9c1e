//===- PngTest.cpp - Images as numbers ------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/Png.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CRC.h"
#include "llvm/Support/Compression.h"
#include "llvm/Support/Endian.h"
#include "gtest/gtest.h"

using namespace nascent;

namespace {

std::string bigEndian(uint32_t value) {
  std::string bytes(4, '\0');
  llvm::support::endian::write32be(bytes.data(), value);
  return bytes;
}

std::string chunk(const std::string &type, const std::string &data) {
  std::string body = type + data;
  return bigEndian(data.size()) + body +
         bigEndian(llvm::crc32(llvm::arrayRefFromStringRef(body)));
}

/// A file of these lines, each after a byte that says how it is filtered.
std::string png(uint32_t width, uint32_t height, char depth, char colour,
                const std::string &lines, const std::string &chunks = "") {
  llvm::SmallVector<uint8_t> compressed;
  llvm::compression::zlib::compress(llvm::arrayRefFromStringRef(lines),
                                    compressed);
  std::string header = bigEndian(width) + bigEndian(height);
  header += {depth, colour, 0, 0, 0};
  return "\x89PNG\r\n\x1a\n" + chunk("IHDR", header) + chunks +
         chunk("IDAT", llvm::toStringRef(compressed).str()) + chunk("IEND", "");
}

/// The size and the values, times 255; the error, where there is one.
std::string read(const std::string &contents) {
  auto image = parsePng(contents);
  if (!image)
    return llvm::toString(image.takeError());
  std::string text = std::to_string(image->channels) + "x" +
                     std::to_string(image->height) + "x" +
                     std::to_string(image->width) + ":";
  for (float value : image->values) {
    char number[32];
    std::snprintf(number, sizeof number, " %g", value * 255);
    text += number;
  }
  return text;
}

using namespace std::string_literals;

} // namespace

TEST(Png, ReadsGrey) {
  EXPECT_EQ(read(png(2, 2, 8, 0, "\0\0\xff\0\1\2"s)), "1x2x2: 0 255 1 2");
  // One bit a pixel.
  EXPECT_EQ(read(png(3, 1, 1, 0, "\0\xa0"s)), "1x1x3: 255 0 255");
}

TEST(Png, PutsChannelsFirst) {
  EXPECT_EQ(read(png(2, 1, 8, 2, "\0\1\2\3\4\5\6"s)), "3x1x2: 1 4 2 5 3 6");
}

TEST(Png, ReadsSixteenBits) {
  EXPECT_EQ(read(png(2, 1, 16, 0, "\0\xff\xff\0\0"s)), "1x1x2: 255 0");
  EXPECT_EQ(read(png(1, 1, 16, 0, "\0\x33\x33"s)), "1x1x1: 51");
}

TEST(Png, LeavesOutTransparency) {
  EXPECT_EQ(read(png(1, 1, 8, 6, "\0\1\2\3\x80"s)), "3x1x1: 1 2 3");
  EXPECT_EQ(read(png(1, 1, 8, 4, "\0\7\x80"s)), "1x1x1: 7");
}

TEST(Png, LooksUpColours) {
  std::string palette = chunk("PLTE", "\1\2\3\4\5\6"s);
  EXPECT_EQ(read(png(2, 1, 8, 3, "\0\1\0"s, palette)), "3x1x2: 4 1 5 2 6 3");
}

TEST(Png, RefusesWhatIsDamaged) {
  std::string prefix = "not a PNG image that can be read: ";
  std::string whole = png(2, 2, 8, 0, "\0\0\xff\0\1\2"s);
  EXPECT_EQ(read(""), prefix + "the file ends too early");
  EXPECT_EQ(read("P5 2 2 255"), prefix + "Not a PNG file");
  for (size_t size = 8; size < whole.size(); ++size)
    EXPECT_EQ(read(whole.substr(0, size)).find(prefix), 0u) << size;
  for (size_t at = 0; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] ^= 0x20;
    read(damaged);
  }
}

TEST(Png, BoundsMemoryByTheFile) {
  EXPECT_EQ(read(png(1000000, 1000000, 8, 0, "\0")),
            "not a PNG image that can be read: the image is larger than the "
            "file can hold");
}
