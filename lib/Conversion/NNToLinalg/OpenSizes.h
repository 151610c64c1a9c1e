//===- OpenSizes.h - Sizes that are arguments -------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_CONVERSION_NNTOLINALG_OPENSIZES_H
#define NASCENT_LIB_CONVERSION_NNTOLINALG_OPENSIZES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "nascent/Dialect/NN/IR/NNOps.h"

namespace nascent::nn {

/// Says on `forward`, what `network` has become, which sizes are open, and adds
/// `@<network>.fits`, of which it is a function whether they do. Fails, after
/// an error, where no sizes fit.
llvm::LogicalResult declareOpenSizes(SequentialOp network,
                                     mlir::func::FuncOp forward,
                                     mlir::SymbolTable &symbols);

} // namespace nascent::nn

#endif // NASCENT_LIB_CONVERSION_NNTOLINALG_OPENSIZES_H
