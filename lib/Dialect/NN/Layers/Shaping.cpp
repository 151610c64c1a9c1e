//===- Shaping.cpp - Layers that only move elements -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerRules.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include <fmt/format.h>

using namespace mlir;

namespace nascent::nn {

bool IdentityOp::isIdentity() { return true; }
bool DropoutOp::isIdentity() { return true; }
bool DropoutOp::isIdentityInTraining() { return getP().isZero(); }

OpFoldResult IdentityOp::fold(FoldAdaptor) { return inputIfSameType(*this); }
OpFoldResult DropoutOp::fold(FoldAdaptor) {
  bool isTrained = (*this)->getParentOp()->hasAttr(kTrainingAttrName);
  return isTrained && !isIdentityInTraining() ? Value()
                                              : inputIfSameType(*this);
}

LogicalResult DropoutOp::verify() {
  double p = getP().convertToDouble();
  if (p >= 0.0 && p <= 1.0)
    return success();
  return emitLayerError(*this)
         << "needs a probability between 0 and 1, got " << p;
}

//===----------------------------------------------------------------------===//
// FlattenOp
//===----------------------------------------------------------------------===//

namespace {
/// The elements of one row of a value: the dimensions from `start` on.
struct RowElements {
  Shape *shape = nullptr;
  unsigned start = 0;
  /// The product of the dimensions that are not unknown, and how it is written.
  SizeExpr product = SizeExpr(1);
  std::string factors;
  /// The one that is.
  Dim *unknown = nullptr;

