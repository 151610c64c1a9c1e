//===- Window.cpp - Layers with a sliding window --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerRules.h"
#include "nascent/Dialect/NN/IR/WindowLayer.h"
#include "llvm/Support/MathExtras.h"
#include <fmt/format.h>
#include <limits>

using namespace mlir;

namespace nascent::nn {

/// No number in a clause is larger: sums and products of a few stay exact.
static constexpr int64_t largest = std::numeric_limits<int32_t>::max();

bool isTransposed(Operation *layer) {
  return layer->getInherentAttr("output_padding").has_value();
}

namespace {

/// Reads the clauses of one layer.
class WindowReader {
public:
  WindowReader(Operation *layer, unsigned spatialDims, EmitError emitError)
      : layer(layer), spatialDims(spatialDims), emitError(emitError) {}

  FailureOr<SmallVector<Window>> read();

private:
  /// The numbers of a clause, or `byDefault` for each dimension.
  FailureOr<SmallVector<int64_t>> numbers(StringRef clause, int64_t least,
                                          std::optional<int64_t> byDefault);
  LogicalResult readPadding(MutableArrayRef<Window> windows);
  /// All before, so that no window reaches what comes after its place.
  LogicalResult padBefore(MutableArrayRef<Window> windows);
  LogicalResult readOutputPadding(MutableArrayRef<Window> windows);
  /// As much before as after, or one more after.
  LogicalResult keepSizes(MutableArrayRef<Window> windows);

