//===- LinalgBuilders.h - What lowerings are made of ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_CONVERSION_NNTOLINALG_LINALGBUILDERS_H
#define NASCENT_LIB_CONVERSION_NNTOLINALG_LINALGBUILDERS_H

#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "nascent/Dialect/NN/IR/WindowLayer.h"

namespace nascent::nn {

/// A number of type f32.
mlir::Value constant(mlir::OpBuilder &builder, mlir::Location loc,
                     double value);

/// A tensor of `shape` without values; sizes that are open are those of `like`.
mlir::Value emptyLike(mlir::OpBuilder &builder, mlir::Location loc,
                      mlir::Value like, llvm::ArrayRef<int64_t> shape);

/// The same, with `value` everywhere.
mlir::Value filled(mlir::OpBuilder &builder, mlir::Location loc,
                   mlir::Value like, llvm::ArrayRef<int64_t> shape,
                   double value);

/// What is computed of one element of each operand.
using Body = llvm::function_ref<mlir::Value(mlir::ImplicitLocOpBuilder &,
                                            mlir::ValueRange elements)>;

/// body(elements of the inputs) for each element of the first input's shape;
/// a further input may be a vector of one value a row.
mlir::Value elementwise(mlir::OpBuilder &builder, mlir::Location loc,
                        mlir::ValueRange inputs, Body body);

/// The columns of a matrix reduced to one value a row, starting from `initial`:
/// body({elements of the inputs…, accumulator}).
mlir::Value reduceRows(mlir::OpBuilder &builder, mlir::Location loc,
                       mlir::ValueRange inputs, double initial, Body body);

/// `value` as `type`, which has more dimensions; open ones are those of `like`.
mlir::Value expand(mlir::OpBuilder &builder, mlir::Location loc,
                   mlir::Value value, mlir::RankedTensorType type,
                   llvm::ArrayRef<mlir::ReassociationIndices> groups,
                   mlir::Value like);

/// A value as a matrix: all its dimensions but the last are rows, and a vector
/// is one row.
mlir::Value toMatrix(mlir::OpBuilder &builder, mlir::Location loc,
                     mlir::Value value);

/// A matrix as a value of `type`, whose rows are those of `input`.
mlir::Value fromMatrix(mlir::OpBuilder &builder, mlir::Location loc,
                       mlir::Value matrix, mlir::RankedTensorType type,
                       mlir::Value input);

/// A value of (batch, spatial…, channels) with the padding of `windows`, filled
/// with `value`.
mlir::Value padWindows(mlir::OpBuilder &builder, mlir::Location loc,
                       mlir::Value input, llvm::ArrayRef<Window> windows,
                       double value);

} // namespace nascent::nn

#endif // NASCENT_LIB_CONVERSION_NNTOLINALG_LINALGBUILDERS_H
