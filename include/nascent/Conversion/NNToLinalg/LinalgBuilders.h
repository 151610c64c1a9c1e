//===- LinalgBuilders.h - What lowerings are made of ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_CONVERSION_NNTOLINALG_LINALGBUILDERS_H
#define NASCENT_CONVERSION_NNTOLINALG_LINALGBUILDERS_H

#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "nascent/Dialect/NN/IR/WindowLayer.h"
#include "nascent/Support/ElementwiseBuilder.h"

namespace nascent::nn {

/// The type of a tensor.
inline mlir::RankedTensorType typeOf(mlir::Value value) {
  return llvm::cast<mlir::RankedTensorType>(value.getType());
}

/// A number of type f32.
mlir::Value constant(mlir::ImplicitLocOpBuilder &b, double value);

/// 0 where x < 0, else x.
mlir::Value relu(ElementwiseBuilder &e, mlir::Value x);

/// 1 / (1 + e⁻ˣ).
mlir::Value sigmoid(ElementwiseBuilder &e, mlir::Value x);

/// x, but no less than `min` and no more than `max`.
mlir::Value clamp(ElementwiseBuilder &e, mlir::Value x, float min, float max);

using Sizes = llvm::SmallVector<mlir::OpFoldResult>;

/// `shape`, of which sizes that are open are those of `like`.
Sizes sizesLike(mlir::ImplicitLocOpBuilder &b, mlir::Value like,
                llvm::ArrayRef<int64_t> shape);

/// A size that follows from those of `values`, which the names in `size` stand
/// for: a name's index is its place in `values`.
mlir::Value emitSize(mlir::ImplicitLocOpBuilder &b, const SizeExpr &size,
                     mlir::ValueRange values);

/// The sizes of a value of `type`, (batch, places…, more…), whose places are
/// those of `windows` on `input`; whatever else is open is as in `input`.
Sizes sizesOfPlaces(mlir::ImplicitLocOpBuilder &b, mlir::Value input,
                    llvm::ArrayRef<Window> windows,
                    llvm::ArrayRef<int64_t> shape);

/// Whether an index of a row is below the row's length, an element of lengths.
mlir::Value isWithin(mlir::ImplicitLocOpBuilder &b, mlir::Value index,
                     mlir::Value length);

/// How many elements `value` has along `dims` in all, as f32.
mlir::Value countOf(mlir::ImplicitLocOpBuilder &b, mlir::Value value,
                    llvm::ArrayRef<unsigned> dims);

/// A tensor of `sizes` without values.
mlir::Value emptyOf(mlir::ImplicitLocOpBuilder &b,
                    llvm::ArrayRef<mlir::OpFoldResult> sizes);

/// The same, with `value` everywhere.
mlir::Value filledOf(mlir::ImplicitLocOpBuilder &b,
                     llvm::ArrayRef<mlir::OpFoldResult> sizes, double value);

/// A tensor of `shape` without values; sizes that are open are those of `like`.
mlir::Value emptyLike(mlir::ImplicitLocOpBuilder &b, mlir::Value like,
                      llvm::ArrayRef<int64_t> shape);

/// The same, with `value` everywhere.
mlir::Value filled(mlir::ImplicitLocOpBuilder &b, mlir::Value like,
                   llvm::ArrayRef<int64_t> shape, double value);

/// What is computed of one element of each operand.
using Body = llvm::function_ref<mlir::Value(mlir::ImplicitLocOpBuilder &,
                                            mlir::ValueRange elements)>;

/// body(elements of the inputs) for each element of the first input's shape,
/// each input being read by its map of that one's dimensions.
mlir::Value elementwise(mlir::ImplicitLocOpBuilder &b, mlir::ValueRange inputs,
                        llvm::ArrayRef<mlir::AffineMap> maps, Body body);

/// The same, each input having the first one's shape, or one value for each of
/// its first dimensions.
mlir::Value elementwise(mlir::ImplicitLocOpBuilder &b, mlir::ValueRange inputs,
                        Body body);

/// Zeros of the shape of `value`.
mlir::Value zerosLike(mlir::ImplicitLocOpBuilder &b, mlir::Value value);

/// The dimensions `reduced` of the first input reduced, starting from
/// `initial`: body({elements of the inputs…, accumulator}), each input being
/// read by its map of the first one's dimensions.
mlir::Value reduce(mlir::ImplicitLocOpBuilder &b, mlir::ValueRange inputs,
                   llvm::ArrayRef<mlir::AffineMap> maps,
                   llvm::ArrayRef<unsigned> reduced, double initial, Body body);

/// Products of `first` and `second` added onto `init`, which `maps` index in
/// this order: what is written nowhere is summed over.
mlir::Value sumOfProducts(mlir::ImplicitLocOpBuilder &b, mlir::Value first,
                          mlir::Value second, mlir::Value init,
                          llvm::ArrayRef<mlir::AffineMap> maps);

/// The rows of a table whose places are in `indices`, as words.
mlir::Value lookUp(mlir::ImplicitLocOpBuilder &b, mlir::Value indices,
                   mlir::Value table);

/// body(elements of the inputs where `maps` say) for each element of a tensor
/// of `sizes`.
mlir::Value mapElements(mlir::ImplicitLocOpBuilder &b, mlir::ValueRange inputs,
                        llvm::ArrayRef<mlir::AffineMap> maps,
                        llvm::ArrayRef<mlir::OpFoldResult> sizes, Body body);

/// The same of a tensor of `shape`, whose open sizes are those of the first
/// input.
mlir::Value mapElements(mlir::ImplicitLocOpBuilder &b, mlir::ValueRange inputs,
                        llvm::ArrayRef<mlir::AffineMap> maps,
                        llvm::ArrayRef<int64_t> shape, Body body);

/// The columns of a matrix reduced to one value a row, starting from `initial`:
/// body({elements of the inputs…, accumulator}).
mlir::Value reduceRows(mlir::ImplicitLocOpBuilder &b, mlir::ValueRange inputs,
                       double initial, Body body);

/// matrix·weightᵀ, onto `bias` in each row, which may be null.
mlir::Value dense(mlir::ImplicitLocOpBuilder &b, mlir::Value matrix,
                  mlir::Value weight, mlir::Value bias);

/// The greatest element of each row of a matrix, which exponentials are
/// computed less.
mlir::Value maximumOfRows(mlir::ImplicitLocOpBuilder &b, mlir::Value x);

/// Σ e^(x − maximum) of each row of a matrix.
mlir::Value sumOfExponentials(mlir::ImplicitLocOpBuilder &b, mlir::Value x,
                              mlir::Value maximum);

/// The softmax of each row of a matrix, as attention needs it; -∞ is what is
/// left out of a row where it is masked.
mlir::Value weightsOfScores(mlir::ImplicitLocOpBuilder &b, mlir::Value scores,
                            bool isMasked);

/// `value` as `type`, which has more dimensions; open ones are those of `like`
/// at the same places.
mlir::Value expand(mlir::ImplicitLocOpBuilder &b, mlir::Value value,
                   mlir::RankedTensorType type,
                   llvm::ArrayRef<mlir::ReassociationIndices> groups,
                   mlir::Value like);

/// A value as a matrix: its last `columns` dimensions are columns, all others
/// are rows, and a vector is one row.
mlir::Value toMatrix(mlir::ImplicitLocOpBuilder &b, mlir::Value value,
                     unsigned columns = 1);

/// A matrix as a value of `type`, whose rows are those of `input`.
mlir::Value fromMatrix(mlir::ImplicitLocOpBuilder &b, mlir::Value matrix,
                       mlir::RankedTensorType type, mlir::Value input,
                       unsigned columns = 1);

/// All dimensions of a value behind the batch as one; 1 where there are none.
mlir::Value mergeBehindBatch(mlir::ImplicitLocOpBuilder &b, mlir::Value value);

/// The dimension behind the batch as those of `shape`, all but its first.
mlir::Value splitBehindBatch(mlir::ImplicitLocOpBuilder &b, mlir::Value value,
                             llvm::ArrayRef<int64_t> shape);

/// `value`, its dimensions in the order that `permutation` says.
mlir::Value transpose(mlir::ImplicitLocOpBuilder &b, mlir::Value value,
                      llvm::ArrayRef<int64_t> permutation);

/// A value whose dimension `dim` is two: that of groups, and that of what is in
/// one.
mlir::Value splitGroups(mlir::ImplicitLocOpBuilder &b, mlir::Value value,
                        int64_t dim, int64_t groups);

/// A value of `type`, whose last dimension has been two.
mlir::Value mergeGroups(mlir::ImplicitLocOpBuilder &b, mlir::Value value,
                        mlir::RankedTensorType type);

/// A value of (batch, spatial…, channels) with the padding of `windows`, filled
/// with `value`.
mlir::Value padWindows(mlir::ImplicitLocOpBuilder &b, mlir::Value input,
                       llvm::ArrayRef<Window> windows, double value);

} // namespace nascent::nn

#endif // NASCENT_CONVERSION_NNTOLINALG_LINALGBUILDERS_H
