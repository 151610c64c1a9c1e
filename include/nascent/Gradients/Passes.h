//===- Passes.h - Networks that are trained ---------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_GRADIENTS_PASSES_H
#define NASCENT_GRADIENTS_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace nascent::gradients {

#define GEN_PASS_DECL
#include "nascent/Gradients/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "nascent/Gradients/Passes.h.inc"

} // namespace nascent::gradients

#endif // NASCENT_GRADIENTS_PASSES_H
