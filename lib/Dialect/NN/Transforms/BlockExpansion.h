//===- BlockExpansion.h - One network without its blocks --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_TRANSFORMS_BLOCKEXPANSION_H
#define NASCENT_DIALECT_NN_TRANSFORMS_BLOCKEXPANSION_H

#include "nascent/Dialect/NN/IR/NNOps.h"

namespace nascent::nn {

/// Puts the layers of all blocks of a network in their place, called by their
/// path, and narrows the types of values that become one. Returns how many
/// blocks there were. Where the two sides of a block's input or output disagree
/// or a tied block has a layer that cannot be tied, this is an error.
///
/// What the blocks name must exist, must not lead back to the network, and must
/// still be as it is written.
mlir::FailureOr<size_t> expandBlocks(SequentialOp network,
                                     mlir::SymbolTable &symbols);

} // namespace nascent::nn

#endif // NASCENT_DIALECT_NN_TRANSFORMS_BLOCKEXPANSION_H
