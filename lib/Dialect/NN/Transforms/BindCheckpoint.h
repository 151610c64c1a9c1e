//===- BindCheckpoint.h - Shapes of parameters from a file ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_DIALECT_NN_TRANSFORMS_BINDCHECKPOINT_H
#define NASCENT_LIB_DIALECT_NN_TRANSFORMS_BINDCHECKPOINT_H

#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Support/Binding.h"

namespace nascent::nn {

/// Gives the parameters of `network` the shapes of the tensors in the file that
/// `binding` names. Fails after an error for each that does not fit.
llvm::LogicalResult bindCheckpoint(SequentialOp network,
                                   const Binding &binding);

} // namespace nascent::nn

#endif // NASCENT_LIB_DIALECT_NN_TRANSFORMS_BINDCHECKPOINT_H
