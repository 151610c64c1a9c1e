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
};

/// The same for an index.
std::optional<int64_t> laneStep(mlir::AffineExpr index, unsigned loop,
                                int64_t lanes);

/// The least and the greatest value of an index.
struct IndexRange {
  int64_t least, greatest;
};

/// That of `index` in loops of these sizes; none where 64 bits cannot count, or
/// what is negative is divided.
std::optional<IndexRange> rangeOf(mlir::AffineExpr index,
                                  llvm::ArrayRef<int64_t> sizes);

} // namespace nascent::kernels

#endif // NASCENT_LIB_KERNELS_WINDOWACCESS_H
