//===- Pooling.cpp - Maxima and means of windows --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerRules.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "llvm/ADT/SmallBitVector.h"
#include <fmt/format.h>

using namespace mlir;

namespace nascent::nn {

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
      failed(relateBatchAndChannels(shapes, emitError)) ||
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
  if (failed(sizes) || failed(relateBatchAndChannels(shapes, emitError)))
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
    return noteOrigin(
        emitError() << "expects dimension " << dim
                    << " of its input to be a multiple of its size " << size
                    << ", as windows that overlap are not supported, got "
                    << whole.getSize(),
        whole);
  }
  return success();
}

//===----------------------------------------------------------------------===//
// GlobalAvgPoolOp
//===----------------------------------------------------------------------===//

LogicalResult GlobalAvgPoolOp::relate(LayerShapes &shapes,
                                      EmitError emitError) {
  Shape &y = shapes.outputs[0];
  if (failed(verifyImages(shapes, emitError)) ||
      failed(relateBatchAndChannels(shapes, emitError)))
    return failure();
  Dim one(1, Origin{getLoc(), "the mean of " + quotedName(*this)});
  for (unsigned dim = 2; dim < y.rank(); ++dim)
    if (failed(narrow(one, y, dim, fmt::format("dimension {} to be", dim),
                      emitError)))
      return failure();
  return success();
}

void GlobalAvgPoolOp::assignOrders(LayerOrders &orders) {
  detail::channelsLast(orders);
}

//===----------------------------------------------------------------------===//
// MeanOverOp, MaxOverOp
//===----------------------------------------------------------------------===//

/// Of each dimension of a value of `rank`, whether it is among `dims`.
static FailureOr<llvm::SmallBitVector>
reducedOf(ArrayRef<int64_t> dims, unsigned rank, EmitError emitError) {
  if (dims.empty())
    return emitError() << "expects 'dims' to have 1 number or more, got none";
  llvm::SmallBitVector reduced(rank);
  for (int64_t axis : dims) {
    FailureOr<unsigned> dim = resolveAxis(axis, rank, emitError);
    if (failed(dim))
      return failure();
    if (reduced.test(*dim))
      return emitError() << "has dimension " << *dim << " twice in 'dims'";
    reduced.set(*dim);
  }
  return reduced;
}

LogicalResult detail::relateOver(LayerOpInterface layer, ArrayRef<int64_t> dims,
                                 LayerShapes &shapes, EmitError emitError) {
  Shape &x = shapes.inputs[0], &y = shapes.outputs[0];
  FailureOr<llvm::SmallBitVector> reduced =
      reducedOf(dims, x.rank(), emitError);
  if (failed(reduced))
    return failure();
  if (y.rank() != x.rank() - dims.size())
    return emitError() << "expects an output of rank " << x.rank() - dims.size()
                       << ", that of its input less " << dims.size()
                       << ", got rank " << y.rank();
  bool hasLengths = shapes.inputs.size() > 1;
  if (hasLengths && dims.size() != 1)
    return emitError() << "expects one dimension in 'dims', as it has "
                          "'lengths', got "
                       << dims.size();
  if (hasLengths && failed(relateLengths(x, shapes.inputs[1], emitError)))
    return failure();
  unsigned kept = 0;
  for (unsigned dim = 0; dim < x.rank(); ++dim) {
    if (reduced->test(dim))
      continue;
    if (failed(unify(x, dim, y, kept, fmt::format("dimension {} to be", kept),
                     emitError)))
      return failure();
    ++kept;
  }
  return success();
}

void detail::orderOver(ArrayRef<int64_t> dims, LayerOrders &orders) {
  Order &input = orders.inputs[0];
  int64_t rank = orders.inputTypes[0].getRank();
  if (input.isMerged())
    input = Order();
  bool isSpatial = llvm::all_of(
      dims, [&](int64_t axis) { return (axis < 0 ? axis + rank : axis) > 1; });
  // What is left of two dimensions has one order.
  if (isSpatial && rank - int64_t(dims.size()) > 2)
    orders.output = input;
}

} // namespace nascent::nn
