//===- InPlace.h - Values that are computed where others are ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A parameter is updated in its own buffer. That needs each element to be
// computed from the one at its own place, if from any: what other elements were
// is then no longer known.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_KERNELS_INPLACE_H
#define NASCENT_KERNELS_INPLACE_H

#include "mlir/IR/Value.h"

namespace nascent::kernels {

/// Whether a kernel that stores its result where `tensor` is reads each element
/// of it only for the one at its own place: elementwise operations read it, or
/// a reduction accumulates onto it, and elementwise ones what these compute.
bool isReadInPlace(mlir::Value tensor);

/// Whether it is what a reduction accumulates onto, and nothing else.
bool isAccumulatedOnto(mlir::Value tensor);

} // namespace nascent::kernels

#endif // NASCENT_KERNELS_INPLACE_H
