//===- OnnxFuzzer.cpp - The reader of ONNX --------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Input: a model. What is read of it is text, and tensors that have as many
// bytes as they say; what is not read has a reason.
//
//===----------------------------------------------------------------------===//

#include "nascent/Import/Onnx.h"
#include <cstdlib>

using namespace llvm;
using namespace nascent;

static void require(bool condition) {
  if (!condition)
    std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  StringRef contents(reinterpret_cast<const char *>(data), size);
  // No folder: no file beside it is read.
  Expected<ImportedNetwork> network =
      importOnnx(contents, "/nowhere/fuzz.onnx");
  if (!network) {
    require(!toString(network.takeError()).empty());
    return 0;
  }
  require(StringRef(network->source).contains("nn.sequential @fuzz("));
  for (const Tensor &tensor : network->weights.tensors)
    require(byteCount(tensor.dtype, tensor.shape) ==
            std::optional<int64_t>(tensor.bytes.size()));
  return 0;
}
