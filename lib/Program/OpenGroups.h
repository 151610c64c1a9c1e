//===- OpenGroups.h - What is in memory of open networks --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_PROGRAM_OPENGROUPS_H
#define NASCENT_LIB_PROGRAM_OPENGROUPS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/SetVector.h"

namespace nascent::program {

/// The operations of a network's function on tensors whose values need no
/// memory, for the one that reads them computes them element by element.
/// Whatever else is computed is a kernel's root, and has at most one reduction
/// among what is computed with it.
llvm::SetVector<mlir::Operation *> findInlined(mlir::func::FuncOp forward);

/// Whether `op` takes a part of a value of which dimensions are merged then,
/// for which it must be in memory by itself.
bool isStoredPart(mlir::Operation *op);

/// What `value` is in memory as: itself, or what it is a view of.
mlir::Value storedValue(mlir::Value value);

} // namespace nascent::program

#endif // NASCENT_LIB_PROGRAM_OPENGROUPS_H
