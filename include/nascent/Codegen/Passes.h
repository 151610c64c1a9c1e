//===- Passes.h - From resolved networks to loops ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_CODEGEN_PASSES_H
#define NASCENT_CODEGEN_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include "nascent/Codegen/WeightType.h"

namespace nascent::codegen {

#define GEN_PASS_DECL
#include "nascent/Codegen/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "nascent/Codegen/Passes.h.inc"

} // namespace nascent::codegen

#endif // NASCENT_CODEGEN_PASSES_H
