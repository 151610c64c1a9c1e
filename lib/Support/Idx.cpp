//===- Idx.cpp - The IDX format of data sets ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/Idx.h"
#include "nascent/Support/MakeError.h"
#include "llvm/Support/Endian.h"
#include <algorithm>
#include <zlib.h>

using namespace llvm;

namespace nascent {

bool isIdxPath(StringRef path) {
  path.consume_back(".gz");
  return path.ends_with(".idx") || path.ends_with("-ubyte");
}

static Error malformedIdx(const std::string &what) {
  return createStringError("malformed IDX file: " + what);
}

static std::optional<DType> dtypeOf(unsigned char code) {
  switch (code) {
  case 0x08:
    return DType::U8;
  case 0x09:
    return DType::I8;
  case 0x0b:
    return DType::I16;
  case 0x0c:
    return DType::I32;
  case 0x0d:
    return DType::F32;
  case 0x0e:
    return DType::F64;
  default:
    return std::nullopt;
  }
}

/// Inflates a gzip stream into at most `limit` bytes.
static Expected<std::string> inflate(StringRef contents, uint64_t limit) {
  z_stream stream = {};
  // 16: the header is gzip's.
  if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK)
    return createStringError("there is no memory to inflate it");
  std::string result;
  char buffer[1 << 16];
  StringRef rest = contents;
  int status = Z_OK;
  while (status == Z_OK && result.size() <= limit) {
    if (stream.avail_in == 0) {
      StringRef part = rest.take_front(1 << 30);
      rest = rest.drop_front(part.size());
      stream.next_in =
          reinterpret_cast<Bytef *>(const_cast<char *>(part.data()));
      stream.avail_in = part.size();
    }
    stream.next_out = reinterpret_cast<Bytef *>(buffer);
    stream.avail_out = sizeof(buffer);
    status = ::inflate(&stream, Z_NO_FLUSH);
    result.append(buffer, sizeof(buffer) - stream.avail_out);
  }
  inflateEnd(&stream);
  if (result.size() > limit)
    return makeError(
        "it inflates to more than the {} bytes that an array so compressed "
        "can have",
        limit);
  if (status != Z_STREAM_END)
    return createStringError("its gzip stream is broken or ends early; get all "
                             "of the file");
  return result;
}

Error parseIdx(StringRef contents, TensorFile &file) {
  std::string inflated;
  if (contents.starts_with("\x1f\x8b")) {
    // Deflate makes nothing smaller than a thousandth of it.
    auto result = inflate(contents, 1100 * (uint64_t(contents.size()) + 1));
    if (!result)
      return result.takeError();
    inflated = std::move(*result);
    contents = inflated;
  }
  if (contents.size() < 4 || contents[0] != 0 || contents[1] != 0)
    return malformedIdx("expected two bytes 0, a type and a rank");
  auto code = static_cast<unsigned char>(contents[2]);
  std::optional<DType> dtype = dtypeOf(code);
  if (!dtype)
    return malformedIdx(fmt::format("{:#04x} is no type of elements", code));
  size_t rank = static_cast<unsigned char>(contents[3]);
  constexpr size_t mostSizes = 8;
  if (rank == 0 || rank > mostSizes || contents.size() < 4 + 4 * rank)
    return malformedIdx(
        fmt::format("expected 1 to {} sizes, found rank {} in {} bytes",
                    mostSizes, rank, contents.size()));
  Tensor tensor;
  tensor.dtype = *dtype;
  for (size_t i = 0; i < rank; ++i)
    tensor.shape.push_back(
        support::endian::read32be(contents.data() + 4 + 4 * i));
  StringRef elements = contents.drop_front(4 + 4 * rank);
  std::optional<int64_t> bytes = byteCount(*dtype, tensor.shape);
  if (!bytes || uint64_t(*bytes) != elements.size())
    return malformedIdx(fmt::format(
        "its sizes make {} bytes of elements, found {}",
        bytes ? std::to_string(*bytes) : "2^63 or more", elements.size()));
  auto memory = file.allocate(elements.size());
  if (!memory)
    return memory.takeError();
  copy(elements, memory->begin());
  size_t size = bitsOf(*dtype) / 8;
  for (size_t at = 0; at < memory->size(); at += size)
    std::reverse(memory->begin() + at, memory->begin() + at + size);
  tensor.bytes = StringRef(memory->data(), memory->size());
  file.tensors.push_back(std::move(tensor));
  return Error::success();
}

} // namespace nascent
