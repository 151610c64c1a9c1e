//===- Reorder.cpp - Values in another order ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Reorder.h"
#include "LinalgBuilders.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace nascent::nn {

static RankedTensorType typeOf(Value value) {
  return cast<RankedTensorType>(value.getType());
}

/// A value with the first `count` dimensions behind the batch moved to the end.
static Value rotate(OpBuilder &builder, Location loc, Value value,
                    int64_t count) {
  RankedTensorType type = typeOf(value);
  auto permutation = llvm::to_vector(llvm::seq<int64_t>(0, type.getRank()));
  std::rotate(permutation.begin() + 1, permutation.begin() + 1 + count,
              permutation.end());
  auto shape = llvm::map_to_vector(
      permutation, [&](int64_t dim) { return type.getDimSize(dim); });
  return linalg::TransposeOp::create(builder, loc, value,
                                     emptyLike(builder, loc, value, shape),
                                     permutation)
      ->getResult(0);
}

/// All dimensions behind the batch as one.
static Value mergeBehindBatch(OpBuilder &builder, Location loc, Value value) {
  RankedTensorType type = typeOf(value);
  if (type.getRank() == 2)
    return value;
  SmallVector<ReassociationIndices> groups(2);
  groups[0].push_back(0);
  llvm::append_range(groups[1], llvm::seq<int64_t>(1, type.getRank()));
  return tensor::CollapseShapeOp::create(builder, loc, value, groups);
}

/// The dimension behind the batch as those of `shape`, all but its first.
static Value splitBehindBatch(OpBuilder &builder, Location loc, Value value,
                              ArrayRef<int64_t> shape) {
  if (shape.size() == 2)
    return value;
  SmallVector<ReassociationIndices> groups(2);
  groups[0].push_back(0);
  llvm::append_range(groups[1], llvm::seq<int64_t>(1, shape.size()));
  return expand(builder, loc, value, typeOf(value).clone(shape), groups, value);
}

Value lowerReorder(ReorderOp op, OpBuilder &builder, Value input) {
  Location loc = op.getLoc();
  Order from = orderOf(op.getInput().getType()), to = orderOf(op.getType());
  ArrayRef<int64_t> shape = op.getType().getShape();
  if (from.isMerged() || to.isMerged()) {
    int64_t spatial = std::max(from.spatial, to.spatial);
    int64_t channels = shape[1] / spatial;
    bool isLast = from.kind == Order::ChannelsLast;
    Value split = splitBehindBatch(
        builder, loc, input,
        {shape[0], isLast ? spatial : channels, isLast ? channels : spatial});
    return mergeBehindBatch(builder, loc, rotate(builder, loc, split, 1));
  }
  RankedTensorType type = storedType(op.getType());
  ArrayRef<int64_t> pixels = shape.drop_front(2);
  if (shape[1] == 1 ||
      llvm::all_of(pixels, [](int64_t size) { return size == 1; }))
    return splitBehindBatch(builder, loc, mergeBehindBatch(builder, loc, input),
                            type.getShape());
  return rotate(builder, loc, input,
                to.kind == Order::ChannelsLast ? 1 : shape.size() - 2);
}

} // namespace nascent::nn
