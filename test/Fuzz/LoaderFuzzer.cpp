//===- LoaderFuzzer.cpp - The loader of C programs ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Input: a file for the network below. A load sets all parameters or none, and
// what it accepts is a file that the compiler accepts, with the same values.
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/TensorFile.h"
#include "nascent/Support/TensorValues.h"
#include "nascent_safetensors.h"
#include <cstdlib>
#include <cstring>

using namespace llvm;
using namespace nascent;

static const nascent_parameter_info parameters[] = {
    {"0.weight", "float32", 2, {2, 3, 0, 0, 0, 0, 0, 0}},
    {"0.bias", "float32", 1, {2, 0, 0, 0, 0, 0, 0, 0}},
    {"1.weight", "float32", 2, {1, 2, 0, 0, 0, 0, 0, 0}}};
static const nascent_parameter_alias aliases[] = {{"2.weight", 2}};

namespace {
/// What was set.
struct Values {
  std::vector<float> values[3];
};
} // namespace

static int set(void *target, uint32_t index, const void *values) {
  auto &all = *static_cast<Values *>(target);
  const auto *floats = static_cast<const float *>(values);
  const size_t counts[] = {6, 2, 2};
  all.values[index].assign(floats, floats + counts[index]);
  return 0;
}

static void require(bool condition) {
  if (!condition)
    std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const nascent_safetensors_network network = {parameters, 3, set, aliases, 1};
  Values values;
  float scratch[6];
  char error[64];
  int status = nascent_safetensors_load(&network, &values, data, size, scratch,
                                        sizeof(scratch), error, sizeof(error));
  // A parameter under two names is set twice, to the same values.
  for (const std::vector<float> &parameter : values.values)
    require(parameter.empty() == (status != 0));
  require((status == 0) == (error[0] == 0));
  StringRef contents(reinterpret_cast<const char *>(data), size);
  // Metadata is not looked at as closely.
  if (status != 0 || contents.contains("metadata") || contents.contains("\\u"))
    return 0;
  Expected<TensorFile> file =
      parseTensorFile(TensorFormat::Safetensors, contents, "");
  require(bool(file));
  for (uint32_t i = 0; i != 3; ++i) {
    const Tensor *tensor = file->lookup(parameters[i].name);
    if (!tensor)
      tensor = file->lookup(aliases[0].name);
    require(tensor);
    std::vector<float> expected(values.values[i].size());
    readFloats(*tensor, expected);
    for (size_t k = 0; k != expected.size(); ++k)
      require(std::memcmp(&expected[k], &values.values[i][k], sizeof(float)) ==
                  0 ||
              (expected[k] != expected[k] &&
               values.values[i][k] != values.values[i][k]));
  }
  return 0;
}
