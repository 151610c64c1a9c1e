//===- TraceSizes.h - Where the sizes of values come from -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_KERNELS_TRACESIZES_H
#define NASCENT_LIB_KERNELS_TRACESIZES_H

#include "mlir/IR/Value.h"

namespace nascent::kernels {

/// Has whoever asks `value` for a size ask where that comes from, so that it is
/// not needed for its size alone.
void traceSizes(mlir::Value value);

} // namespace nascent::kernels

#endif // NASCENT_LIB_KERNELS_TRACESIZES_H
