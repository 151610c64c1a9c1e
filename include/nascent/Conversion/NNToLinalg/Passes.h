//===- Passes.h - Networks to functions -------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_CONVERSION_NNTOLINALG_PASSES_H
#define NASCENT_CONVERSION_NNTOLINALG_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"

namespace nascent::nn {

#define GEN_PASS_DECL
#include "nascent/Conversion/NNToLinalg/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "nascent/Conversion/NNToLinalg/Passes.h.inc"

} // namespace nascent::nn

#endif // NASCENT_CONVERSION_NNTOLINALG_PASSES_H
