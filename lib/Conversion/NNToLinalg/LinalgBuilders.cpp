//===- LinalgBuilders.cpp - What lowerings are made of --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LinalgBuilders.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace nascent::nn {

Value constant(OpBuilder &builder, Location loc, double value) {
  return arith::ConstantOp::create(builder, loc,
                                   builder.getF32FloatAttr(value));
}

Value emptyLike(OpBuilder &builder, Location loc, Value like,
                ArrayRef<int64_t> shape) {
  SmallVector<Value> sizes;
  for (auto [dim, size] : llvm::enumerate(shape))
    if (ShapedType::isDynamic(size))
      sizes.push_back(tensor::DimOp::create(builder, loc, like, dim));
  return tensor::EmptyOp::create(builder, loc, shape, builder.getF32Type(),
                                 sizes);
}

Value filled(OpBuilder &builder, Location loc, Value like,
             ArrayRef<int64_t> shape, double value) {
  Value scalar = constant(builder, loc, value);
  return linalg::FillOp::create(builder, loc, scalar,
                                emptyLike(builder, loc, like, shape))
      .getResult(0);
}

Value elementwise(OpBuilder &builder, Location loc, ValueRange inputs,
                  ArrayRef<AffineMap> maps, Body body) {
  auto type = cast<RankedTensorType>(inputs[0].getType());
  unsigned rank = type.getRank();
  SmallVector<AffineMap> all(maps);
  all.push_back(builder.getMultiDimIdentityMap(rank));
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::parallel);
  auto generic = linalg::GenericOp::create(
      builder, loc, type, inputs,
      emptyLike(builder, loc, inputs[0], type.getShape()), all, iterators,
      [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
        ImplicitLocOpBuilder b(nestedLoc, nested);
        linalg::YieldOp::create(b, body(b, arguments.drop_back()));
      });
  return generic.getResult(0);
}

/// Of each input: those of the first one's dimensions that it has.
static SmallVector<AffineMap> majorMaps(OpBuilder &builder, ValueRange inputs) {
  auto rankOf = [](Value value) {
    return cast<RankedTensorType>(value.getType()).getRank();
  };
  int64_t rank = rankOf(inputs[0]);
  AffineMap identity = builder.getMultiDimIdentityMap(rank);
  return llvm::map_to_vector(inputs, [&](Value input) {
    return rankOf(input) == rank ? identity
                                 : identity.getMajorSubMap(rankOf(input));
  });
}

Value elementwise(OpBuilder &builder, Location loc, ValueRange inputs,
                  Body body) {
  return elementwise(builder, loc, inputs, majorMaps(builder, inputs), body);
}

Value reduce(OpBuilder &builder, Location loc, ValueRange inputs,
             ArrayRef<AffineMap> maps, ArrayRef<unsigned> reduced,
             double initial, Body body) {
  auto type = cast<RankedTensorType>(inputs[0].getType());
  SmallVector<AffineMap> all(maps);
  SmallVector<utils::IteratorType> iterators;
  SmallVector<AffineExpr> kept;
  SmallVector<int64_t> shape;
  for (unsigned dim = 0; dim < type.getRank(); ++dim) {
    bool isReduced = llvm::is_contained(reduced, dim);
    iterators.push_back(isReduced ? utils::IteratorType::reduction
                                  : utils::IteratorType::parallel);
    if (isReduced)
      continue;
    kept.push_back(builder.getAffineDimExpr(dim));
    shape.push_back(type.getDimSize(dim));
  }
  all.push_back(AffineMap::get(type.getRank(), 0, kept, builder.getContext()));
  Value init = filled(builder, loc, inputs[0], shape, initial);
  auto generic = linalg::GenericOp::create(
      builder, loc, init.getType(), inputs, init, all, iterators,
      [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
        ImplicitLocOpBuilder b(nestedLoc, nested);
        linalg::YieldOp::create(b, body(b, arguments));
      });
  return generic.getResult(0);
}

Value reduceRows(OpBuilder &builder, Location loc, ValueRange inputs,
                 double initial, Body body) {
  return reduce(builder, loc, inputs, majorMaps(builder, inputs),
                /*reduced=*/1u, initial, body);
}