  Operation *layer;
  unsigned spatialDims;
  EmitError emitError;
};

FailureOr<SmallVector<int64_t>>
WindowReader::numbers(StringRef clause, int64_t least,
                      std::optional<int64_t> byDefault) {
  auto stated = dyn_cast_or_null<DenseI64ArrayAttr>(
      layer->getInherentAttr(clause).value_or(Attribute()));
  if (!stated)
    return SmallVector<int64_t>(byDefault ? spatialDims : 0,
                                byDefault.value_or(0));
  SmallVector<int64_t> values(stated.asArrayRef());
  for (int64_t value : values)
    if (value < least || value > largest)
      return emitError() << "expects each number of '" << clause
                         << "' to be from " << least << " to " << largest
                         << ", got " << value;
  if (values.size() == 1)
    values.resize(spatialDims, values.front());
  return values;
}

LogicalResult WindowReader::keepSizes(MutableArrayRef<Window> windows) {
  if (isTransposed(layer))
    return emitError() << "is a transposed convolution, and has "
                          "'padding(same)'; state the padding in numbers";
  for (Window &window : windows) {
    if (window.stride != 1)
      return emitError()
             << "has 'padding(same)', which keeps sizes, but stride "
             << window.stride << "; state the padding in numbers";
    window.before = (window.extent() - 1) / 2;
    window.after = window.extent() - 1 - window.before;
  }
  return success();
}

LogicalResult WindowReader::padBefore(MutableArrayRef<Window> windows) {
  if (layer->getInherentAttr("padding").value_or(Attribute()))
    return emitError() << "has 'causal', which says where padding is, and "
                          "'padding'; drop one";
  for (Window &window : windows)
    window.before = window.extent() - 1;
  return success();
}

LogicalResult WindowReader::readPadding(MutableArrayRef<Window> windows) {
  if (layer->getInherentAttr("causal").value_or(Attribute()))
    return padBefore(windows);
  if (isa_and_nonnull<StringAttr>(
          layer->getInherentAttr("padding").value_or(Attribute())))
    return keepSizes(windows);
  FailureOr<SmallVector<int64_t>> padding = numbers("padding", 0, 0);
  if (failed(padding))
    return failure();
  if (padding->size() != spatialDims && padding->size() != 2 * spatialDims)
    return emitError() << "expects 'padding' to have 1 number, " << spatialDims
                       << " or, with those after each dimension, "
                       << 2 * spatialDims << ", got " << padding->size();
  for (auto [dim, window] : llvm::enumerate(windows)) {
    window.before = (*padding)[dim];
    window.after = (*padding)[padding->size() - spatialDims + dim];
  }
  return success();
}

LogicalResult WindowReader::readOutputPadding(MutableArrayRef<Window> windows) {
  FailureOr<SmallVector<int64_t>> more = numbers("output_padding", 0, 0);
  if (failed(more))
    return failure();
  if (more->size() != spatialDims)
    return emitError() << "expects 'output_padding' to have 1 number"
                       << (spatialDims == 1 ? "" : " or " + Twine(spatialDims))
                       << ", got " << more->size();
  for (auto [padding, window] : llvm::zip(*more, windows)) {
    window.outputPadding = padding;
    int64_t limit = std::max(window.stride, window.dilation);
    if (padding >= limit)
      return emitError() << "expects 'output_padding' to be less than the "
                            "stride or the dilation, at most "
                         << limit - 1 << ", got " << padding;
  }
  return success();
}

FailureOr<SmallVector<Window>> WindowReader::read() {
  FailureOr<SmallVector<int64_t>> kernel = numbers("kernel", 1, std::nullopt);
  if (failed(kernel))
    return failure();
  // Pooling windows are side by side where nothing is said.
  bool isPooling = !layer->getInherentAttr("groups");
  FailureOr<SmallVector<int64_t>> stride = numbers(
      "stride", 1, isPooling ? std::nullopt : std::optional<int64_t>(1));
  FailureOr<SmallVector<int64_t>> dilation = numbers("dilation", 1, 1);
  if (failed(stride) || failed(dilation))
    return failure();
  if (stride->empty())
    *stride = *kernel;
  for (auto [clause, values] : {std::pair(StringRef("kernel"), &*kernel),
                                {"stride", &*stride},
                                {"dilation", &*dilation}})
    if (values->size() != spatialDims)
      return emitError() << "expects '" << clause << "' to have 1 number"
                         << (spatialDims == 1 ? ""
                                              : " or " + Twine(spatialDims))
                         << ", got " << values->size();
  SmallVector<Window> windows;
  for (unsigned dim = 0; dim < spatialDims; ++dim) {
    windows.push_back({(*kernel)[dim], (*stride)[dim], (*dilation)[dim]});
    windows.back().ceil =
        bool(layer->getInherentAttr("ceil").value_or(Attribute()));
  }
  if (failed(readPadding(windows)) || failed(readOutputPadding(windows)))
    return failure();
  return windows;
}

} // namespace

FailureOr<SmallVector<Window>> windowsOf(Operation *layer, unsigned spatialDims,
                                         EmitError emitError) {
  return WindowReader(layer, spatialDims, emitError).read();
}

LogicalResult verifyPadded(const Shape &x, ArrayRef<Window> windows,
                           bool transposed, EmitError emitError) {
  SmallVector<int64_t> sizes = x.sizes();
  for (auto [size, window] :
       llvm::zip(MutableArrayRef(sizes).drop_front(2), windows)) {
    int64_t more = window.before + window.after;
    if (window.ceil)
      more += window.stride - 1;
    // Each place within a stride sees the taps that are strides apart.
    if (transposed)
      more = 2 * (window.extent() / window.stride);
    if (!ShapedType::isDynamic(size) && llvm::AddOverflow(size, more, size))
      return emitError() << "pads its input to 2^63 elements or more";
  }
  return verifySize(sizes, "padded input", emitError);
}

/// Where the last window begins at the latest, counted from the input's end.
static int64_t latestBegin(const Window &window) {
  int64_t begin = window.after - window.extent();
  if (!window.ceil)
    return begin;
  // A last window that begins in the padding behind the input would see
  // nothing.
  return std::max(begin, std::min<int64_t>(begin + window.stride - 1, -1));
}

SizeExpr placesOf(const Window &window, const SizeExpr &size) {
  return (size + (window.before + latestBegin(window)))
             .floorDiv(window.stride) +
         1;
}

LogicalResult relateWindow(Shape &x, Shape &y, unsigned dim,
                           const Window &window, StringRef layer, Location loc,
                           EmitError emitError) {
  const Dim &size = x.dims[dim], &places = y.dims[dim];
  std::string what = fmt::format("dimension {} to be", dim);
  if (!size.getExpr().isUnknown() && !(size.isKnown() && size.getSize() <= 0)) {
    SizeExpr padded = size.getExpr() + (window.before + window.after);
    if (size.isKnown() && padded.isTooLarge())
      return emitError() << "pads its input to 2^63 elements or more";
    int64_t least =
        window.ceil ? window.extent() - window.stride + 1 : window.extent();
    if (size.isKnown() && padded.getNumber() < least) {
      return noteOrigin(emitError()
                            << "expects dimension " << dim
                            << " of its padded input to be at least " << least
                            << ", the window's extent"
                            << (window.ceil ? " less its stride, plus 1" : "")
                            << ", got " << padded.getNumber(),
                        size);
    }
    x.require(SizeCondition::atLeast(padded, least));
    return narrow(Dim(placesOf(window, size.getExpr()),
                      derived(size.getOrigin(),
                              fmt::format("by the window of {}", layer.str()))),
                  y, dim, what, emitError);
  }
  if (!places.isKnown() || window.stride != 1 || places.getSize() <= 0)
    return success();
  int64_t input;
  if (llvm::AddOverflow(places.getSize(),
                        window.extent() - 1 - window.before - window.after,
                        input))
    return emitError() << "needs an input of 2^63 elements or more";
  Origin origin = derived(places.getOrigin(),
                          fmt::format("by the window of {}", layer.str()));
  if (input > 0)
    return narrow(Dim(input, origin), x, dim, what, emitError);
  return noteOrigin(emitError() << "has no input for an output of size "
                                << places.getSize() << " in dimension " << dim,
                    places);
}

} // namespace nascent::nn
