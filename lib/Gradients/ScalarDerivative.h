//===- ScalarDerivative.h - Derivatives of a linalg body --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What an elementwise operation computes of one element is a handful of scalar
// operations. Each has a rule here; the derivative of the whole is their chain,
// forwards, so that of a choice only the side that was taken counts, and an
// infinity of the other one never meets a zero.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_GRADIENTS_SCALARDERIVATIVE_H
#define NASCENT_LIB_GRADIENTS_SCALARDERIVATIVE_H

#include "mlir/IR/IRMapping.h"
#include "nascent/Support/ElementwiseBuilder.h"
#include "llvm/ADT/DenseMap.h"

namespace nascent::gradients {

/// The derivative of one scalar of a body by one of the body's arguments,
/// emitted into another body.
class ScalarDerivative {
public:
  /// `mapping` says what stands for the arguments of the old body, and may say
  /// so of other values of it, which are then not computed again.
  ScalarDerivative(ElementwiseBuilder &e, mlir::IRMapping &mapping,
                   mlir::BlockArgument argument)
      : e(e), mapping(mapping), argument(argument) {}

  /// ∂value/∂argument; null where that is 0. Fails, after an error at it, on an
  /// operation that has no rule.
  llvm::FailureOr<mlir::Value> get(mlir::Value value);

private:
  llvm::FailureOr<mlir::Value> derive(mlir::Operation *op);
  llvm::FailureOr<mlir::Value> deriveSelect(mlir::Operation *op);
  /// What the old body's value is in the new one, computed where it is not yet.
  mlir::Value primal(mlir::Value value);
  /// a·b, of which null is 0.
  mlir::Value times(mlir::Value a, mlir::Value b);
  mlir::Value plus(mlir::Value a, mlir::Value b);

  ElementwiseBuilder &e;
  mlir::IRMapping &mapping;
  mlir::BlockArgument argument;
  llvm::DenseMap<mlir::Value, mlir::Value> known;
};

/// A scalar of `body`, computed elsewhere: `mapping` says what stands for the
/// arguments of the body, and for what has been computed already.
mlir::Value copyScalar(mlir::OpBuilder &builder, mlir::Value value,
                       mlir::Block &body, mlir::IRMapping &mapping);

/// Whether `value` depends on `argument`.
bool dependsOn(mlir::Value value, mlir::BlockArgument argument);

} // namespace nascent::gradients

#endif // NASCENT_LIB_GRADIENTS_SCALARDERIVATIVE_H
