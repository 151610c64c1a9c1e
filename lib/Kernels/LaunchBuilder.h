//===- LaunchBuilder.h - The launch of one group ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_KERNELS_LAUNCHBUILDER_H
#define NASCENT_LIB_KERNELS_LAUNCHBUILDER_H

#include "LayerGroups.h"
#include "mlir/IR/IRMapping.h"
#include "nascent/Dialect/NN/IR/NNOps.h"

namespace nascent::kernels {

/// Builds the launch of one group.
class LaunchBuilder {
public:
  LaunchBuilder(LayerGroup &group, mlir::func::FuncOp function, unsigned index,
                const llvm::DenseMap<mlir::Operation *, unsigned> &positions)
      : group(group), function(function), index(index), positions(positions),
        builder(group.getEnd()), loc(group.root.front()->getLoc()),
        inside(group.root.begin(), group.root.end()) {}

  llvm::LogicalResult build();

private:
  /// Notes what the group needs: operations to be copied, values from
  /// elsewhere.
  llvm::LogicalResult collect();
  llvm::LogicalResult collectElementwise(mlir::linalg::GenericOp op,
                                         mlir::OpOperand *chained);
  llvm::LogicalResult read(mlir::Value value);
  /// Whether elementwise operations are computed in another shape than they
  /// were: in one dimension, in rows and columns, or as the root's matrix.
  bool changesShape() const { return group.isMerged || group.view; }
  /// An operand of an elementwise operation in that shape.
  mlir::Value toShape(mlir::Value value);
  /// The launch's value in the shape that others see.
  mlir::Value fromShape(mlir::Value value);
  /// What the root's last operation computes beside the group's value.
  mlir::ValueRange getOthers() const {
    return mlir::ValueRange(group.result.getDefiningOp()->getResults())
        .drop_front();
  }
  std::string chooseName();
  /// The value with its halo.
  mlir::Value emitHalo(mlir::OpBuilder &inner, mlir::Value value);
  void emitBody(nn::LaunchOp launch);
  mlir::Value
  emitElementwise(mlir::OpBuilder &inner, mlir::linalg::GenericOp op,
                  mlir::Value chained, mlir::OpOperand *chainedOperand,
                  mlir::IRMapping &mapping,
                  const llvm::DenseMap<mlir::Value, mlir::Value> &shaped);

  LayerGroup &group;
  mlir::func::FuncOp function;
  unsigned index;
  const llvm::DenseMap<mlir::Operation *, unsigned> &positions;
  mlir::OpBuilder builder;
  mlir::Location loc;
  /// The root's operations.
  llvm::SmallPtrSet<mlir::Operation *, 8> inside;
  llvm::SetVector<mlir::Operation *> copied;
  /// What the root reads as it is, what elementwise operations read in another
  /// shape, and parameters.
  llvm::SetVector<mlir::Value> ins, shapedIns, parameters;
};

} // namespace nascent::kernels

#endif // NASCENT_LIB_KERNELS_LAUNCHBUILDER_H
