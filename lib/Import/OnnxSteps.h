//===- OnnxSteps.h - Nodes around recurrent operators -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What other operators do to a value whose batch is not its first dimension.
// Each returns false where the first operand is no such value; else the node's
// result is set, or the node refused.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_IMPORT_ONNXSTEPS_H
#define NASCENT_LIB_IMPORT_ONNXSTEPS_H

#include "OnnxCall.h"

namespace nascent {

/// The sizes of a value as its dimensions stand in the file.
OpenShape sizesInFile(const OnnxOperand &operand);
/// Whether all elements of a constant are 0.
bool areZeros(const OnnxConstant &constant);

/// States, (batch, directions, units), that an operand stands for whose batch
/// is behind the directions; null where it stands for something else, or after
/// a refusal.
ImportedValue *statesOf(OnnxCall &call, const OnnxOperand &operand);
/// The same of `StatesOfDirections` as the network's output.
ImportedValue *addStatesOutput(ImportedLayers &layers,
                               const OnnxOperand &operand);
/// `StepsOfDirections` and `StepsWithDirections` as the network's output.
ImportedValue *addStepsOutput(ImportedLayers &layers,
                              const OnnxOperand &operand);
/// Whether an input of the graph is nothing but states with which recurrent
/// operators begin. `isLive` says which nodes count.
bool isInitialState(const OnnxModel &model, llvm::StringRef name,
                    llvm::ArrayRef<bool> isLive);

/// Also of a value of rank 3 whose first two dimensions are exchanged.
bool transposeSteps(OnnxCall &call, llvm::ArrayRef<int64_t> dims);
bool squeezeDirections(OnnxCall &call, llvm::ArrayRef<int64_t> dims);
/// A dimension in front of a matrix, which becomes a state with which recurrent
/// operators begin, and nothing else.
bool unsqueezeStates(OnnxCall &call);
bool joinDirections(OnnxCall &call, llvm::ArrayRef<OpenSize> sizes);
bool concatDirections(OnnxCall &call, int64_t axis);
bool sliceDirections(OnnxCall &call, llvm::ArrayRef<int64_t> starts,
                     llvm::ArrayRef<int64_t> ends,
                     llvm::ArrayRef<int64_t> axes);
bool takeDirection(OnnxCall &call, int64_t axis, const OnnxConstant &index);

} // namespace nascent

#endif // NASCENT_LIB_IMPORT_ONNXSTEPS_H
