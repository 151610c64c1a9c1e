//===- LayerRules.h - What layers of several families share -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_DIALECT_NN_LAYERS_LAYERRULES_H
#define NASCENT_LIB_DIALECT_NN_LAYERS_LAYERRULES_H

#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Dialect/NN/IR/WindowLayer.h"

namespace nascent::nn {

/// Fails, after an error, where the input of a layer of windows, with what its
/// kernels read around it, is larger than memory can be.
llvm::LogicalResult verifyPadded(const Shape &x, llvm::ArrayRef<Window> windows,
                                 bool transposed, EmitError emitError);

/// Relates a spatial dimension of a layer's input to that of its output, one
/// element for each place of the window. From the output only where one input
/// fits, at stride 1.
llvm::LogicalResult relateWindow(Shape &x, Shape &y, unsigned dim,
                                 const Window &window, llvm::StringRef layer,
                                 mlir::Location loc, EmitError emitError);

/// Relates a spatial dimension of a layer's input to that of its output, which
/// is `factor` times as large and `extra` larger. `how` says what the layer
/// does to sizes.
llvm::LogicalResult relateScaled(Shape &x, Shape &y, unsigned dim,
                                 int64_t factor, int64_t extra,
                                 llvm::StringRef how, EmitError emitError);

/// A dimension as users count it, from the last one on where negative: its
/// place in a value of `rank`. Fails, after an error, where it has none, or is
/// the batch, which every layer passes on as it is.
llvm::FailureOr<unsigned> resolveAxis(int64_t axis, unsigned rank,
                                      EmitError emitError);

/// Relates the batch of a layer's input to lengths of its rows.
llvm::LogicalResult relateLengths(Shape &x, Shape &lengths,
                                  EmitError emitError);

/// Fails, after an error, unless input and output are a batch of images: of a
/// rank that `spatialDims` gives.
llvm::LogicalResult verifyImages(const LayerShapes &shapes,
                                 unsigned spatialDims, EmitError emitError);

/// The same, with one spatial dimension or more: the rank of both ends.
llvm::FailureOr<unsigned> verifyImages(const LayerShapes &shapes,
                                       EmitError emitError);

/// Relates the first `count` dimensions of two shapes, which are the same.
llvm::LogicalResult relateFirst(Shape &x, Shape &y, unsigned count,
                                EmitError emitError);

/// The rule of every layer that keeps the batch and the channels of images.
llvm::LogicalResult relateBatchAndChannels(LayerShapes &shapes,
                                           EmitError emitError);

/// "(3, 5)" as PyTorch shows a tuple, and "(3,)" one of one number.
std::string tuple(llvm::ArrayRef<int64_t> values);

/// Where a number comes from that a layer has made of one from `origin`. A long
/// way is not told in full.
Origin derived(const Origin &origin, llvm::StringRef how);

/// The input of a layer that changes nothing, once inference has given both
/// ends the same type.
template <typename LayerOp>
mlir::Value inputIfSameType(LayerOp op) {
  return op.getInput().getType() == op.getType() ? op.getInput()
                                                 : mlir::Value();
}

} // namespace nascent::nn

#endif // NASCENT_LIB_DIALECT_NN_LAYERS_LAYERRULES_H
