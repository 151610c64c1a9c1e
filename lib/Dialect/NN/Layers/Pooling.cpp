//===- Pooling.cpp - Maxima and means of windows --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerRules.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include <fmt/format.h>

using namespace mlir;

namespace nascent::nn {

/// Batch and channels stay.
static LogicalResult relateImages(LayerShapes &shapes, EmitError emitError) {
  for (unsigned dim : {0, 1})
    if (failed(unify(shapes.inputs[0], dim, shapes.outputs[0], dim,
                     fmt::format("dimension {} to be", dim), emitError)))
      return failure();
  return success();
}

/// PyTorch's rule: no window sees mostly padding.
static LogicalResult verifyPadding(ArrayRef<Window> windows,
                                   EmitError emitError) {
  for (auto [index, window] : llvm::enumerate(windows)) {
    int64_t most = std::max(window.before, window.after);
    if (2 * most > window.extent())
      return emitError() << "has a padding of " << most << " in dimension "
                         << index + 2
                         << ", but at most half of the window's extent, which "
                            "is "
                         << window.extent() << ", may be padding";
  }
  return success();
}

LogicalResult detail::relatePool(LayerOpInterface layer, unsigned spatialDims,
                                 LayerShapes &shapes, EmitError emitError) {
  if (failed(verifyImages(shapes, spatialDims, emitError)))
    return failure();
  FailureOr<SmallVector<Window>> windows =
      windowsOf(layer, spatialDims, emitError);
  if (failed(windows) || failed(verifyPadding(*windows, emitError)) ||
      failed(relateImages(shapes, emitError)) ||
      failed(verifyPadded(shapes.inputs[0], *windows, /*transposed=*/false,
                          emitError)))
    return failure();
  for (auto [index, window] : llvm::enumerate(*windows))
    if (failed(relateWindow(shapes.inputs[0], shapes.outputs[0], index + 2,
                            window, quotedName(layer), layer.getLoc(),
                            emitError)))
      return failure();
  return success();
}

/// The sizes that an adaptive layer states, one for each spatial dimension.
static FailureOr<SmallVector<int64_t>>
sizesOf(Operation *layer, unsigned spatialDims, EmitError emitError) {
  auto stated = cast<DenseI64ArrayAttr>(*layer->getInherentAttr("size"));
  SmallVector<int64_t> sizes(stated.asArrayRef());
  if (sizes.size() == 1)
    sizes.resize(spatialDims, sizes.front());
  if (sizes.size() != spatialDims)
    return emitError() << "expects 'size' to have 1 number or " << spatialDims
                       << ", got " << sizes.size();
  for (int64_t size : sizes)
    if (size <= 0)
      return emitError() << "expects each number of 'size' to be at least 1, "
                            "got "
                         << size;
  return sizes;
}

LogicalResult detail::relateAdaptivePool(LayerOpInterface layer,
                                         unsigned spatialDims,
                                         LayerShapes &shapes,
                                         EmitError emitError) {
  Shape &x = shapes.inputs[0], &y = shapes.outputs[0];
  if (failed(verifyImages(shapes, spatialDims, emitError)))
    return failure();
  FailureOr<SmallVector<int64_t>> sizes =
      sizesOf(layer, spatialDims, emitError);
  if (failed(sizes) || failed(relateImages(shapes, emitError)))
    return failure();
  Origin origin{layer.getLoc(), "the size of " + quotedName(layer)};
  for (auto [index, size] : llvm::enumerate(*sizes)) {
    unsigned dim = index + 2;
    if (failed(narrow(Dim(size, origin), y, dim,
                      fmt::format("dimension {} to be", dim), emitError)))
      return failure();
    const Dim &whole = x.dims[dim];
    if (!whole.isKnown() || whole.getSize() % size == 0)
      continue;
    InFlightDiagnostic diag =
        emitError() << "expects dimension " << dim
                    << " of its input to be a multiple of its size " << size
                    << ", as windows that overlap are not supported, got "
                    << whole.getSize();
    diag.attachNote(whole.getOrigin().location)
        << whole.getSize() << " comes from " << whole.getOrigin().phrase;
    return diag;
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Listings
//===----------------------------------------------------------------------===//

/// "Max" or "Avg".
static StringRef kindOf(Operation *layer) {
  return layer->getName().getStringRef().contains("max") ? "Max" : "Avg";
}

/// Keras's classes and Flax's functions.
static std::string describePlain(Operation *layer, unsigned spatialDims,
                                 NamingScheme scheme, StringRef prefix) {
  bool isMax = kindOf(layer) == "Max";
  if (scheme == NamingScheme::Flax)
    return isMax ? "max_pool" : "avg_pool";
  return fmt::format("{}{}Pooling{}D", prefix.str(), isMax ? "Max" : "Average",
                     spatialDims);
}

/// "3", or "(3, 5)": the numbers of a clause as PyTorch keeps them.
static std::string asStated(ArrayRef<int64_t> values, bool isTuple) {
  return isTuple || !llvm::all_equal(values) ? tuple(values)
                                             : std::to_string(values.front());
}

std::string detail::describePool(LayerOpInterface layer, unsigned spatialDims,
                                 NamingScheme scheme) {
  FailureOr<SmallVector<Window>> windows =
      windowsOf(layer, spatialDims, [&] { return layer.emitOpError(); });
  StringRef kind = kindOf(layer);
  if (failed(windows) || scheme == NamingScheme::Flax ||
      scheme == NamingScheme::Keras)
    return describePlain(layer, spatialDims, scheme, "");
  auto each = [&](auto of) {
    return llvm::map_to_vector(
        *windows, [&](const Window &window) -> int64_t { return of(window); });
  };
  auto kernel = each([](const Window &w) { return w.kernel; });
  auto stride = each([](const Window &w) { return w.stride; });
  auto padding = each([](const Window &w) { return w.before; });
  auto after = each([](const Window &w) { return w.after; });
  auto dilation = each([](const Window &w) { return w.dilation; });
  bool ceil = windows->front().ceil;
  bool isLopsided = padding != after;
  if (isLopsided)
    append_range(padding, after);
  if (scheme == NamingScheme::MXNet)
    return fmt::format("{}Pool{}D(size={}, stride={}, padding={}, "
                       "ceil_mode={}, global_pool=False, pool_type={})",
                       kind.str(), spatialDims, tuple(kernel), tuple(stride),
                       tuple(padding), ceil ? "True" : "False", kind.lower());
  // PyTorch makes tuples of the numbers of one layer only.
  bool isTuple = kind == "Avg" && spatialDims == 1;
  std::string text = fmt::format(
      "{}Pool{}d(kernel_size={}, stride={}, padding={}", kind.str(),
      spatialDims, asStated(kernel, isTuple), asStated(stride, isTuple),
      asStated(padding, isTuple || isLopsided));
  if (kind == "Max")
    text += fmt::format(", dilation={}, ceil_mode={}",
                        asStated(dilation, false), ceil ? "True" : "False");
  return text + ")";
}

std::string detail::describeAdaptivePool(LayerOpInterface layer,
                                         unsigned spatialDims,
                                         NamingScheme scheme) {
  FailureOr<SmallVector<int64_t>> sizes =
      sizesOf(layer, spatialDims, [&] { return layer.emitOpError(); });
  StringRef kind = kindOf(layer);
  if (failed(sizes) || scheme == NamingScheme::Flax ||
      scheme == NamingScheme::Keras)
    return describePlain(layer, spatialDims, scheme, "Adaptive");
  if (scheme == NamingScheme::MXNet)
    return fmt::format("Adaptive{}Pooling{}D(output_size={})", kind.str(),
                       spatialDims, tuple(*sizes));
  return fmt::format("Adaptive{}Pool{}d(output_size={})", kind.str(),
                     spatialDims, asStated(*sizes, false));
}

//===----------------------------------------------------------------------===//
// GlobalAvgPoolOp
//===----------------------------------------------------------------------===//

LogicalResult GlobalAvgPoolOp::relate(LayerShapes &shapes,
                                      EmitError emitError) {
  Shape &x = shapes.inputs[0], &y = shapes.outputs[0];
  if (x.rank() < 3)
    return emitError() << "expects an input of rank 3 or more (batch, channels "
                          "and spatial dimensions), got rank "
                       << x.rank();
  if (x.rank() != y.rank())
    return emitError() << "expects an output of the input's rank " << x.rank()
                       << ", got rank " << y.rank();
  if (failed(relateImages(shapes, emitError)))
    return failure();
  Dim one(1, Origin{getLoc(), "the mean of " + quotedName(*this)});
  for (unsigned dim = 2; dim < y.rank(); ++dim)
    if (failed(narrow(one, y, dim, fmt::format("dimension {} to be", dim),
                      emitError)))
      return failure();
  return success();
}

std::string GlobalAvgPoolOp::describe(NamingScheme scheme,
                                      const LayerShapes &shapes, StringRef) {
  unsigned spatialDims = shapes.inputs[0].rank() - 2;
  switch (scheme) {
  case NamingScheme::Torch:
    return fmt::format("AdaptiveAvgPool{}d(output_size=1)", spatialDims);
  case NamingScheme::MXNet:
    return fmt::format("GlobalAvgPool{}D()", spatialDims);
  case NamingScheme::Flax:
  case NamingScheme::Keras:
    return describePlain(*this, spatialDims, scheme, "Global");
  }
  llvm_unreachable("unknown naming scheme");
}

bool GlobalAvgPoolOp::isRowWise() { return true; }

void GlobalAvgPoolOp::assignOrders(LayerOrders &orders) {
  detail::channelsLast(orders);
}

} // namespace nascent::nn
