//===- Passes.h - The target in the module ----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_TARGET_PASSES_H
#define NASCENT_TARGET_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace nascent {

#define GEN_PASS_DECL
#include "nascent/Target/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "nascent/Target/Passes.h.inc"

} // namespace nascent

#endif // NASCENT_TARGET_PASSES_H
