//===- RecurrenceContract.h - What a recurrence's kernel is -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_KERNELS_RECURRENCECONTRACT_H
#define NASCENT_LIB_KERNELS_RECURRENCECONTRACT_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "nascent/Dialect/NN/IR/NNOps.h"

namespace nascent::kernels {

/// The recurrence that a kernel computes, or null.
nn::RecurrenceOp findRecurrence(mlir::func::FuncOp kernel);

/// The product that gives what a recurrence's steps hold; null where the kernel
/// reads those.
mlir::linalg::LinalgOp findInputProduct(nn::RecurrenceOp recurrence);

/// A kernel with a recurrence holds nothing else that is computed, but for the
/// product of one row's input, and stores
/// each of its results into an argument of its own; or, where sizes are
/// arguments, into what they show of it. Fails after an error.
llvm::LogicalResult verifyRecurrence(mlir::func::FuncOp kernel);

} // namespace nascent::kernels

#endif // NASCENT_LIB_KERNELS_RECURRENCECONTRACT_H
