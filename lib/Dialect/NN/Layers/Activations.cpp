//===- Activations.cpp - Layers that keep the shape -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerRules.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include <fmt/format.h>

using namespace mlir;

namespace nascent::nn {

/// The rule of softmax and log_softmax, which need an axis. A value of rank 1
/// has no batch, and its only axis is the last one.
static auto relateAlong(int64_t axis) {
  return [axis](LayerShapes &shapes, EmitError emitError) -> LogicalResult {
    unsigned rank = shapes.inputs[0].rank();
    if (rank == 0)
      return emitError() << "expects an input of rank 1 or more, got rank 0";
    bool isWhole = rank == 1 && axis == -1;
    if (!isWhole && failed(resolveAxis(axis, rank, emitError)))
      return failure();
    return relateSame(shapes, emitError);
  };
}

NN_SAME_SHAPE(ReluOp, relateSame, "ReLU()", "Activation(relu)", "ReLU")
NN_SAME_SHAPE(LeakyReluOp, relateSame,
              fmt::format("LeakyReLU(negative_slope={})", python(getSlope())),
              fmt::format("LeakyReLU({})", python(getSlope())), "LeakyReLU")
NN_SAME_SHAPE(EluOp, relateSame,
              fmt::format("ELU(alpha={})", python(getAlpha())), "ELU()", "ELU")
NN_SAME_SHAPE(SeluOp, relateSame, "SELU()", "SELU()", "SELU")
NN_SAME_SHAPE(CeluOp, relateSame,
              fmt::format("CELU(alpha={})", python(getAlpha())), "celu()",
              "CELU")
NN_SAME_SHAPE(HardtanhOp, relateSame,
              fmt::format("Hardtanh(min_val={}, max_val={})", python(getMin()),
                          python(getMax())),
              "hardtanh()", "Hardtanh")
NN_SAME_SHAPE(SigmoidOp, relateSame, "Sigmoid()", "Activation(sigmoid)",
              "Sigmoid")
NN_SAME_SHAPE(LogSigmoidOp, relateSame, "LogSigmoid()",
              "Activation(log_sigmoid)", "LogSigmoid")
NN_SAME_SHAPE(HardsigmoidOp, relateSame, "Hardsigmoid()", "hard_sigmoid()",
              "Hardsigmoid")
NN_SAME_SHAPE(SoftplusOp, relateSame,
              fmt::format("Softplus(beta={}, threshold={})", python(getBeta()),
                          python(getThreshold())),
              "softplus()", "Softplus")
NN_SAME_SHAPE(SoftsignOp, relateSame, "Softsign()", "Activation(softsign)",
              "Softsign")
NN_SAME_SHAPE(TanhOp, relateSame, "Tanh()", "Activation(tanh)", "Tanh")
NN_SAME_SHAPE(GeluOp, relateSame,
              getTanh() ? "GELU(approximate='tanh')"
                        : "GELU(approximate='none')",
              "GELU()", "GELU")
NN_SAME_SHAPE(SiluOp, relateSame, "SiLU()", "SiLU()", "SiLU")
NN_SAME_SHAPE(HardswishOp, relateSame, "Hardswish()", "hardswish()",
              "Hardswish")
NN_SAME_SHAPE(MishOp, relateSame, "Mish()", "Activation(mish)", "Mish")
NN_SAME_SHAPE(SoftmaxOp, relateAlong(getAxis()),
              fmt::format("Softmax(dim={})", getAxis()), "softmax()", "Softmax")
NN_SAME_SHAPE(LogSoftmaxOp, relateAlong(getAxis()),
              fmt::format("LogSoftmax(dim={})", getAxis()), "log_softmax()",
              "LogSoftmax")

/// Rows stay apart only where the normalised dimension is not the rows' own.
bool SoftmaxOp::isRowWise() { return getType().getRank() > 1; }
bool LogSoftmaxOp::isRowWise() { return getType().getRank() > 1; }

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
  return emitOpError() << quotedName(*this)
                       << " needs an alpha other than 0, which it divides by";
}

LogicalResult HardtanhOp::verify() {
  if (getMin() <= getMax())
    return success();
  return emitOpError() << quotedName(*this)
                       << " needs a min up to its max, got "
                       << getMin().convertToDouble() << " and "
                       << getMax().convertToDouble();
}

LogicalResult SoftplusOp::verify() {
  if (!getBeta().isZero())
    return success();
  return emitOpError() << quotedName(*this)
                       << " needs a beta other than 0, which it divides by";
}

OpFoldResult ReluOp::fold(FoldAdaptor) {
  return getInput().getDefiningOp<ReluOp>() ? inputIfSameType(*this) : Value();
}

//===----------------------------------------------------------------------===//
// PreluOp
//===----------------------------------------------------------------------===//

LogicalResult PreluOp::relate(LayerShapes &shapes, EmitError emitError) {
  Shape &x = shapes.inputs[0], &weight = shapes.parameters[0];
  if (failed(relateSame(shapes, emitError)))
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

bool PreluOp::isRowWise() { return true; }

void PreluOp::assignOrders(LayerOrders &orders) {
  detail::keepOrders(orders);
  if (getPerChannel() && orders.output.isMerged())
    orders.spatial[0] = orders.output.spatial;
}

std::string PreluOp::describe(NamingScheme scheme, const LayerShapes &shapes,
                              StringRef) {
  return pick(scheme,
              fmt::format("PReLU(num_parameters={})",
                          sizeOr(shapes.parameters[0].dims[0], "?")),
              "PReLU()", "PReLU");
}

} // namespace nascent::nn
