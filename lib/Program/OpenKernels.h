//===- OpenKernels.h - Kernels whose sizes are arguments --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_PROGRAM_OPENKERNELS_H
#define NASCENT_LIB_PROGRAM_OPENKERNELS_H

#include "OpenDims.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/SetVector.h"
#include <optional>

namespace nascent::program {

/// A function that computes a value of a network, or several that are one
/// operation's, and what it reads: values in memory, then parameters. Its
/// arguments are these, what it writes, and the open sizes of what it reads.
struct OutlinedKernel {
  mlir::func::FuncOp function;
  llvm::SetVector<mlir::Value> values, parameters, sizes;
};

/// The kernel that computes `root` and what is inlined into it; or, of a
/// concatenation, that puts operand `part` at its place; or, of what is in
/// memory already, as `isStored` says, that copies it. Sizes are those that
/// `dims` computes in `forward`.
OutlinedKernel
outlineOpenKernel(mlir::func::FuncOp forward, OpenDims &dims, mlir::Value root,
                  std::optional<unsigned> part, bool isStored,
                  const llvm::SetVector<mlir::Operation *> &inlined,
                  llvm::StringRef name, mlir::SymbolTable &symbols);

} // namespace nascent::program

#endif // NASCENT_LIB_PROGRAM_OPENKERNELS_H
