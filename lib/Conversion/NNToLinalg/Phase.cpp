//===- Phase.cpp - Where a window with a stride sees an element -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Conversion/NNToLinalg/Phase.h"
#include <numeric>

namespace nascent::nn {

Phase phaseOf(const Window &window, int64_t r) {
  Phase phase;
  int64_t common = std::gcd(window.stride, window.dilation);
  phase.step = window.dilation / common;
  phase.stride = window.stride / common;
  for (int64_t element = window.kernel; element-- > 0;) {
    int64_t distance = r + window.before - element * window.dilation;
    if (distance % window.stride != 0)
      continue;
    if (phase.count++ == 0) {
      phase.low = distance / window.stride;
      phase.last = element;
    }
  }
  return phase;
}

} // namespace nascent::nn
