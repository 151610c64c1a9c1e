//===- Cotangents.h - How the loss changes with each value ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The cotangent of a value has its shape: the derivative of the loss by each of
// its elements. Whoever uses the value adds to it, the last user first; once
// the value's own operation is reached, it is whole.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_GRADIENTS_COTANGENTS_H
#define NASCENT_LIB_GRADIENTS_COTANGENTS_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "llvm/ADT/DenseSet.h"

namespace nascent::gradients {

/// The cotangents of one function's values while it is walked backwards.
class Cotangents {
public:
  /// Emits by `builder`. Only values in `active` have a cotangent: those that
  /// depend on something that is trained.
  Cotangents(mlir::OpBuilder &builder,
             const llvm::DenseSet<mlir::Value> &active)
      : builder(builder), active(active) {}

  mlir::OpBuilder &getBuilder() { return builder; }
  bool isActive(mlir::Value value) const { return active.contains(value); }

  /// Adds `cotangent`, of the shape of `value`.
  void add(mlir::Value value, mlir::Value cotangent);
  /// Adds `cotangent`, of the shape of `slice`, to the part of its source that
  /// it takes.
  void addPart(mlir::tensor::ExtractSliceOp slice, mlir::Value cotangent);
  /// The sum of all; null where nothing has been added.
  mlir::Value take(mlir::Value value);
  /// Computes what nothing but a sum reads together with the sum: it need not
  /// be in memory. To be called once all uses are known, and nothing is taken
  /// any more.
  void fuseSums();

private:
  struct Part {
    mlir::tensor::ExtractSliceOp slice;
    mlir::Value cotangent;
  };
  /// The parts one after the other, where they are all of `value`, and do not
  /// overlap; else null.
  mlir::Value join(mlir::Value value, llvm::MutableArrayRef<Part> parts);
  mlir::Value pad(Part part);
  mlir::Value sum(mlir::Location loc, mlir::Value a, mlir::Value b);
  /// The same of what has been put together alike, part by part: phases of
  /// windows need not be in memory twice.
  mlir::Value sumParts(mlir::Location loc, mlir::Value a, mlir::Value b);

  mlir::OpBuilder &builder;
  const llvm::DenseSet<mlir::Value> &active;
  llvm::DenseMap<mlir::Value, mlir::Value> whole;
  llvm::DenseMap<mlir::Value, llvm::SmallVector<Part>> parts;
  llvm::SmallVector<mlir::linalg::GenericOp> sums;
};

/// Adds to the cotangents of what an operation reads, given that of what it
/// computes. Fails, after an error that names the layer, on what has no
/// derivative here.
llvm::LogicalResult propagate(mlir::OpResult result, mlir::Value cotangent,
                              Cotangents &cotangents);

/// The same of an operation of linalg.
llvm::LogicalResult propagateLinalg(mlir::linalg::LinalgOp op,
                                    mlir::Value cotangent,
                                    Cotangents &cotangents);

/// The same of a recurrence, of which the cotangent is that of the first state:
/// after every step, or with `last` after the last one.
llvm::LogicalResult propagateRecurrence(nn::RecurrenceOp op,
                                        mlir::Value cotangent,
                                        Cotangents &cotangents);

/// An error at `op`, by its layer where it is one's.
mlir::InFlightDiagnostic emitNoGradient(mlir::Operation *op);

/// `value` with so many elements more before and behind dimension `dim`, all of
/// them `outside`.
mlir::Value withMargins(mlir::OpBuilder &builder, mlir::Value value,
                        unsigned dim, int64_t before, int64_t after,
                        double outside = 0.0);

/// Marks what has been emitted as a kernel of its own, of the layer of `op`.
void nameGradient(mlir::Value result, mlir::Operation *op);

} // namespace nascent::gradients

#endif // NASCENT_LIB_GRADIENTS_COTANGENTS_H
