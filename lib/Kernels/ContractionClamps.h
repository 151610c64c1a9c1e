//===- ContractionClamps.h - Indices that may lie in padding ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_KERNELS_CONTRACTIONCLAMPS_H
#define NASCENT_LIB_KERNELS_CONTRACTIONCLAMPS_H

#include "ContractionOperands.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace nascent::kernels {

/// The dimension of a contraction's first operand that its innermost rows move
/// along; none where `op` is no contraction, which has columns in its second
/// operand and its result only.
std::optional<unsigned> findLine(mlir::linalg::LinalgOp op);

/// Whether the tiles of a contraction leave out what pads dimension `dim` of
/// its first operand. Where that is its line, it takes several terms, next to
/// each other, for each step along it.
bool canSkip(mlir::linalg::LinalgOp op, unsigned dim);

/// Takes rows apart from indices into the input, whose distances these are,
/// that may lie in padding. Fails, after an error, on padding that no loop of
/// the depth can leave out.
llvm::LogicalResult matchPadding(mlir::linalg::LinalgOp op,
                                 mlir::tensor::PadOp pad,
                                 const Distances &distances,
                                 ContractionOperands &operands);

/// Notes the halo of lines that the input has in memory.
void matchLineHalo(mlir::linalg::LinalgOp op, ContractionOperands &operands);

} // namespace nascent::kernels

#endif // NASCENT_LIB_KERNELS_CONTRACTIONCLAMPS_H
