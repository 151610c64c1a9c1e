//===- OpenContract.h - What kernels with open sizes are --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_KERNELS_OPENCONTRACT_H
#define NASCENT_LIB_KERNELS_OPENCONTRACT_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace nascent::kernels {

/// Fails, after an error, where `kernel`, which is one block, computes what
/// there is no code for where sizes are arguments.
llvm::LogicalResult verifyOpenKernel(mlir::func::FuncOp kernel);

} // namespace nascent::kernels

#endif // NASCENT_LIB_KERNELS_OPENCONTRACT_H
