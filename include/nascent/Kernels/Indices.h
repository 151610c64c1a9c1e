//===- Indices.h - Indices into operands, by loop counters ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_KERNELS_INDICES_H
#define NASCENT_KERNELS_INDICES_H

#include "mlir/IR/AffineExpr.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>

namespace nascent::kernels {

/// An index into an operand: `constant` and, for each of the op's dimensions,
/// so many times its counter. No number is negative.
struct LinearIndex {
  llvm::SmallVector<int64_t> coefficients;
  int64_t constant = 0;

  /// Whether it is the counter of one dimension, and which.
  std::optional<unsigned> asDim() const;
};

/// `expr` as an index of `dims` dimensions; none where it is not one.
std::optional<LinearIndex> linearize(mlir::AffineExpr expr, unsigned dims);

/// How much a step of the loop `loop` adds to `index`, from a multiple of
/// `lanes` on, for so many steps; none where that is not always the same.
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

#endif // NASCENT_KERNELS_INDICES_H
