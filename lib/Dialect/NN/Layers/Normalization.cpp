//===- Normalization.cpp - Layers of means and variances ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerRules.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Dialect/NN/IR/ParametricLayer.h"
#include <fmt/format.h>

using namespace mlir;

namespace nascent::nn {

/// Parameters have one element for each of dimension 1.
static LogicalResult relateChannels(LayerShapes &shapes, EmitError emitError) {
  if (failed(detail::relateSame(shapes, emitError)))
    return failure();
  Shape &x = shapes.inputs[0];
  // What the last one says reaches those before it the second time.
  for (int turn = 0; turn < 2; ++turn)
    for (Shape &parameter : shapes.parameters)
      if (failed(
              unify(x, 1, parameter, 0, "length of its parameters", emitError)))
        return failure();
  return detail::relateSame(shapes, emitError);
}

static LogicalResult verifyRank(const LayerShapes &shapes, unsigned least,
                                unsigned most, EmitError emitError) {
  unsigned rank = shapes.inputs[0].rank();
  if (rank >= least && rank <= most)
    return success();
  return emitError() << "expects an input of rank " << least << " to " << most
                     << ", got rank " << rank;
}

/// Channels last where there are others.
static void normalizeChannels(LayerOrders &orders) {
  if (orders.inputTypes[0].getRank() > 2)
    detail::channelsLast(orders);
  else
    llvm::fill(orders.inputs, Order());
}

/// Where dimensions are merged, parameters follow their order.
static void normalizeMerged(LayerOrders &orders) {
  const Order &input = orders.inputs[0];
  if (input.isMerged())
    llvm::fill(orders.spatial, input.spatial);
  orders.output = input;
}

//===----------------------------------------------------------------------===//
// BatchNormOp
//===----------------------------------------------------------------------===//

LogicalResult BatchNormOp::relate(LayerShapes &shapes, EmitError emitError) {
  if (failed(verifyRank(shapes, 2, 5, emitError)))
    return failure();
  return relateChannels(shapes, emitError);
}

bool BatchNormOp::isRowWiseInTraining() { return false; }

void BatchNormOp::assignOrders(LayerOrders &orders) {
  if (orders.inputTypes[0].getRank() > 2)
    detail::channelsLast(orders);
  else
    normalizeMerged(orders);
}

//===----------------------------------------------------------------------===//
// LayerNormOp
//===----------------------------------------------------------------------===//

/// More than the C interface can describe.
static constexpr int64_t mostDims = 8;

unsigned detail::countNormalized(Operation *layer) {
  int64_t dims = cast<LayerNormOp>(layer).getDims();
  return std::clamp<int64_t>(dims, 1, mostDims);
}

LogicalResult LayerNormOp::relate(LayerShapes &shapes, EmitError emitError) {
  Shape &x = shapes.inputs[0];
  if (x.rank() < 2)
    return emitError() << "expects an input of rank 2 or more, got rank "
                       << x.rank();
  int64_t dims = getDims();
  int64_t most = std::min<int64_t>(x.rank() - 1, mostDims);
  if (dims < 1 || dims > most)
    return emitError() << "expects 'dims' from 1 to " << most
                       << " for an input of rank " << x.rank()
                       << ", whose first dimension is the batch, got " << dims;
  if (failed(detail::relateSame(shapes, emitError)))
    return failure();
  for (int turn = 0; turn < 2; ++turn)
    for (Shape &parameter : shapes.parameters)
      for (int64_t dim = 0; dim < dims; ++dim)
        if (failed(
                unify(x, x.rank() - dims + dim, parameter, dim,
                      fmt::format("dimension {} of its parameters to be", dim),
                      emitError)))
          return failure();
  return detail::relateSame(shapes, emitError);
}

void LayerNormOp::assignOrders(LayerOrders &orders) {
  if (!orders.inputs[0].isMerged())
    orders.inputs[0] = Order();
  normalizeMerged(orders);
}

//===----------------------------------------------------------------------===//
// GroupNormOp
//===----------------------------------------------------------------------===//

LogicalResult GroupNormOp::relate(LayerShapes &shapes, EmitError emitError) {
  int64_t groups = getGroups();
  if (shapes.inputs[0].rank() < 2)
    return emitError() << "expects an input of rank 2 or more, got rank "
                       << shapes.inputs[0].rank();
  if (groups <= 0)
    return emitError() << "needs at least 1 group, got " << groups;
  if (failed(relateChannels(shapes, emitError)))
    return failure();
  const Dim &channels = shapes.inputs[0].dims[1];
  if (!channels.isKnown() || channels.getSize() % groups == 0)
    return success();
  return noteOrigin(emitError()
                        << "expects channels that are a multiple of its "
                        << groups << " groups, got " << channels.getSize(),
                    channels);
}

void GroupNormOp::assignOrders(LayerOrders &orders) {
  normalizeChannels(orders);
}

//===----------------------------------------------------------------------===//
// InstanceNormOp
//===----------------------------------------------------------------------===//

LogicalResult InstanceNormOp::relate(LayerShapes &shapes, EmitError emitError) {
  if (failed(verifyRank(shapes, 3, 5, emitError)))
    return failure();
  return relateChannels(shapes, emitError);
}

void InstanceNormOp::assignOrders(LayerOrders &orders) {
  normalizeChannels(orders);
}

} // namespace nascent::nn
