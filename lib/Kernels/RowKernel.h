//===- RowKernel.h - Kernels that reduce and map rows -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_KERNELS_ROWKERNEL_H
#define NASCENT_LIB_KERNELS_ROWKERNEL_H

#include "KernelEmitter.h"

namespace nascent::kernels {

/// Emits a fused layer without a contraction: for each row its reductions, then
/// vectors of its columns. Kernels of rank 1 are one row.
class RowKernel : KernelEmitter {
public:
  using KernelEmitter::KernelEmitter;

  /// Fails, after an error, on a body that is not one of those.
  llvm::LogicalResult emit(mlir::func::FuncOp kernel);

private:
  /// `row` is null where there are none.
  llvm::LogicalResult emitRow(mlir::Value row);
  /// One value a row: reduces the columns of `op` and remembers the scalar.
  llvm::LogicalResult reduce(mlir::linalg::GenericOp op, mlir::Value row);

  llvm::SmallVector<mlir::linalg::GenericOp> reductions;
};

} // namespace nascent::kernels

#endif // NASCENT_LIB_KERNELS_ROWKERNEL_H
