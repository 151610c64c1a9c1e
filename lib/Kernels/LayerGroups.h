//===- LayerGroups.h - Which operations become one kernel -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A group is a root and the elementwise operations that follow it. A root is
// what one layer has become: a contraction, a chain of reductions such as
// softmax, or something elementwise. Which operations are one layer's is known
// by the layer's name on them, which kernels need anyway to be called by it.
// What uses what would not say it: two softmaxes of one value, or a chain whose
// intermediate value serves another layer, are connected as one is.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_KERNELS_LAYERGROUPS_H
#define NASCENT_LIB_KERNELS_LAYERGROUPS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace nascent::kernels {

/// An elementwise operation in a group.
struct Member {
  mlir::linalg::GenericOp op;
  /// The operand that the group has computed.
  mlir::OpOperand *chained;
};

struct LayerGroup {
  /// The root's operations, in their order.
  llvm::SmallVector<mlir::Operation *> root;
  /// The one value of the root that others see.
  mlir::Value result;
  /// The view through which they see it, where it is one; else null.
  mlir::Operation *view = nullptr;
  /// Whether the root is elementwise, and nothing else.
  bool isElementwise = false;
  /// Whether it is, and nothing in the group is by column, so that it is
  /// computed in one dimension, or in two where rows of its values may lie
  /// apart, since they are parts of others. In more, rows would not be equally
  /// far apart: then it is computed as it is.
  bool isMerged = false;
  /// In the latter case, the first dimension of a row. 0 elsewhere.
  int64_t split = 0;
  llvm::SmallVector<Member> members;
  /// What surrounds the value in memory; null where nothing does.
  mlir::tensor::PadOp halo;
  /// What stores the value in panels; null where it is stored as it is.
  mlir::linalg::PackOp pack;

  /// The operation at which everything that the group reads is there.
  mlir::Operation *getLast() const {
    return members.empty() ? root.back() : members.back().op;
  }
  /// The operation that computes what others see.
  mlir::Operation *getEnd() const {
    mlir::linalg::PackOp end = pack;
    return end ? end.getOperation() : getLast();
  }
};

/// The groups of a function, ordered by their roots. Fails, after an error,
/// where a layer's operations have more than one value that others see, or
/// something is packed that is no contraction's.
llvm::FailureOr<llvm::SmallVector<LayerGroup, 0>>
groupLayers(mlir::func::FuncOp function);

} // namespace nascent::kernels

#endif // NASCENT_LIB_KERNELS_LAYERGROUPS_H
