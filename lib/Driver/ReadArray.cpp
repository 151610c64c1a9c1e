//===- ReadArray.cpp - Inputs and outputs in files ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ReadArray.h"
#include "ConversionRemarks.h"
#include "nascent/Support/Csv.h"
#include "nascent/Support/Idx.h"
#include "nascent/Support/MakeError.h"
#include "nascent/Support/MapFile.h"
#include "nascent/Support/Png.h"
#include "nascent/Support/Quote.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/Path.h"
#include <algorithm>
#include <cmath>

namespace nascent {

llvm::Expected<Array> allocateArray(llvm::ArrayRef<int64_t> shape) {
  std::optional<int64_t> bytes = byteCount(DType::F32, shape);
  llvm::Expected<AlignedBuffer> buffer =
      AlignedBuffer::allocate(bytes ? *bytes : UINT64_MAX);
  if (!buffer)
    return buffer.takeError();
  return Array{
      llvm::SmallVector<int64_t>(shape), std::move(*buffer), false, {}};
}

/// An integer of a tensor.
template <typename T>
static int64_t integerAt(const Tensor &tensor, size_t place) {
  return llvm::support::endian::read<T, llvm::endianness::little>(
      tensor.bytes.data() + place * sizeof(T));
}

static int64_t integerAt(const Tensor &tensor, size_t place) {
  switch (tensor.dtype) {
  case DType::I64:
    return integerAt<int64_t>(tensor, place);
  case DType::I32:
    return integerAt<int32_t>(tensor, place);
  case DType::I16:
    return integerAt<int16_t>(tensor, place);
  case DType::I8:
    return integerAt<int8_t>(tensor, place);
  case DType::U8:
    return integerAt<uint8_t>(tensor, place);
  default:
    llvm_unreachable("no type of indices");
  }
}

std::string placeOf(llvm::ArrayRef<int64_t> shape, int64_t index) {
  int64_t columns = 1;
  for (int64_t size : shape.drop_front(!shape.empty()))
    columns *= size;
  return fmt::format("row {}, column {}, counted from 1", index / columns + 1,
                     index % columns + 1);
}

static bool isInteger(DType dtype) {
  return dtype == DType::I64 || dtype == DType::I32 || dtype == DType::I16 ||
         dtype == DType::I8 || dtype == DType::U8;
}

/// Indices are of 32 bits: no table has more rows than they tell apart.
static llvm::Expected<Array> readIndices(llvm::StringRef path,
                                         const Tensor &tensor) {
  llvm::Expected<Array> array = allocateArray(tensor.shape);
  if (!array)
    return cannotRead(path, array.takeError());
  array->isIndices = true;
  for (auto [place, word] : llvm::enumerate(array->buffer.floats())) {
    int64_t index = integerAt(tensor, place);
    if (index != int32_t(index))
      return cannotRead(path, makeError("index {} in {}, exceeds 32 bits",
                                        index, placeOf(tensor.shape, place)));
    word = llvm::bit_cast<float>(int32_t(index));
  }
  return array;
}

static llvm::Expected<Array> readTensorArray(llvm::StringRef path,
                                             const Tensor &tensor) {
  if (isInteger(tensor.dtype))
    return readIndices(path, tensor);
  if (!isFloat(tensor.dtype))
    return cannotRead(
        path,
        makeError("expected elements of type F32, F64 or F16, found {}; "
                  "numpy's astype('<f4') converts them{}",
                  nameOf(tensor.dtype).str(),
                  tensor.dtype == DType::BOOL ? ", and astype('<i4') to classes"
                                              : ""));
  llvm::Expected<Array> array = allocateArray(tensor.shape);
  if (!array)
    return cannotRead(path, array.takeError());
  ConversionRemarks remarks(path.str());
  remarks.add(tensor, DType::F32, readFloats(tensor, array->buffer.floats()));
  array->remarks = remarks.list();
  return array;
}

static llvm::Expected<Array> readNpyArray(llvm::StringRef path) {
  llvm::Expected<TensorFile> file = readTensorFile(path);
  if (!file)
    return file.takeError();
  return readTensorArray(path, file->tensors.front());
}

static llvm::Expected<Array> readIdxArray(llvm::StringRef path) {
  llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> contents = mapFile(path);
  if (!contents)
    return cannotRead(path, contents.takeError());
  TensorFile file;
  if (llvm::Error error = parseIdx((*contents)->getBuffer(), file))
    return cannotRead(path, std::move(error));
  const Tensor &tensor = file.tensors.front();
  if (tensor.dtype != DType::U8 || tensor.shape.size() != 3)
    return readTensorArray(path, tensor);
  llvm::Expected<Array> array =
      allocateArray({tensor.shape[0], 1, tensor.shape[1], tensor.shape[2]});
  if (!array)
    return cannotRead(path, array.takeError());
  for (auto [byte, pixel] :
       llvm::zip_equal(tensor.bytes.bytes(), array->buffer.floats()))
    pixel = static_cast<float>(byte) / 255.0f;
  return array;
}

static llvm::Expected<Array> readCsvArray(llvm::StringRef path) {
  llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> file = mapFile(path);
  if (!file)
    return cannotRead(path, file.takeError());
  llvm::Expected<CsvTable> table = parseCsv((*file)->getBuffer());
  if (!table)
    return cannotRead(path, table.takeError());
  llvm::Expected<Array> array = allocateArray({table->rows, table->columns});
  if (!array)
    return cannotRead(path, array.takeError());
  llvm::copy(table->values, array->buffer.floats().begin());
  if (table->hasHeader)
    array->remarks.push_back(
        fmt::format("'{}': the first line is a header", path.str()));
  if (int64_t nans = llvm::count_if(
          table->values, [](float value) { return std::isnan(value); }))
    array->remarks.push_back(
        fmt::format("'{}' has {}", path.str(), counted(nans, "NaN")));
  return array;
}

static llvm::Expected<Array> readPngArray(llvm::StringRef path) {
  llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> file = mapFile(path);
  if (!file)
    return cannotRead(path, file.takeError());
  llvm::Expected<PngImage> image = parsePng((*file)->getBuffer());
  if (!image)
    return cannotRead(path, image.takeError());
  llvm::Expected<Array> array =
      allocateArray({1, image->channels, image->height, image->width});
  if (!array)
    return cannotRead(path, array.takeError());
  llvm::copy(image->values, array->buffer.floats().begin());
  return array;
}

llvm::Expected<Array> readArray(llvm::StringRef path) {
  llvm::StringRef extension = llvm::sys::path::extension(path);
  if (extension == ".npy")
    return readNpyArray(path);
  if (isIdxPath(path))
    return readIdxArray(path);
  if (extension == ".csv")
    return readCsvArray(path);
  if (extension == ".png")
    return readPngArray(path);
  return cannotRead(
      path,
      makeError("expected the extension .npy, .idx, .csv or .png, found {}{}",
                extension.empty() ? "none" : ("'" + extension + "'").str(),
                extension == ".txt" ? "; numpy's save(file, x) writes a .npy, "
                                      "and savetxt(file, x, delimiter=',') "
                                      "what a .csv is"
                                    : ""));
}

} // namespace nascent
