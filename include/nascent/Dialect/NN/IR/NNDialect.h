//===- NNDialect.h - The nn dialect -----------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_IR_NNDIALECT_H
#define NASCENT_DIALECT_NN_IR_NNDIALECT_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Dialect.h"

#include "nascent/Dialect/NN/IR/NNDialect.h.inc"

#endif // NASCENT_DIALECT_NN_IR_NNDIALECT_H
