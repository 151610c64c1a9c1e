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
