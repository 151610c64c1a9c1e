//===- LoweredFunctions.h - What kernels and callers share ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Between `nascent-outline-kernels` and the LLVM dialect there are two kinds of
// functions of ours: forward functions, one a network (ForwardContract.h), and
// the kernels that they call (KernelContract.h). This is what both contracts
// are made of.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_KERNELS_LOWEREDFUNCTIONS_H
#define NASCENT_LIB_KERNELS_LOWEREDFUNCTIONS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace nascent::kernels {

/// Whether all sizes are numbers, and none of them 0.
bool hasKnownSizes(mlir::ShapedType type);

/// Whether `type` has known sizes, and bytes that can be counted.
bool isSized(mlir::ShapedType type);

/// Whether parameters and values may be of such elements.
bool isStored(mlir::Type element);

/// Whether `type` is a buffer that kernels may have: of known size, in memory
/// as it is everywhere, all of it with addresses.
bool isBuffer(mlir::Type type);

/// Whether no two elements of a buffer with known distances share a place, as
/// far as its rows are concerned: each begins behind the one before it.
bool hasOwnElements(mlir::MemRefType type);

/// Whether it is one of a network's input, output or hidden value.
bool isValueBuffer(mlir::Type type);

/// Fails, after an error, on a function that returns something or has more than
/// one block. `what` the function is: "a kernel".
llvm::LogicalResult verifyOneBlock(mlir::func::FuncOp function,
                                   llvm::StringRef what);

} // namespace nascent::kernels

#endif // NASCENT_LIB_KERNELS_LOWEREDFUNCTIONS_H
