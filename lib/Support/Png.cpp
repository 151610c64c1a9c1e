//===- Png.cpp - Images as numbers ----------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// By libpng, whose errors jump. So what it works on is made before, and nothing
// between has a destructor.
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/Png.h"
#include "llvm/Support/Endian.h"
#include <cstring>
#include <png.h>

using namespace llvm;

namespace nascent {

namespace {
/// A file while it is read.
struct Reader {
  StringRef contents;
  StringRef rest;
  std::string error;
  size_t channels = 0, height = 0, width = 0, bytesPerSample = 0;
  std::vector<png_byte> pixels;
  std::vector<png_bytep> rows;
};
} // namespace

[[noreturn]] static void fail(png_structp png, png_const_charp message) {
  static_cast<Reader *>(png_get_error_ptr(png))->error = message;
  png_longjmp(png, 1);
}

static void ignore(png_structp, png_const_charp) {}

static void readBytes(png_structp png, png_bytep to, size_t size) {
  auto *reader = static_cast<Reader *>(png_get_io_ptr(png));
  if (size > reader->rest.size())
    png_error(png, "the file ends too early");
  std::memcpy(to, reader->rest.data(), size);
  reader->rest = reader->rest.drop_front(size);
}

/// Has samples of one or two bytes, grey or colour, without palette and
/// transparency.
static void simplify(png_structp png, png_infop info) {
  png_set_expand(png);
  png_set_strip_alpha(png);
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
}

/// Sees to it that memory is bounded by the file's size.
static void verifySize(png_structp png, png_infop info, const Reader &reader) {
  // No byte is compressed by more.
  const size_t most = 1032 * reader.contents.size();
  if (png_get_rowbytes(png, info) > most / png_get_image_height(png, info))
    png_error(png, "the image is larger than the file can hold");
}

/// Makes room for the pixels.
static void allocate(png_structp png, png_infop info, Reader &reader) {
  reader.channels = png_get_channels(png, info);
  reader.height = png_get_image_height(png, info);
  reader.width = png_get_image_width(png, info);
  reader.bytesPerSample = png_get_bit_depth(png, info) / 8;
  size_t rowBytes = png_get_rowbytes(png, info);
  reader.pixels.resize(rowBytes * reader.height);
  for (size_t row = 0; row < reader.height; ++row)
    reader.rows.push_back(reader.pixels.data() + row * rowBytes);
}

/// Returns whether there was no error.
static bool readPixels(png_structp png, png_infop info, Reader &reader) {
  if (setjmp(png_jmpbuf(png)))
    return false;
  png_set_read_fn(png, &reader, readBytes);
  png_read_info(png, info);
  verifySize(png, info, reader);
  simplify(png, info);
  allocate(png, info, reader);
  png_read_image(png, reader.rows.data());
  png_read_end(png, nullptr);
  return true;
}

static float sample(const Reader &reader, size_t index) {
  const png_byte *at = reader.pixels.data() + index * reader.bytesPerSample;
  if (reader.bytesPerSample == 1)
    return static_cast<float>(*at) / 255.0f;
  return static_cast<float>(support::endian::read16be(at)) / 65535.0f;
}

Expected<PngImage> parsePng(StringRef contents) {
  Reader reader;
  reader.contents = reader.rest = contents;
  png_structp png =
      png_create_read_struct(PNG_LIBPNG_VER_STRING, &reader, fail, ignore);
  png_infop info = png ? png_create_info_struct(png) : nullptr;
  bool isRead = info && readPixels(png, info, reader);
  png_destroy_read_struct(&png, &info, nullptr);
  if (!isRead)
    return createStringError("not a PNG image that can be read: " +
                             reader.error);
  PngImage image;
  image.channels = reader.channels;
  image.height = reader.height;
  image.width = reader.width;
  const size_t pixels = reader.height * reader.width;
  image.values.reserve(reader.channels * pixels);
  for (size_t channel = 0; channel < reader.channels; ++channel)
    for (size_t pixel = 0; pixel < pixels; ++pixel)
      image.values.push_back(sample(reader, pixel * reader.channels + channel));
  return image;
}

} // namespace nascent
