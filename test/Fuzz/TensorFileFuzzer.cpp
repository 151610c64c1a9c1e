//===- TensorFileFuzzer.cpp - Readers of tensor files ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Input: a byte that chooses the format, then the file. What is read must be
// what it says it is, and must be read again from what is written of it.
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/Npz.h"
#include "nascent/Support/Safetensors.h"
#include "nascent/Support/TensorFile.h"
#include "nascent/Support/TensorValues.h"
#include <cstdlib>

using namespace llvm;
using namespace nascent;

static void require(bool condition) {
  if (!condition)
    std::abort();
}

static void check(const Tensor &tensor) {
  require(byteCount(tensor.dtype, tensor.shape) ==
          int64_t(tensor.bytes.size()));
  // Touches every byte.
  if (!isFloat(tensor.dtype))
    return;
  std::vector<float> values(*elementCount(tensor.shape));
  readFloats(tensor, values);
}

/// Writes tensors and reads them back.
static void checkRoundTrip(TensorFormat format, ArrayRef<Tensor> tensors) {
  std::string contents;
  raw_string_ostream os(contents);
  if (Error error = format == TensorFormat::Safetensors
                        ? writeSafetensors(tensors, os)
                        : writeNpz(tensors, os)) {
    // Not every name and type that one format has can the other hold.
    consumeError(std::move(error));
    return;
  }
  Expected<TensorFile> again = parseTensorFile(format, contents, "x");
  require(bool(again));
  require(again->tensors.size() == tensors.size());
  for (const Tensor &tensor : tensors) {
    const Tensor *other = again->lookup(tensor.name);
    require(other && other->dtype == tensor.dtype &&
            other->shape == tensor.shape && other->bytes == tensor.bytes);
  }
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0)
    return 0;
  static const TensorFormat formats[] = {TensorFormat::Safetensors,
                                         TensorFormat::Npy, TensorFormat::Npz};
  StringRef contents(reinterpret_cast<const char *>(data + 1), size - 1);
  Expected<TensorFile> file =
      parseTensorFile(formats[data[0] % 3], contents, "x");
  if (!file) {
    require(!toString(file.takeError()).empty());
    return 0;
  }
  for (const Tensor &tensor : file->tensors)
    check(tensor);
  checkRoundTrip(TensorFormat::Safetensors, file->tensors);
  checkRoundTrip(TensorFormat::Npz, file->tensors);
  return 0;
}
