//===- TransposeVectors.h - Rows of a block to its columns ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_KERNELS_TRANSPOSEVECTORS_H
#define NASCENT_LIB_KERNELS_TRANSPOSEVECTORS_H

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace nascent::kernels {

/// The first `count` columns of a block whose rows are `lines`, of equal
/// lengths, as vectors of `lanes`, of which the first ones are its elements.
/// Lengths and `lanes` are powers of two.
llvm::SmallVector<mlir::Value> transpose(mlir::ImplicitLocOpBuilder &b,
                                         llvm::ArrayRef<mlir::Value> lines,
                                         int64_t count, int64_t lanes);

} // namespace nascent::kernels

#endif // NASCENT_LIB_KERNELS_TRANSPOSEVECTORS_H
