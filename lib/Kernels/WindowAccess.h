//===- WindowAccess.h - Elements of buffers at loop counters ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_KERNELS_WINDOWACCESS_H
#define NASCENT_LIB_KERNELS_WINDOWACCESS_H

#include "StridedBuffer.h"

namespace nascent::kernels {

/// An index, and of how many elements.
struct WindowIndex {
  mlir::AffineExpr value;
  int64_t size;
};

/// Elements of a buffer at the counters of a kernel's loops.
struct WindowAccess {
  /// Strides are those of the loops, then those of `indices`.
  StridedBuffer buffer;
  /// Indices that are no sums of counters, or that are negative outside of a
  /// window: each is computed as a whole.
  llvm::SmallVector<WindowIndex> indices;
  /// Whether the buffer holds panels: whole vectors of their columns.
  bool isPanels = false;

  /// How many elements a step of `loop` is, from a multiple of `lanes` on, for
  /// so many steps; none where they are not equally far apart.
  std::optional<int64_t> laneStep(unsigned loop, int64_t lanes) const;

  /// Whether a step of `loop` is one to another element.
  bool isFunctionOf(unsigned loop) const;
};

} // namespace nascent::kernels

#endif // NASCENT_LIB_KERNELS_WINDOWACCESS_H
