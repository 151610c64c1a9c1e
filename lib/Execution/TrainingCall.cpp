//===- TrainingCall.cpp - Steps of training in this process ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Execution/TrainingCall.h"
#include "llvm/ADT/bit.h"
#include <algorithm>

namespace nascent {

static uint64_t wordOf(const void *memory) {
  return reinterpret_cast<uintptr_t>(memory);
}

static uint64_t wordOf(float number) {
  return llvm::bit_cast<uint32_t>(number);
}

std::optional<float>
TrainingCall::computeLoss(Function *function,
                          llvm::MutableArrayRef<uint64_t> arguments,
                          float scale) {
  arguments[scalePlace] = wordOf(scale);
  if (function(arguments.data()) != 0)
    return std::nullopt;
  return loss.floats().front();
}

void TrainingCall::setRows(int64_t rows) {
  assert(isOpen && "the batch is not open");
  gradientsArguments[scalePlace - 1] = rows;
  lossArguments[scalePlace - 1] = rows;
  termsArguments.back() = rows;
}

float TrainingCall::getGradientNorm() const {
  uint64_t argument = wordOf(gradients.data());
  return llvm::bit_cast<float>(static_cast<uint32_t>(normFunction(&argument)));
}

void TrainingCall::step(const char *hyper) const {
  const uint64_t arguments[] = {parameters, wordOf(gradients.data()),
                                wordOf(state.data()), wordOf(hyper)};
  stepFunction(arguments);
}

llvm::Expected<AlignedBuffer> TrainingCall::copyState(size_t number) const {
  auto copy = AlignedBuffer::allocate(parameterBytes);
  if (!copy)
    return copy.takeError();
  const char *start = state.data() + number * gradientBytes;
  std::copy(start, start + gradientBytes, copy->data());
  return copy;
}

void TrainingCall::replaceState(size_t number,
                                const AlignedBuffer &from) const {
  std::copy(from.data(), from.data() + gradientBytes,
            state.data() + number * gradientBytes);
}

} // namespace nascent
