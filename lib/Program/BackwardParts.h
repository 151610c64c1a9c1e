//===- BackwardParts.h - What computes outputs, what gradients --*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_PROGRAM_BACKWARDPARTS_H
#define NASCENT_LIB_PROGRAM_BACKWARDPARTS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/SymbolTable.h"

namespace nascent::program {

/// What a call of a kernel is for: for outputs, and what gradients need of the
/// inputs; for gradients of parameters; for gradients of inputs alone.
enum class Part { Forward, Parameters, Inputs };

/// The parts of the calls of `function`, in their order, by what is read and
/// written of which buffer. `outputGradients` are the arguments that gradients
/// begin with, `outputs` those that the caller has before: an error where one
/// of these is computed later.
mlir::FailureOr<llvm::SmallVector<Part>>
findParts(mlir::func::FuncOp function, mlir::ArrayRef<unsigned> outputGradients,
          mlir::ArrayRef<unsigned> outputs, mlir::SymbolTable &symbols);

} // namespace nascent::program

#endif // NASCENT_LIB_PROGRAM_BACKWARDPARTS_H
