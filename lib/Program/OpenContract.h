//===- OpenContract.h - What lowering open networks needs -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_PROGRAM_OPENCONTRACT_H
#define NASCENT_LIB_PROGRAM_OPENCONTRACT_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/SymbolTable.h"

namespace nascent::program {

/// Fails, after an error, where `forward` is not what `convert-nn-to-linalg`
/// makes of a network with open sizes.
llvm::LogicalResult verifyOpenForward(mlir::func::FuncOp forward,
                                      const mlir::SymbolTable &symbols);

} // namespace nascent::program

#endif // NASCENT_LIB_PROGRAM_OPENCONTRACT_H
