//===- OnnxPositions.h - Nodes that keep steps and rows apart ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A node that computes each place of the first two dimensions by itself does
// the same whichever of steps and batch comes first.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_IMPORT_ONNXPOSITIONS_H
#define NASCENT_LIB_IMPORT_ONNXPOSITIONS_H

#include "OnnxCall.h"

namespace nascent {

/// Whether an input of the graph is sequences with their steps first: what a
/// recurrent operator reads, itself or behind nodes on positions. `isLive` says
/// which nodes count.
bool isSequence(const OnnxModel &model, llvm::StringRef name,
                llvm::ArrayRef<bool> isLive);

/// Whether the graph has a recurrent operator at all.
bool goesAlongSteps(const OnnxModel &model, llvm::ArrayRef<bool> isLive);

/// The operands of a node on positions that all have their steps first, for as
/// long as the node is imported: as if they had the batch first. Others stay as
/// they are.
class PositionsAsRows {
public:
  PositionsAsRows(const OnnxNode &node, llvm::StringMap<OnnxOperand> &operands);
  /// Gives operands, and with them the node's results, their order back.
  ~PositionsAsRows();

private:
  const OnnxNode &node;
  llvm::StringMap<OnnxOperand> &operands;
  bool areSteps;
};

} // namespace nascent

#endif // NASCENT_LIB_IMPORT_ONNXPOSITIONS_H
