//===- KernelContract.h - What a kernel is ----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What passes may take for granted of kernels is checked here and nowhere else.
// The check fails after an error.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_KERNELS_KERNELCONTRACT_H
#define NASCENT_LIB_KERNELS_KERNELCONTRACT_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace nascent::kernels {

/// A kernel as `nascent-outline-kernels` makes it: it reads the buffers that
/// are its arguments as tensors, computes from them by linalg ops, and stores
/// one tensor into another argument, which a contraction may accumulate onto. A
/// recurrence stores several, each into an argument.
/// Two more arguments may be indices, as their roles say, its part and the
/// number of parts.
llvm::LogicalResult verifyKernel(mlir::func::FuncOp kernel);

/// What there is an emitter for: rows and vectors, whose rows are reduced;
/// contractions; recurrences; and anything else of which each element is
/// computed by itself.
enum class KernelKind { Rows, Contraction, Recurrence, Window };
KernelKind kindOf(mlir::func::FuncOp kernel);

/// The contraction that a kernel computes, or null: whatever sums up products,
/// and has columns that are in the second operand only.
mlir::linalg::LinalgOp findContraction(mlir::func::FuncOp kernel);

/// The op whose iterations are most of a kernel's work: its contraction, or
/// what its windows are reduced by; null in other kernels.
mlir::linalg::LinalgOp findReduction(mlir::func::FuncOp kernel);

} // namespace nascent::kernels

#endif // NASCENT_LIB_KERNELS_KERNELCONTRACT_H
