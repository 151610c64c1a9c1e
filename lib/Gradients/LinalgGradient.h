//===- LinalgGradient.h - The gradient of one operand -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_GRADIENTS_LINALGGRADIENT_H
#define NASCENT_LIB_GRADIENTS_LINALGGRADIENT_H

#include "Cotangents.h"
#include "nascent/Support/ElementwiseBuilder.h"

namespace nascent::gradients {

/// What the gradient of one operand of an operation is computed from, and by
/// which loops: those of the operation.
struct Gradient {
  /// Of a product, `isWeight` says that the operand is what rows are multiplied
  /// with.
  Gradient(mlir::linalg::LinalgOp op, unsigned operand, mlir::Value cotangent,
           mlir::OpBuilder &builder, bool isWeight = false);

  /// Adds a source that is read by `map`; returns its place.
  unsigned add(mlir::Value value, mlir::AffineMap map) {
    values.push_back(value);
    maps.push_back(map);
    return values.size() - 1;
  }
  /// The operand, as `splitInput` has it seen.
  mlir::Value getInput() { return input; }
  /// How the operand is read.
  mlir::AffineMap getMap() const { return maps[firstInput + operand]; }
  /// Leaves loops of one iteration out of indices of groups of channels, as
  /// where each channel is a group: nothing slides there.
  void joinGroups(mlir::OpBuilder &builder);
  /// Has a dimension that is read by two loops of the result, all of one for
  /// each of the other, seen as two: the channels of groups.
  void splitInput(mlir::OpBuilder &builder);
  /// A gradient of what is seen so, as one of the operand.
  mlir::Value joinInput(mlir::OpBuilder &builder, mlir::Value value);
  /// Reverses loops by which the operand is read from its end.
  llvm::LogicalResult reverseLoops(mlir::OpBuilder &builder);
  /// Makes two of each loop whose quotient by a number is an index of the
  /// operand, as of (2·loop + 3) floordiv 4: the quotient and the rest. Fails,
  /// after an error, where that is not known.
  llvm::LogicalResult splitLoops(mlir::OpBuilder &builder);

  /// Has loops go on to the end of a table that sequences, which are shorter,
  /// read the first rows of.
  llvm::LogicalResult extendLoops(mlir::OpBuilder &builder);
  mlir::InFlightDiagnostic emitNoRule();

  mlir::linalg::LinalgOp op;
  unsigned operand;
  mlir::Value input;
  llvm::SmallVector<mlir::OpFoldResult> sizes;
  llvm::SmallVector<mlir::Value> values;
  llvm::SmallVector<mlir::AffineMap> maps;
  /// The index of each loop of the operation, by the loops there are now.
  llvm::SmallVector<mlir::AffineExpr> indices;
  /// Which dimensions `splitInput` has made of each; empty where it has not.
  llvm::SmallVector<mlir::ReassociationIndices> split;
  /// The places of the cotangent, of the inputs and of the result among them.
  unsigned cotangent, firstInput, result;
};

/// Emits what is added for one turn of the loops, from the elements of all
/// sources. `indexOf` is the index of a loop of the operation.
using IndexOf = llvm::function_ref<mlir::Value(unsigned loop)>;
using GradientBody = llvm::function_ref<llvm::FailureOr<mlir::Value>(
    ElementwiseBuilder &e, mlir::ValueRange elements, IndexOf indexOf)>;

/// Emits the loops: for each element of a tensor that is written by `written`,
/// distinct loops, the sum of `body` over all other loops.
llvm::FailureOr<mlir::Value> emitLoops(mlir::OpBuilder &builder,
                                       Gradient &gradient,
                                       mlir::AffineMap written,
                                       GradientBody body, IndexOf indexOf);

/// The gradient of an operand each of whose dimensions is that of one loop, or
/// of none.
llvm::FailureOr<mlir::Value> emitAtPlaces(mlir::OpBuilder &builder,
                                          Gradient &gradient, GradientBody body,
                                          IndexOf indexOf);

/// Whether `map` slides: some index is of several loops, or of every n-th
/// element.
bool isWindow(mlir::AffineMap map);

/// The gradient of an operand under a sliding window. `body` is linear in what
/// it reads by the window's places, and 0 where that is.
llvm::FailureOr<mlir::Value>
emitUnderWindow(mlir::OpBuilder &builder, Gradient gradient, GradientBody body);

} // namespace nascent::gradients

#endif // NASCENT_LIB_GRADIENTS_LINALGGRADIENT_H
