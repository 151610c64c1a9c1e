//===- Passes.h - From loops to the LLVM dialect ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LOWERING_PASSES_H
#define NASCENT_LOWERING_PASSES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace nascent::lowering {

#define GEN_PASS_DECL
#include "nascent/Lowering/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "nascent/Lowering/Passes.h.inc"

} // namespace nascent::lowering

#endif // NASCENT_LOWERING_PASSES_H
