//===- WindowAccess.cpp - Elements of buffers at loop counters ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WindowAccess.h"

using namespace mlir;

namespace nascent::kernels {

std::optional<int64_t> WindowAccess::laneStep(unsigned loop,
                                              int64_t lanes) const {
  unsigned loops = buffer.strides.size() - indices.size();
  int64_t sum = buffer.strides[loop];
  for (auto [i, index] : llvm::enumerate(indices)) {
    std::optional<int64_t> step = kernels::laneStep(index.value, loop, lanes);
    if (!step)
      return std::nullopt;
    sum += *step * buffer.strides[loops + i];
  }
  return sum;
}

bool WindowAccess::isFunctionOf(unsigned loop) const {
  return buffer.strides[loop] != 0 ||
         llvm::any_of(indices, [&](const WindowIndex &index) {
           return index.value.isFunctionOfDim(loop);
         });
}

} // namespace nascent::kernels
