//===- Passes.h - From an authored network to a resolved one ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_TRANSFORMS_PASSES_H
#define NASCENT_DIALECT_NN_TRANSFORMS_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include "nascent/Dialect/NN/IR/InitProfile.h"

namespace nascent::nn {

#define GEN_PASS_DECL
#include "nascent/Dialect/NN/Transforms/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "nascent/Dialect/NN/Transforms/Passes.h.inc"

} // namespace nascent::nn

#endif // NASCENT_DIALECT_NN_TRANSFORMS_PASSES_H
