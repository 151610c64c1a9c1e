//===- Passes.h - Kernels, from groups to loops -----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_KERNELS_PASSES_H
#define NASCENT_KERNELS_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace nascent::kernels {

#define GEN_PASS_DECL
#include "nascent/Kernels/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "nascent/Kernels/Passes.h.inc"

} // namespace nascent::kernels

#endif // NASCENT_KERNELS_PASSES_H
