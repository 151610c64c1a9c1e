//===- OnnxPositions.h - Position-wise nodes --------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A node that computes each position of the first two dimensions by itself does
// the same whichever of steps and batch comes first.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_IMPORT_ONNXPOSITIONS_H
#define NASCENT_LIB_IMPORT_ONNXPOSITIONS_H

#include "OnnxCall.h"

namespace nascent {

/// Whether a recurrent operator reads its sequences with their steps first.
bool readsStepsFirst(const OnnxNode &node);

/// Whether an input of the graph is such sequences, itself or behind
/// position-wise nodes. `isLive` says which nodes count.
bool isSequence(const OnnxModel &model, llvm::StringRef name,
                llvm::ArrayRef<bool> isLive);

/// How operands and results of a node stand: steps first where the node is
/// position-wise and all operands do, else the batch first.
OnnxOrder orderOfRows(const OnnxNode &node,
                      const llvm::StringMap<OnnxOperand> &operands);

} // namespace nascent

#endif // NASCENT_LIB_IMPORT_ONNXPOSITIONS_H
