//===- Reorder.h - Values in another order ----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_CONVERSION_NNTOLINALG_REORDER_H
#define NASCENT_LIB_CONVERSION_NNTOLINALG_REORDER_H

#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "nascent/Dialect/NN/IR/NNOps.h"

namespace nascent::nn {

/// `input`, a value as it is stored, in the order of `op`: a transpose, or only
/// a view where there is one channel or one spatial position.
mlir::Value lowerReorder(ReorderOp op, mlir::ImplicitLocOpBuilder &b,
                         mlir::Value input);

} // namespace nascent::nn

#endif // NASCENT_LIB_CONVERSION_NNTOLINALG_REORDER_H
