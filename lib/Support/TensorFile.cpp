//===- TensorFile.cpp - Named tensors in a file ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/TensorFile.h"
#include "nascent/Support/ForeignFile.h"
#include "nascent/Support/MakeError.h"
#include "nascent/Support/MapFile.h"
#include "nascent/Support/Npy.h"
#include "nascent/Support/Npz.h"
#include "nascent/Support/Safetensors.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace nascent {

namespace {
struct DTypeInfo {
  DType dtype;
  StringLiteral name;
  unsigned bits;
};
} // namespace

/// In the order of the enumeration.
static constexpr DTypeInfo dtypes[] = {{DType::F64, "F64", 64},
                                       {DType::F32, "F32", 32},
                                       {DType::F16, "F16", 16},
                                       {DType::BF16, "BF16", 16},
                                       {DType::F8_E4M3, "F8_E4M3", 8},
                                       {DType::F8_E5M2, "F8_E5M2", 8},
                                       {DType::F8_E4M3FNUZ, "F8_E4M3FNUZ", 8},
                                       {DType::F8_E5M2FNUZ, "F8_E5M2FNUZ", 8},
                                       {DType::F8_E8M0, "F8_E8M0", 8},
                                       {DType::F6_E2M3, "F6_E2M3", 6},
                                       {DType::F6_E3M2, "F6_E3M2", 6},
                                       {DType::F4, "F4", 4},
                                       {DType::C64, "C64", 64},
                                       {DType::I64, "I64", 64},
                                       {DType::I32, "I32", 32},
                                       {DType::I16, "I16", 16},
                                       {DType::I8, "I8", 8},
                                       {DType::U64, "U64", 64},
                                       {DType::U32, "U32", 32},
                                       {DType::U16, "U16", 16},
                                       {DType::U8, "U8", 8},
                                       {DType::BOOL, "BOOL", 8}};

StringRef nameOf(DType dtype) {
  return dtypes[static_cast<size_t>(dtype)].name;
}

std::optional<DType> parseDType(StringRef name) {
  for (const DTypeInfo &info : dtypes)
    if (info.name == name)
      return info.dtype;
  return std::nullopt;
}

unsigned bitsOf(DType dtype) { return dtypes[static_cast<size_t>(dtype)].bits; }

bool isFloat(DType dtype) { return dtype <= DType::F4; }

std::optional<int64_t> elementCount(ArrayRef<int64_t> shape) {
  int64_t count = 1;
  for (int64_t size : shape)
    if (MulOverflow(count, size, count))
      return std::nullopt;
  return count;
}

std::optional<int64_t> byteCount(DType dtype, ArrayRef<int64_t> shape) {
  std::optional<int64_t> count = elementCount(shape);
  if (!count)
    return std::nullopt;
  // Eight elements take as many bytes as one takes bits.
  int64_t bits = bitsOf(dtype), bytes;
  if (MulOverflow(*count / 8, bits, bytes) ||
      AddOverflow(bytes, int64_t(divideCeil(*count % 8 * bits, 8)), bytes))
    return std::nullopt;
  return bytes;
}

const Tensor *TensorFile::lookup(StringRef name) const {
  auto it = find_if(tensors, [&](const Tensor &t) { return t.name == name; });
  return it == tensors.end() ? nullptr : &*it;
}

Expected<MutableArrayRef<char>> TensorFile::allocate(uint64_t size) {
  auto buffer = WritableMemoryBuffer::getNewUninitMemBuffer(size);
  if (!buffer)
    return makeError("{} bytes do not fit into memory", size);
  MutableArrayRef<char> bytes = buffer->getBuffer();
  buffers.push_back(std::move(buffer));
  return bytes;
}

std::optional<TensorFormat> formatOf(StringRef path) {
  if (path.ends_with(".safetensors"))
    return TensorFormat::Safetensors;
  if (path.ends_with(".npy"))
    return TensorFormat::Npy;
  if (path.ends_with(".npz"))
    return TensorFormat::Npz;
  return std::nullopt;
}

static Error unknownFormat(StringRef path) {
  StringRef extension = sys::path::extension(path);
  return makeError(
      "expected the extension .safetensors, .npz or .npy, found {}",
      extension.empty() ? "none" : ("'" + extension + "'").str());
}

Expected<TensorFile> parseTensorFile(TensorFormat format, StringRef contents,
                                     StringRef npyName) {
  TensorFile file;
  auto parse = [&]() -> Error {
    switch (format) {
    case TensorFormat::Safetensors:
      return parseSafetensors(contents, file);
    case TensorFormat::Npy:
      return parseNpy(contents, npyName, file);
    case TensorFormat::Npz:
      return parseNpz(contents, file);
    }
    llvm_unreachable("unknown format");
  };
  if (Error error = parse())
    return error;
  return file;
}

Expected<TensorFile> readTensorFile(StringRef path) {
  std::optional<TensorFormat> format = formatOf(path);
  std::optional<ForeignFile> foreign = recognizeForeignPath(path);
  if (!format && foreign)
    return cannotRead(path, makeError("it is {}; {}", foreign->kind.str(),
                                      foreign->advice.str()));
  if (!format)
    return cannotRead(path, unknownFormat(path));
  Expected<std::unique_ptr<MemoryBuffer>> buffer = mapFile(path);
  if (!buffer)
    return cannotRead(path, buffer.takeError());
  Expected<TensorFile> file =
      parseTensorFile(*format, (*buffer)->getBuffer(), sys::path::stem(path));
  if (!file)
    return cannotRead(path, file.takeError());
  file->keep(std::move(*buffer));
  return file;
}

Error writeTensorFile(StringRef path, ArrayRef<Tensor> tensors,
                      OutputFiles &files) {
  auto fail = [&](Error error) {
    return makeError("cannot write '{}': {}", path.str(),
                     toString(std::move(error)));
  };
  std::optional<TensorFormat> format = formatOf(path);
  if (!format)
    return fail(unknownFormat(path));
  auto write = [&](raw_pwrite_stream &os) -> Error {
    switch (*format) {
    case TensorFormat::Safetensors:
      return writeSafetensors(tensors, os);
    case TensorFormat::Npy:
      if (tensors.size() != 1)
        return makeError(
            "a NPY file holds one tensor, found {}; write a .npz file",
            tensors.size());
      return writeNpy(tensors.front(), os);
    case TensorFormat::Npz:
      return writeNpz(tensors, os);
    }
    llvm_unreachable("unknown format");
  };
  // What the format cannot hold needs the path; what the system says has it.
  return files.add(path, [&](raw_pwrite_stream &os) -> Error {
    if (Error error = write(os))
      return fail(std::move(error));
    return Error::success();
  });
}

} // namespace nascent
