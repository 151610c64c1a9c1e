//===- Passes.h - Parameters, places and functions --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_PARAMETERS_PASSES_H
#define NASCENT_PARAMETERS_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include "nascent/Parameters/WeightType.h"

namespace nascent::parameters {

#define GEN_PASS_DECL
#include "nascent/Parameters/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "nascent/Parameters/Passes.h.inc"

} // namespace nascent::parameters

#endif // NASCENT_PARAMETERS_PASSES_H