using Reassociation = SmallVector<ReassociationIndices>;

/// Which dimensions of a tensor of `rank` are the rows of it as a matrix, and
/// which, the last ones, its columns. A vector is one row.
static Reassociation rowsAndColumns(int64_t rank, unsigned columns) {
  if (rank < 2)
    return {{0, 1}};
  Reassociation groups(2);
  llvm::append_range(groups[0], llvm::seq<int64_t>(0, rank - columns));
  llvm::append_range(groups[1], llvm::seq<int64_t>(rank - columns, rank));
  return groups;
}

Value expand(OpBuilder &builder, Location loc, Value value,
             RankedTensorType type, ArrayRef<ReassociationIndices> groups,
             Value like) {
  SmallVector<OpFoldResult> sizes;
  for (auto [dim, size] : llvm::enumerate(type.getShape()))
    if (ShapedType::isDynamic(size))
      sizes.push_back(
          tensor::DimOp::create(builder, loc, like, int64_t(0)).getResult());
    else
      sizes.push_back(builder.getIndexAttr(size));
  return tensor::ExpandShapeOp::create(builder, loc, type, value, groups,
                                       sizes);
}

Value toMatrix(OpBuilder &builder, Location loc, Value value,
               unsigned columns) {
  RankedTensorType type = cast<RankedTensorType>(value.getType());
  int64_t rank = type.getRank();
  if (rank == 2)
    return value;
  Reassociation groups = rowsAndColumns(rank, columns);
  if (rank > 2)
    return tensor::CollapseShapeOp::create(builder, loc, value, groups);
  SmallVector<int64_t> shape(2 - rank, 1);
  llvm::append_range(shape, type.getShape());
  return expand(builder, loc, value, type.clone(shape),
                rank == 0 ? Reassociation() : groups, value);
}

Value fromMatrix(OpBuilder &builder, Location loc, Value matrix,
                 RankedTensorType type, Value input, unsigned columns) {
  if (type.getRank() == 2)
    return matrix;
  Reassociation groups = rowsAndColumns(type.getRank(), columns);
  if (type.getRank() > 2)
    return expand(builder, loc, matrix, type, groups, input);
  return tensor::CollapseShapeOp::create(
      builder, loc, matrix, type.getRank() == 0 ? Reassociation() : groups);
}

/// The dimensions of a value of `rank` if `dim` were two.
static Reassociation twoFor(int64_t dim, int64_t rank) {
  Reassociation groups(rank);
  for (int64_t at = 0; at < rank; ++at)
    groups[at].push_back(at + (at > dim));
  groups[dim].push_back(dim + 1);
  return groups;
}

Value splitGroups(OpBuilder &builder, Location loc, Value value, int64_t dim,
                  int64_t groups) {
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<int64_t> shape(type.getShape());
  shape[dim] /= groups;
  shape.insert(shape.begin() + dim, groups);
  return expand(builder, loc, value, type.clone(shape),
                twoFor(dim, type.getRank()), value);
}

Value mergeGroups(OpBuilder &builder, Location loc, Value value,
                  RankedTensorType type) {
  int64_t rank = type.getRank();
  return tensor::CollapseShapeOp::create(builder, loc, type, value,
                                         twoFor(rank - 1, rank));
}

Value padWindows(OpBuilder &builder, Location loc, Value input,
                 ArrayRef<Window> windows, double value) {
  auto type = cast<RankedTensorType>(input.getType());
  SmallVector<OpFoldResult> low(type.getRank(), builder.getIndexAttr(0));
  SmallVector<OpFoldResult> high(low);
  SmallVector<int64_t> shape(type.getShape());
  for (auto [index, window] : llvm::enumerate(windows)) {
    low[index + 1] = builder.getIndexAttr(window.before);
    high[index + 1] = builder.getIndexAttr(window.after);
    shape[index + 1] += window.before + window.after;
  }
  if (type.getShape() == ArrayRef(shape))
    return input;
  return tensor::PadOp::create(builder, loc, type.clone(shape), input, low,
                               high, constant(builder, loc, value));
}

} // namespace nascent::nn
