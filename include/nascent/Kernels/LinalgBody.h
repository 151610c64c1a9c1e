//===- LinalgBody.h - What an op computes of its elements -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_KERNELS_LINALGBODY_H
#define NASCENT_KERNELS_LINALGBODY_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace nascent::kernels {

/// Fails, after an error, on a body that cannot be applied to whole vectors.
llvm::LogicalResult verifyOnVectors(mlir::Block &body);

/// Fails, after an error, unless `op` computes one tensor of f32. What it reads
/// may be narrower, and is widened first.
llvm::LogicalResult verifyComputed(mlir::linalg::LinalgOp op);

/// Whether an elementwise operation reads by `map` a value for each of its last
/// dimension: one of a channel, where those are stored last.
bool isPerColumn(mlir::AffineMap map);

/// Whether an operation that reads by `map` reads one number, at index 0 of
/// each dimension, for all of its elements.
bool isScalar(mlir::AffineMap map);

/// Whether `op` adds the product of its two operands to what it accumulates
/// onto. They may be widened first.
bool isSumOfProducts(mlir::linalg::LinalgOp op);

/// Whether `op` takes the maximum of an operand and what it accumulates onto,
/// where the sign of a zero does not matter.
bool isMaximum(mlir::linalg::LinalgOp op);

/// Whether `op` finds, of all rows of its second operand, the one whose place
/// is in its first operand, as the bits of a 32-bit integer, and else what it
/// accumulates onto: an embedding, which needs no loop over the rows.
bool isLookup(mlir::linalg::LinalgOp op);

/// Whether combining something with `value` changes nothing.
bool isNeutral(mlir::Operation *combine, mlir::Attribute value);

/// Whether a reduction by `op` is the same with more elements that are
/// `padding`.
bool canBePadded(mlir::linalg::LinalgOp op, mlir::Attribute padding);

} // namespace nascent::kernels

#endif // NASCENT_KERNELS_LINALGBODY_H
