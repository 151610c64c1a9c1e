//===- Passes.h - Rows, buffers and entry points ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_PROGRAM_PASSES_H
#define NASCENT_PROGRAM_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace nascent::program {

#define GEN_PASS_DECL
#include "nascent/Program/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "nascent/Program/Passes.h.inc"

} // namespace nascent::program

#endif // NASCENT_PROGRAM_PASSES_H
