//===- SgdStep.h - Plain steps of sgd ---------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_PROGRAM_SGDSTEP_H
#define NASCENT_LIB_PROGRAM_SGDSTEP_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "nascent/CInterface/NetworkInterface.h"

namespace nascent::program {

/// What a step needs of scratch: its hyperparameters, then gradients.
int64_t sgdStepBytes(const NetworkInterface &network);
/// The gradients in it, from the byte `start` of scratch on.
mlir::Value sgdStepGradients(mlir::ImplicitLocOpBuilder &b, mlir::Value scratch,
                             int64_t start, mlir::Type type);

/// Emits a call of the network's step of sgd, without momentum and decay, by
/// what lies in scratch from the byte `start` on. Fails, after an error at
/// `origin`, where there is no such function.
llvm::LogicalResult emitSgdStep(mlir::ImplicitLocOpBuilder &b,
                                const NetworkInterface &network,
                                mlir::func::FuncOp origin,
                                mlir::SymbolTable &symbols,
                                mlir::Value parameters, mlir::Value rate,
                                mlir::Value scratch, int64_t start);

} // namespace nascent::program

#endif // NASCENT_LIB_PROGRAM_SGDSTEP_H
