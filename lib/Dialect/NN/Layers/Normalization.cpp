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
  if (failed(relateSame(shapes, emitError)))
    return failure();
  Shape &x = shapes.inputs[0];
  // What the last one says reaches those before it the second time.
  for (int turn = 0; turn < 2; ++turn)
    for (Shape &parameter : shapes.parameters)
      if (failed(
              unify(x, 1, parameter, 0, "length of its parameters", emitError)))
        return failure();
  return relateSame(shapes, emitError);
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

/// "BatchNorm2d" of an input of rank 4, "LazyBatchNorm2d" before its channels
/// are known.
static std::string torchClass(StringRef name, const LayerShapes &shapes) {
  const Shape &x = shapes.inputs[0];
  return fmt::format("{}{}{}d", x.dims[1].isKnown() ? "" : "Lazy", name.str(),
                     std::max(1u, x.rank() - 2));
}

static StringRef boolean(bool value) { return value ? "True" : "False"; }

//===----------------------------------------------------------------------===//
// BatchNormOp
//===----------------------------------------------------------------------===//

LogicalResult BatchNormOp::relate(LayerShapes &shapes, EmitError emitError) {
  if (failed(verifyRank(shapes, 2, 5, emitError)))
    return failure();
  return relateChannels(shapes, emitError);
}

bool BatchNormOp::isRowWise() { return true; }

void BatchNormOp::assignOrders(LayerOrders &orders) {
  if (orders.inputTypes[0].getRank() > 2)
    detail::channelsLast(orders);
  else
    normalizeMerged(orders);
}

std::string BatchNormOp::describe(NamingScheme scheme,
                                  const LayerShapes &shapes, StringRef) {
  const Dim &channels = shapes.inputs[0].dims[1];
  switch (scheme) {
  case NamingScheme::Torch:
    return fmt::format("{}({}, eps={}, momentum={}, affine={}, "
                       "track_running_stats=True)",
                       torchClass("BatchNorm", shapes), sizeOr(channels, "?"),
                       python(getEps()), python(getMomentum()),
                       boolean(!getNoAffine()).str());
  case NamingScheme::MXNet: {
    APFloat kept(1.0);
    kept.subtract(getMomentum(), APFloat::rmNearestTiesToEven);
    return fmt::format("BatchNorm(axis=1, eps={}, momentum={}, fix_gamma={}, "
                       "use_global_stats=False, in_channels={})",
                       python(getEps()), python(kept),
                       boolean(getNoAffine()).str(), sizeOr(channels, "-1"));
  }
  case NamingScheme::Flax:
    return "BatchNorm";
  case NamingScheme::Keras:
    return "BatchNormalization";
  }
  llvm_unreachable("unknown naming scheme");
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
  if (failed(relateSame(shapes, emitError)))
    return failure();
  for (int turn = 0; turn < 2; ++turn)
    for (Shape &parameter : shapes.parameters)
      for (int64_t dim = 0; dim < dims; ++dim)
        if (failed(
                unify(x, x.rank() - dims + dim, parameter, dim,
                      fmt::format("dimension {} of its parameters to be", dim),
                      emitError)))
          return failure();
  return relateSame(shapes, emitError);
}

bool LayerNormOp::isRowWise() { return true; }

void LayerNormOp::assignOrders(LayerOrders &orders) {
  if (!orders.inputs[0].isMerged())
    orders.inputs[0] = Order();
  normalizeMerged(orders);
}

std::string LayerNormOp::describe(NamingScheme scheme,
                                  const LayerShapes &shapes, StringRef) {
  ArrayRef<Dim> normalized =
      ArrayRef(shapes.inputs[0].dims).take_back(detail::countNormalized(*this));
  switch (scheme) {
  case NamingScheme::Torch: {
    std::string shape;
    for (const Dim &dim : normalized)
      shape += (shape.empty() ? "" : ", ") + sizeOr(dim, "?");
    shape += normalized.size() == 1 ? "," : "";
    return fmt::format("LayerNorm(({}), eps={}, elementwise_affine={})", shape,
                       python(getEps()), boolean(!getNoAffine()).str());
  }
  case NamingScheme::MXNet:
    return fmt::format(
        "LayerNorm(eps={}, axis=-1, center={}, scale={}, in_channels={})",
        python(getEps()), boolean(!getNoAffine() && !getNoBias()).str(),
        boolean(!getNoAffine()).str(), sizeOr(normalized.back(), "-1"));
  case NamingScheme::Flax:
    return "LayerNorm";
  case NamingScheme::Keras:
    return "LayerNormalization";
  }
  llvm_unreachable("unknown naming scheme");
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
  InFlightDiagnostic diag = emitError()
                            << "expects channels that are a multiple of its "
                            << groups << " groups, got " << channels.getSize();
  diag.attachNote(channels.getOrigin().location)
      << channels.getSize() << " comes from " << channels.getOrigin().phrase;
  return diag;
}

bool GroupNormOp::isRowWise() { return true; }

void GroupNormOp::assignOrders(LayerOrders &orders) {
  normalizeChannels(orders);
}

std::string GroupNormOp::describe(NamingScheme scheme,
                                  const LayerShapes &shapes, StringRef) {
  const Dim &channels = shapes.inputs[0].dims[1];
  StringRef affine = boolean(!getNoAffine());
  switch (scheme) {
  case NamingScheme::Torch:
    return fmt::format("GroupNorm({}, {}, eps={}, affine={})", getGroups(),
                       sizeOr(channels, "?"), python(getEps()), affine.str());
  case NamingScheme::MXNet:
    return fmt::format(
        "GroupNorm(eps={}, num_groups={}, center={}, scale={}, in_channels={})",
        python(getEps()), getGroups(), affine.str(), affine.str(),
        sizeOr(channels, "-1"));
  case NamingScheme::Flax:
    return "GroupNorm";
  case NamingScheme::Keras:
    return "GroupNormalization";
  }
  llvm_unreachable("unknown naming scheme");
}

//===----------------------------------------------------------------------===//
// InstanceNormOp
//===----------------------------------------------------------------------===//

LogicalResult InstanceNormOp::relate(LayerShapes &shapes, EmitError emitError) {
  if (failed(verifyRank(shapes, 3, 5, emitError)))
    return failure();
  return relateChannels(shapes, emitError);
}

bool InstanceNormOp::isRowWise() { return true; }

void InstanceNormOp::assignOrders(LayerOrders &orders) {
  normalizeChannels(orders);
}

std::string InstanceNormOp::describe(NamingScheme scheme,
                                     const LayerShapes &shapes, StringRef) {
  const Dim &channels = shapes.inputs[0].dims[1];
  StringRef affine = boolean(getAffine());
  switch (scheme) {
  case NamingScheme::Torch:
    return fmt::format("{}({}, eps={}, momentum=0.1, affine={}, "
                       "track_running_stats=False)",
                       torchClass("InstanceNorm", shapes),
                       sizeOr(channels, "?"), python(getEps()), affine.str());
  case NamingScheme::MXNet:
    return fmt::format(
        "InstanceNorm(eps={}, axis=1, center={}, scale={}, in_channels={})",
        python(getEps()), affine.str(), affine.str(), sizeOr(channels, "-1"));
  case NamingScheme::Flax:
    return "InstanceNorm";
  case NamingScheme::Keras:
    return "GroupNormalization";
  }
  llvm_unreachable("unknown naming scheme");
}

} // namespace nascent::nn
