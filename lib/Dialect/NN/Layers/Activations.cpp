//===- Activations.cpp - Layers that keep the shape -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerRules.h"
#include "nascent/Dialect/NN/IR/NNOps.h"

using namespace mlir;

namespace nascent::nn {

/// The rule of softmax and log_softmax, which need an axis. A value of rank 1
/// has no batch, and its only axis is the last one.
static LogicalResult relateAlong(int64_t axis, LayerShapes &shapes,
                                 EmitError emitError) {
  unsigned rank = shapes.inputs[0].rank();
  if (rank == 0)
    return emitError() << "expects an input of rank 1 or more, got rank 0";
  bool isWhole = rank == 1 && axis == -1;
  if (!isWhole && failed(resolveAxis(axis, rank, emitError)))
    return failure();
  return detail::relateSame(shapes, emitError);
}

LogicalResult SoftmaxOp::relate(LayerShapes &shapes, EmitError emitError) {
  return relateAlong(getAxis(), shapes, emitError);
}
LogicalResult LogSoftmaxOp::relate(LayerShapes &shapes, EmitError emitError) {
  return relateAlong(getAxis(), shapes, emitError);
}

/// Channels are stored last where they are what is normalised. Merged
/// dimensions are one, all of whose elements are.
static void normalizeOrders(int64_t axis, LayerOrders &orders) {
  int64_t rank = orders.inputTypes[0].getRank();
  bool isOfChannels = rank > 2 && (axis == 1 || axis + rank == 1);
  Order &input = orders.inputs[0];
  if (!input.isMerged())
    input = isOfChannels ? Order::channelsLast() : Order();
  orders.output = input;
}

void SoftmaxOp::assignOrders(LayerOrders &orders) {
  normalizeOrders(getAxis(), orders);
}
void LogSoftmaxOp::assignOrders(LayerOrders &orders) {
  normalizeOrders(getAxis(), orders);
}

LogicalResult CeluOp::verify() {
  if (!getAlpha().isZero())
    return success();
  return emitLayerError(*this)
         << "needs an alpha other than 0, which it divides by";
}

LogicalResult HardtanhOp::verify() {
  if (getMin() <= getMax())
    return success();
  return emitLayerError(*this)
         << "needs a min up to its max, got " << getMin().convertToDouble()
         << " and " << getMax().convertToDouble();
}

LogicalResult SoftplusOp::verify() {
  if (!getBeta().isZero())
    return success();
  return emitLayerError(*this)
         << "needs a beta other than 0, which it divides by";
}

OpFoldResult ReluOp::fold(FoldAdaptor) {
  return getInput().getDefiningOp<ReluOp>() ? inputIfSameType(*this) : Value();
}

//===----------------------------------------------------------------------===//
// PreluOp
//===----------------------------------------------------------------------===//

LogicalResult PreluOp::relate(LayerShapes &shapes, EmitError emitError) {
  Shape &x = shapes.inputs[0], &weight = shapes.parameters[0];
  if (failed(detail::relateSame(shapes, emitError)))
    return failure();
  if (!getPerChannel())
    return narrow(
        Dim(1, Origin{getLoc(), "the one slope of " + quotedName(*this)}),
        weight, 0, "length of its weight", emitError);
  if (x.rank() < 2)
    return emitError() << "has a slope per channel, dimension 1, and expects "
                          "an input of rank 2 or more, got rank "
                       << x.rank();
  if (failed(unify(weight, 0, x, 1, "channels", emitError)))
    return failure();
  return unify(weight, 0, shapes.outputs[0], 1, "channels", emitError);
}

void PreluOp::assignOrders(LayerOrders &orders) {
  detail::keepOrders(orders);
  if (getPerChannel() && orders.output.isMerged())
    orders.spatial[0] = orders.output.spatial;
}

} // namespace nascent::nn
