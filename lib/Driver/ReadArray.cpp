//===- ReadArray.cpp - Inputs and outputs in files ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ReadArray.h"
#include "ConversionRemarks.h"
#include "nascent/Support/Csv.h"
#include "nascent/Support/MapFile.h"
#include "nascent/Support/Png.h"
#include "llvm/Support/Path.h"
#include <algorithm>
#include <fmt/format.h>

using namespace llvm;

namespace nascent {

Expected<Array> allocateArray(ArrayRef<int64_t> shape) {
  std::optional<int64_t> bytes = byteCount(DType::F32, shape);
  Expected<AlignedBuffer> buffer =
      AlignedBuffer::allocate(bytes ? *bytes : UINT64_MAX);
  if (!buffer)
    return buffer.takeError();
  return Array{SmallVector<int64_t>(shape), std::move(*buffer), {}};
}

static Expected<Array> readNpyArray(StringRef path) {
  Expected<TensorFile> file = readTensorFile(path);
  if (!file)
    return file.takeError();
  const Tensor &tensor = file->tensors.front();
  if (!isFloat(tensor.dtype))
    return cannotRead(
        path, createStringError(fmt::format(
                  "expected elements of type F32, F64 or F16, found {}; "
                  "numpy's astype('<f4') converts them",
                  nameOf(tensor.dtype).str())));
  Expected<Array> array = allocateArray(tensor.shape);
  if (!array)
    return cannotRead(path, array.takeError());
  ConversionRemarks remarks(path.str());
  remarks.add(tensor, DType::F32, readFloats(tensor, array->buffer.floats()));
  array->remarks = remarks.list();
  return array;
}

static Expected<Array> readCsvArray(StringRef path) {
  Expected<std::unique_ptr<MemoryBuffer>> file = mapFile(path);
  if (!file)
    return cannotRead(path, file.takeError());
  Expected<CsvTable> table = parseCsv((*file)->getBuffer());
  if (!table)
    return cannotRead(path, table.takeError());
  Expected<Array> array = allocateArray({table->rows, table->columns});
  if (!array)
    return cannotRead(path, array.takeError());
  llvm::copy(table->values, array->buffer.floats().begin());
  if (table->hasHeader)
    array->remarks.push_back(
        fmt::format("'{}': the first line is a header", path.str()));
  return array;
}

static Expected<Array> readPngArray(StringRef path) {
  Expected<std::unique_ptr<MemoryBuffer>> file = mapFile(path);
  if (!file)
    return cannotRead(path, file.takeError());
  Expected<PngImage> image = parsePng((*file)->getBuffer());
  if (!image)
    return cannotRead(path, image.takeError());
  Expected<Array> array =
      allocateArray({1, image->channels, image->height, image->width});
  if (!array)
    return cannotRead(path, array.takeError());
  llvm::copy(image->values, array->buffer.floats().begin());
  return array;
}

Expected<Array> readArray(StringRef path) {
  StringRef extension = sys::path::extension(path);
  if (extension == ".npy")
    return readNpyArray(path);
  if (extension == ".csv")
    return readCsvArray(path);
  if (extension == ".png")
    return readPngArray(path);
  return cannotRead(
      path, createStringError(fmt::format(
                "expected the extension .npy, .csv or .png, found {}",
                extension.empty() ? "none" : ("'" + extension + "'").str())));
}

} // namespace nascent
