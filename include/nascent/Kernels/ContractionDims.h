//===- ContractionDims.h - What the dimensions of an op are -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A dense layer, a convolution and a weight's gradient are one thing: sums of
// products of two operands, of which each element is found by a linear function
// of loop counters. What sets them apart is which counters are in which
// operand.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_KERNELS_CONTRACTIONDIMS_H
#define NASCENT_KERNELS_CONTRACTIONDIMS_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "nascent/Kernels/Indices.h"
#include <array>

namespace nascent::kernels {

/// The dimensions of an op that multiplies two operands and sums up.
struct ContractionDims {
  /// Of both operands and the result; of the first and the result; of both
  /// operands, summed over. Each in the order of the op's loops.
  llvm::SmallVector<unsigned> groups, rows, depths;
  /// Of the second operand and the result.
  unsigned column = 0;
  /// Of each dimension.
  llvm::SmallVector<int64_t> sizes;
  /// How the first operand, the second and the result are indexed.
  std::array<llvm::SmallVector<LinearIndex>, 3> indices;
};

/// Says what each dimension of `op` is. Fails, after an error, on an op that is
/// no contraction, or has a dimension that is none of those.
llvm::FailureOr<ContractionDims> classifyContraction(mlir::linalg::LinalgOp op);

} // namespace nascent::kernels

#endif // NASCENT_KERNELS_CONTRACTIONDIMS_H
