//===- RecurrenceHalves.h - Steps with two products -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_GRADIENTS_RECURRENCEHALVES_H
#define NASCENT_LIB_GRADIENTS_RECURRENCEHALVES_H

#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "nascent/Conversion/NNToLinalg/LinalgBuilders.h"
#include "nascent/Dialect/NN/IR/NNOps.h"

namespace nascent::gradients {

/// A recurrence whose body is applied twice at each step, written as one of as
/// many steps as there are applications, and with one more state, which tells
/// them apart. So its gradient is that of any other.
class RecurrenceHalves {
public:
  RecurrenceHalves(nn::RecurrenceOp op, mlir::OpBuilder &builder)
      : op(op), b(op.getLoc(), builder),
        shape(nn::typeOf(op.getSteps().front()).getShape()) {}

  /// Puts that one in the place of this one.
  nn::RecurrenceOp replace();
  /// The cotangent of the halves' states, of that of the steps'.
  mlir::Value toHalves(mlir::Value cotangent);
  /// The cotangent of the steps' inputs, of that of the halves': a sum of two.
  mlir::Value toSteps(mlir::Value cotangent);

private:
  nn::RecurrenceOp create(mlir::Value steps, mlir::ValueRange initial,
                          mlir::Value lengths, mlir::TypeRange types);
  /// Of (batch, step, element), the same with another step.
  mlir::AffineMap mapOf(mlir::AffineExpr step);
  /// Which half of two, in the order of the sequence, is computed last.
  int64_t second() { return op.getReverse() ? 0 : 1; }

  nn::RecurrenceOp op;
  mlir::ImplicitLocOpBuilder b;
  /// Of the steps, (batch, length, values·units).
  llvm::SmallVector<int64_t> shape;
};

} // namespace nascent::gradients

#endif // NASCENT_LIB_GRADIENTS_RECURRENCEHALVES_H
