//===- StepCalls.h - Calls of kernels for parts of them ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What functions that run one part of one step have in common.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_PROGRAM_STEPCALLS_H
#define NASCENT_LIB_PROGRAM_STEPCALLS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/SymbolTable.h"

namespace nascent::program {

/// A part of a step, and of how many, as indices.
struct StepPart {
  mlir::Value step, part, parts;
};

/// Goes to where the part exists that the last three arguments of `function`
/// say. What follows there is done by nobody else.
StepPart emitPart(mlir::ImplicitLocOpBuilder &b, mlir::func::FuncOp function);

/// Has each of so many steps be what `emit` emits for its number. Others do
/// nothing.
void emitSwitch(mlir::ImplicitLocOpBuilder &b, mlir::Value step, int64_t steps,
                llvm::function_ref<void(int64_t)> emit);

/// Calls for `part` what `call` calls for all. `map` has the arguments of the
/// function that `call` is in.
void emitCall(mlir::OpBuilder &b, mlir::func::CallOp call, const StepPart &part,
              mlir::IRMapping map, const mlir::SymbolTable &symbols);

} // namespace nascent::program

#endif // NASCENT_LIB_PROGRAM_STEPCALLS_H
