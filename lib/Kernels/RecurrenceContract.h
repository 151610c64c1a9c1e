//===- RecurrenceContract.h - What a recurrence's kernel is -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_KERNELS_RECURRENCECONTRACT_H
#define NASCENT_LIB_KERNELS_RECURRENCECONTRACT_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "nascent/Dialect/NN/IR/NNOps.h"

namespace nascent::kernels {

/// The recurrence that a kernel computes, or null.
nn::RecurrenceOp findRecurrence(mlir::func::FuncOp kernel);

/// A kernel with a recurrence holds nothing else that is computed, and stores
/// each of its results into an argument of its own; or, where sizes are
/// arguments, into what they show of it. Fails after an error.
llvm::LogicalResult verifyRecurrence(mlir::func::FuncOp kernel);

} // namespace nascent::kernels

#endif // NASCENT_LIB_KERNELS_RECURRENCECONTRACT_H
