//===- Convolution.cpp - Convolutions -------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerRules.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Dialect/NN/IR/WindowLayer.h"
#include <fmt/format.h>

using namespace mlir;

namespace nascent::nn {

static int64_t integer(Operation *layer, StringRef name) {
  return cast<IntegerAttr>(*layer->getInherentAttr(name)).getInt();
}

/// Relates the input's channels to the weight's, of which each group has its
/// share.
static LogicalResult relateChannels(LayerOpInterface layer, Shape &x,
                                    Shape &weight, int64_t groups,
                                    EmitError emitError) {
  if (auto in = cast_or_null<IntegerAttr>(
          layer->getInherentAttr("in").value_or(Attribute()))) {
    if (in.getInt() <= 0)
      return emitError() << "needs at least 1 input channel, got "
                         << in.getInt();
    Dim stated(in.getInt(),
               Origin{layer.getLoc(), fmt::format("'in({})' of {}", in.getInt(),
                                                  quotedName(layer))});
    if (failed(narrow(stated, x, 1, "input channels", emitError)))
      return failure();
  }
  // A transposed weight has all of them, of which each group takes a part.
  bool isWhole = isTransposed(layer);
  if (isWhole && failed(unify(weight, 0, x, 1, "input channels", emitError)))
    return failure();
  if (groups == 1)
    return isWhole ? success()
                   : unify(weight, 1, x, 1, "input channels", emitError);
  std::string how = fmt::format("{} groups in {}", groups, quotedName(layer));
  if (const Dim &channels = x.dims[1]; !channels.getExpr().isUnknown()) {
    SizeExpr share = channels.getExpr().floorDiv(groups);
    auto isMultiple = SizeCondition::equal(channels.getExpr(), share * groups);
    if (isMultiple.decide() != false) {
      x.require(isMultiple);
      return isWhole
                 ? success()
                 : narrow(Dim(share, derived(channels.getOrigin(), how)),
                          weight, 1, "input channels of a group", emitError);
    }
    return noteOrigin(
        emitError() << "expects input channels that are a multiple of its "
                    << groups << " groups, got " << channels.getExpr().format(),
        channels);
  }
  const Dim &share = weight.dims[1];
  int64_t channels;
  if (isWhole || !share.isKnown())
    return success();
  if (llvm::MulOverflow(share.getSize(), groups, channels))
    return emitError() << "needs 2^63 input channels or more";
  return narrow(Dim(channels, derived(share.getOrigin(), how)), x, 1,
                "input channels", emitError);
}

/// Each place within a stride is computed by kernels of its own.
static LogicalResult verifyPhases(ArrayRef<Window> windows,
                                  EmitError emitError) {
  constexpr int64_t most = 1024;
  SmallVector<int64_t> strides;
  for (const Window &window : windows)
    strides.push_back(window.stride);
  std::optional<int64_t> product = checkedProduct(strides);
  if (product && *product <= most)
    return success();
  InFlightDiagnostic diag = emitError() << "has strides whose product is ";
  if (product)
    diag << *product;
  else
    diag << "2^63 or more";
  return diag << ", but a transposed convolution is computed in so many "
                 "parts, at most "
              << most;
}

LogicalResult detail::relateConvolution(LayerOpInterface layer,
                                        unsigned spatialDims,
                                        LayerShapes &shapes,
                                        EmitError emitError) {
  Shape &x = shapes.inputs[0], &y = shapes.outputs[0];
  Shape &weight = shapes.parameters[0];
  if (failed(verifyImages(shapes, spatialDims, emitError)))
    return failure();
  int64_t channelCount = integer(layer, "channels");
  int64_t groups = integer(layer, "groups");
  if (channelCount <= 0)
    return emitError() << "needs at least 1 channel, got " << channelCount;
  if (groups <= 0)
    return emitError() << "needs at least 1 group, got " << groups;
  if (channelCount % groups != 0)
    return emitError() << "expects channels that are a multiple of its "
                       << groups << " groups, got " << channelCount;
  FailureOr<SmallVector<Window>> windows =
      windowsOf(layer, spatialDims, emitError);
  if (failed(windows))
    return failure();
  bool transposed = isTransposed(layer);
  if (transposed && failed(verifyPhases(*windows, emitError)))
    return failure();
  if (failed(verifyPadded(x, *windows, transposed, emitError)))
    return failure();
  std::string name = quotedName(layer);
  Origin stated{layer.getLoc(), "the channels of " + name};
  Dim channels(channelCount, stated);
  Dim columns = transposed ? Dim(channelCount / groups, stated) : channels;
  if (failed(unify(x, 0, y, 0, "dimension 0 to be", emitError)) ||
      failed(relateChannels(layer, x, weight, groups, emitError)) ||
      failed(narrow(channels, y, 1, "output channels", emitError)) ||
      failed(narrow(columns, weight, transposed,
                    "output channels of its weight", emitError)))
    return failure();
  if (shapes.parameters.size() > 1 &&
      failed(narrow(channels, shapes.parameters[1], 0, "length of its bias",
                    emitError)))
    return failure();
  for (auto [index, window] : llvm::enumerate(*windows)) {
    unsigned dim = index + 2;
    Dim kernel(window.kernel, Origin{layer.getLoc(), "the kernel of " + name});
    if (failed(narrow(kernel, weight, dim, "kernel of its weight", emitError)))
      return failure();
    int64_t more = window.extent() + window.outputPadding - window.stride -
                   window.before - window.after;
    if (failed(transposed ? relateScaled(x, y, dim, window.stride, more,
                                         "by the window of " + name, emitError)
                          : relateWindow(x, y, dim, window, name,
                                         layer.getLoc(), emitError)))
      return failure();
  }
  return success();
}

void detail::orderConvolution(LayerOpInterface layer, unsigned spatialDims,
                              LayerOrders &orders) {
  channelsLast(orders);
  auto kernel = cast<DenseI64ArrayAttr>(*layer->getInherentAttr("kernel"));
  SmallVector<int64_t> sizes(kernel.asArrayRef());
  if (sizes.size() == 1)
    sizes.resize(spatialDims, sizes.front());
  orders.spatial[0] = *checkedProduct(sizes);
  // Where each channel is a group, channels are columns of one kernel.
  int64_t groups = integer(layer, "groups");
  bool isDepthwise = groups == integer(layer, "channels") &&
                     groups == orders.inputTypes[0].getDimSize(1);
  if (!isTransposed(layer) && !isDepthwise)
    orders.groups[0] = groups;
}

SmallVector<Dim> detail::countConvolution(const LayerShapes &shapes) {
  auto factors = llvm::to_vector_of<Dim>(shapes.parameters[0].dims);
  append_range(factors, ArrayRef(shapes.outputs[0].dims).drop_front(2));
  return factors;
}

SmallVector<Dim> detail::countTransposedConvolution(const LayerShapes &shapes) {
  auto factors = llvm::to_vector_of<Dim>(shapes.parameters[0].dims);
  append_range(factors, ArrayRef(shapes.inputs[0].dims).drop_front(2));
  return factors;
}

} // namespace nascent::nn
