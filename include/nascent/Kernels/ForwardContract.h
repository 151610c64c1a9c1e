//===- ForwardContract.h - What a forward function is -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What passes may take for granted of forward functions, at each stage, is
// checked here and nowhere else. Each check fails after an error.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_KERNELS_FORWARDCONTRACT_H
#define NASCENT_KERNELS_FORWARDCONTRACT_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace nascent::kernels {

/// A forward function as `nascent-outline-kernels` makes it: its arguments are
/// the network's inputs and outputs, row-major buffers of f32. Its body is one
/// block, of allocations, parameters, views of them, and calls that take them.
llvm::LogicalResult verifyForward(mlir::func::FuncOp function);

/// The same once buffers are planned: before the inputs, as roles say, stands
/// the parameter buffer, behind the outputs scratch, both of the sizes that its
/// attributes say, and nothing is allocated.
llvm::LogicalResult verifyPlannedForward(mlir::func::FuncOp function);

/// A planned forward function of split kernels: it has as many steps as it
/// says, each the call of a kernel that computes a part of its work.
llvm::LogicalResult verifySplitForward(mlir::func::FuncOp function,
                                       const mlir::SymbolTable &symbols);

} // namespace nascent::kernels

#endif // NASCENT_KERNELS_FORWARDCONTRACT_H
