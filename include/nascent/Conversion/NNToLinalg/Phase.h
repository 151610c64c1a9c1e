//===- Phase.h - Where a window with a stride sees an element ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_CONVERSION_NNTOLINALG_PHASE_H
#define NASCENT_CONVERSION_NNTOLINALG_PHASE_H

#include "nascent/Dialect/NN/IR/WindowLayer.h"

namespace nascent::nn {

/// The elements s·q + r that a window slides over, s being its stride: they are
/// seen from `count` places each, by as many elements of the window. The j-th
/// place is q + low + j·step, and the window's element there last - j·stride.
struct Phase {
  int64_t count = 0;
  int64_t low = 0, step = 1;
  int64_t last = 0, stride = 1;
};

/// The phase of the elements s·q + r. Padding in front counts as elements.
Phase phaseOf(const Window &window, int64_t r);

} // namespace nascent::nn

#endif // NASCENT_CONVERSION_NNTOLINALG_PHASE_H
