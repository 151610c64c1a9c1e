//===- Passes.h - The C interface in the module -----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_CINTERFACE_PASSES_H
#define NASCENT_CINTERFACE_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include "nascent/Dialect/NN/IR/NNAttributes.h"

namespace nascent {

#define GEN_PASS_DECL
#include "nascent/CInterface/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "nascent/CInterface/Passes.h.inc"

} // namespace nascent

#endif // NASCENT_CINTERFACE_PASSES_H
