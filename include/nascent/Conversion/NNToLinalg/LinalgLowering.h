//===- LinalgLowering.h - How a layer computes ------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_CONVERSION_NNTOLINALG_LINALGLOWERING_H
#define NASCENT_CONVERSION_NNTOLINALG_LINALGLOWERING_H

#include "mlir/IR/DialectRegistry.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/OpDefinition.h"

#include "nascent/Conversion/NNToLinalg/LinalgLowering.h.inc"

namespace nascent::nn {

/// Attaches every layer's lowering to linalg.
void registerLinalgLoweringModels(mlir::DialectRegistry &registry);

} // namespace nascent::nn

#endif // NASCENT_CONVERSION_NNTOLINALG_LINALGLOWERING_H