  /// The product as one dimension; of several, `how` says what is done to them,
  /// and the last one's origin of which input they are.
  Dim asDim(Location loc, StringRef how) const {
    if (shape->rank() == start + 1)
      return shape->dims[start];
    if (factors.empty())
      return Dim(product, Origin{loc, "1 " + how.str()});
    StringRef last = shape->dims.back().getOrigin().phrase;
    return Dim(product, Origin{loc, fmt::format("{} {}, the last from {}",
                                                factors, how.str(),
                                                last.split(", ").first.str())});
  }
};
} // namespace

/// The elements of a row. Nothing where several dimensions are unknown, or one
/// is not positive, which `verifySize` reports.
static FailureOr<std::optional<RowElements>>
countRow(Shape &shape, unsigned start, EmitError emitError) {
  RowElements row;
  row.shape = &shape;
  row.start = start;
  for (Dim &dim : llvm::drop_begin(shape.dims, start)) {
    const SizeExpr &size = dim.getExpr();
    if (size.isUnknown() && row.unknown)
      return std::optional<RowElements>();
    if (size.isUnknown()) {
      row.unknown = &dim;
      continue;
    }
    row.product = row.product * size;
    row.factors += (row.factors.empty() ? "" : "*") + size.format();
  }
  if (row.product.isTooLarge() && !row.product.isFormula())
    return emitError() << "has 2^63 elements or more in a row";
  if (row.product.isNumber() && row.product.getNumber() <= 0)
    return std::optional<RowElements>();
  return std::optional(row);
}

/// Relates the dimensions from `start` on of `x` and `y`, which have the same
/// product, whichever of them is still unknown. `how` is what the layer does to
/// them, and `what` their product.
static LogicalResult relateRows(Shape &x, Shape &y, unsigned start,
                                StringRef how, StringRef what, Location loc,
                                EmitError emitError) {
  auto from = countRow(x, start, emitError);
  auto to = countRow(y, start, emitError);
  if (failed(from) || failed(to))
    return failure();
  if (!*from || !*to || ((*from)->unknown && (*to)->unknown))
    return success();
  bool isForward = !(*from)->unknown;
  const RowElements &part = isForward ? **to : **from;
  Dim whole = (isForward ? **from : **to).asDim(loc, how);
  if (!part.unknown) {
    Shape other(1);
    other.dims[0] = part.asDim(loc, how);
    if (failed(narrow(whole, other, 0, what, emitError)))
      return failure();
    llvm::append_range(x.conditions, other.conditions);
    return success();
  }
  if (!part.product.isNumber())
    return success();
  SizeExpr rest = whole.getExpr();
  bool isMultiple = true;
  if (int64_t divisor = part.product.getNumber(); divisor != 1) {
    rest = rest.floorDiv(divisor);
    auto condition = SizeCondition::equal(whole.getExpr(), rest * divisor);
    isMultiple = condition.decide() != false;
    if (isMultiple)
      x.require(condition);
  }
  if (isMultiple) {
    *part.unknown = Dim(rest, whole.getOrigin());
    part.shape->changed = true;
    return success();
  }
  return noteOrigin(emitError()
                        << "expects a " << what << " that is a multiple of "
                        << part.product.getNumber() << ", got "
                        << whole.getExpr().format(),
                    whole);
}

LogicalResult FlattenOp::relate(LayerShapes &shapes, EmitError emitError) {
  Shape &x = shapes.inputs[0], &y = shapes.outputs[0];
  if (x.rank() == 0)
    return emitError() << "expects an input of rank 1 or more, got rank 0";
  int64_t start = getStart();
  if (start < 0 || start >= int64_t(x.rank()))
    return emitError() << "expects 'start' between 0 and "
                       << int64_t(x.rank()) - 1 << " for an input of rank "
                       << x.rank() << ", got " << start;
  if (y.rank() != start + 1)
    return emitError() << "expects an output of rank " << start + 1
                       << ", got rank " << y.rank();
  if (failed(relateFirst(x, y, start, emitError)))
    return failure();
  return relateRows(x, y, start, "flattened by " + quotedName(*this),
                    "flattened size", getLoc(), emitError);
}

bool FlattenOp::isIdentity() { return true; }

void FlattenOp::assignOrders(LayerOrders &orders) {
  Order &input = orders.inputs[0];
  ArrayRef<int64_t> shape = orders.inputTypes[0].getShape();
  if (input.kind == Order::Canonical)
    return;
  std::optional<int64_t> spatial;
  if (!input.isMerged() && getStart() == 1)
    spatial = checkedProduct(shape.drop_front(2));
  if (input.isMerged() || getStart() == 2)
    orders.output = input;
  else if (spatial == 1)
    orders.output = Order();
  else if (spatial && !ShapedType::isDynamic(*spatial))
    orders.output = Order::channelsLast(*spatial);
  else
    input = Order();
}

OpFoldResult FlattenOp::fold(FoldAdaptor) { return inputIfSameType(*this); }

//===----------------------------------------------------------------------===//
// ReshapeOp
//===----------------------------------------------------------------------===//

LogicalResult ReshapeOp::relate(LayerShapes &shapes, EmitError emitError) {
  Shape &x = shapes.inputs[0], &y = shapes.outputs[0];
  ArrayRef<int64_t> sizes = getShape();
  if (x.rank() == 0 || sizes.empty())
    return emitError() << "expects the batch as the first dimension of its "
                          "input and of 'shape', got ranks "
                       << x.rank() << " and " << sizes.size();
  if (y.rank() != sizes.size())
    return emitError() << "expects an output of rank " << sizes.size()
                       << ", as 'shape' says, got rank " << y.rank();
  std::string name = quotedName(*this);
  for (auto [dim, size] : llvm::enumerate(sizes)) {
    if (size == -1)
      continue;
    if (size <= 0)
      return emitError() << "expects sizes of 'shape' that are positive, or "
                            "-1, got "
                         << size;
    if (failed(narrow(Dim(size, Origin{getLoc(), "the shape of " + name}), y,
                      dim, fmt::format("dimension {} to be", dim), emitError)))
      return failure();
  }
  if (llvm::count(sizes.drop_front(), -1) > 1)
    return emitError() << "expects at most one -1 behind the batch in 'shape', "
                          "got "
                       << llvm::count(sizes.drop_front(), -1);
  if (failed(unify(x, 0, y, 0, "dimension 0 to be", emitError)))
    return failure();
  return relateRows(x, y, 1, "reshaped by " + name, "row size", getLoc(),
                    emitError);
}

bool ReshapeOp::isIdentity() { return true; }

/// Channels stay last where they stay the channels, or are merged.
void ReshapeOp::assignOrders(LayerOrders &orders) {
  Order &input = orders.inputs[0];
  if (input.kind == Order::Canonical)
    return;
  ArrayRef<int64_t> from = orders.inputTypes[0].getShape();
  ArrayRef<int64_t> to = getType().getShape();
  int64_t spatial = input.isMerged()
                        ? input.spatial
                        : checkedProduct(from.drop_front(2)).value_or(0);
  int64_t channels = input.isMerged() ? from[1] / spatial : from[1];
  bool keepsChannels = to.size() > 2 && to[1] == channels;
  if (to.size() == 2 && spatial > 0)
    orders.output = spatial == 1 ? Order() : Order::channelsLast(spatial);
  else if (keepsChannels && !ShapedType::isDynamic(channels))
    orders.output = Order::channelsLast();
  else
    input = Order();
}

OpFoldResult ReshapeOp::fold(FoldAdaptor) { return inputIfSameType(*this); }

//===----------------------------------------------------------------------===//
// PermuteOp
//===----------------------------------------------------------------------===//

LogicalResult PermuteOp::relate(LayerShapes &shapes, EmitError emitError) {
  Shape &x = shapes.inputs[0], &y = shapes.outputs[0];
  ArrayRef<int64_t> dims = getDims();
  if (x.rank() != dims.size() || y.rank() != dims.size())
    return emitError() << "expects an input and an output of rank "
                       << dims.size() << ", as many as 'dims' has, got ranks "
                       << x.rank() << " and " << y.rank();
  if (!isPermutationVector(dims) || dims.empty() || dims.front() != 0)
    return emitError() << "expects 'dims' to be the numbers from 0 to "
                       << int64_t(dims.size()) - 1
                       << " in any order that begins with 0, the batch, got "
                       << tuple(dims);
  for (auto [dim, from] : llvm::enumerate(dims))
    if (failed(unify(x, from, y, dim, fmt::format("dimension {} to be", dim),
                     emitError)))
      return failure();
  return success();
}

SmallVector<int64_t> PermuteOp::getStoredPermutation(RankedTensorType from,
                                                     RankedTensorType to) {
  return llvm::map_to_vector(storedDims(to), [&](int64_t dim) {
    return storedDim(from, getDims()[dim]);
  });
}

/// The result has the order in which nothing moves, if there is one.
void PermuteOp::assignOrders(LayerOrders &orders) {
  RankedTensorType from = withOrder(orders.inputTypes[0], orders.inputs[0]);
  orders.output = orders.inputs[0];
  if (from.getRank() < 3)
    return;
  for (Order order : {Order(), Order::channelsLast()})
    if (isIdentityPermutation(
            getStoredPermutation(from, withOrder(getType(), order))))
      orders.output = order;
}

OpFoldResult PermuteOp::fold(FoldAdaptor) {
  return isIdentityPermutation(getDims()) ? inputIfSameType(*this) : Value();
}

} // namespace nascent::nn
