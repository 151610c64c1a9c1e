//===- Pooling.cpp - Maxima and means of windows --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerLowerings.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "nascent/Conversion/NNToLinalg/LinalgBuilders.h"
#include "nascent/Conversion/NNToLinalg/Margins.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include <limits>

using namespace mlir;

namespace nascent::nn {
namespace {

/// Values are (batch, spatial…, channels).
struct Images {
  Value input;
  /// The result's type.
  RankedTensorType type;
  SmallVector<Window> windows;

  int64_t sizeOf(unsigned dim) const {
    return cast<RankedTensorType>(input.getType()).getDimSize(dim + 1);
  }
  int64_t placesOf(unsigned dim) const { return type.getDimSize(dim + 1); }
};

Images imagesOf(Operation *layer, Value input) {
  return {input, storedType(layer->getResult(0).getType()), {}};
}

/// Windows that lie side by side and leave nothing out.
void splitEvenly(Images &images) {
  for (unsigned dim = 0, e = images.type.getRank() - 2; dim < e; ++dim) {
    int64_t size = images.sizeOf(dim);
    // A window of all that is open: there is one place, so no stride.
    if (ShapedType::isDynamic(size)) {
      images.windows.push_back({/*kernel=*/size, /*stride=*/1});
      continue;
    }
    size /= images.placesOf(dim);
    images.windows.push_back({/*kernel=*/size, /*stride=*/size});
  }
}

/// Each window reduced by `ArithOp`, for which padding is neutral.
template <typename ArithOp>
Value reduceWindows(ImplicitLocOpBuilder &b, const Images &images,
                    double neutral,
                    arith::FastMathFlags flags = arith::FastMathFlags::none) {
  SmallVector<Window> windows(images.windows);
  Sizes kernel;
  for (auto [dim, window] : llvm::enumerate(windows)) {
    if (ShapedType::isDynamic(window.kernel)) {
      kernel.push_back(
          tensor::DimOp::create(b, images.input, dim + 1).getResult());
      continue;
    }
    kernel.push_back(b.getIndexAttr(window.kernel));
    // The last window may reach beyond its padding.
    if (ShapedType::isDynamic(images.sizeOf(dim))) {
      window.after += window.ceil ? window.stride - 1 : 0;
      continue;
    }
    int64_t end = (images.placesOf(dim) - 1) * window.stride + window.extent();
    window.after =
        std::max(window.after, end - window.before - images.sizeOf(dim));
  }
  // Loops: batch, places, channels, window.
  unsigned spatialDims = windows.size(), count = 2 * spatialDims + 2;
  auto dim = [&](unsigned index) { return b.getAffineDimExpr(index); };
  SmallVector<AffineExpr> read = {dim(0)}, inside, written = {dim(0)};
  for (auto [index, window] : llvm::enumerate(windows)) {
    written.push_back(dim(index + 1));
    inside.push_back(dim(spatialDims + 2 + index));
    read.push_back(written.back() * window.stride +
                   inside.back() * window.dilation);
  }
  read.push_back(dim(spatialDims + 1));
  written.push_back(dim(spatialDims + 1));
  auto map = [&](ArrayRef<AffineExpr> indices) {
    return AffineMap::get(count, 0, indices, b.getContext());
  };
  SmallVector<utils::IteratorType> iterators(count,
                                             utils::IteratorType::reduction);
  std::fill_n(iterators.begin(), spatialDims + 2,
              utils::IteratorType::parallel);
  Value padded = padWindows(b, images.input, windows, neutral);
  // Says how large windows are; nothing is read from it.
  Value taps = emptyOf(b, kernel);
  Value init = filledOf(
      b, sizesOfPlaces(b, images.input, images.windows, images.type.getShape()),
      neutral);
  return linalg::GenericOp::create(
             b, images.type, ValueRange{padded, taps}, init,
             ArrayRef{map(read), map(inside), map(written)}, iterators,
             [&](OpBuilder &nested, Location inner, ValueRange elements) {
               Value value = ArithOp::create(nested, inner, elements[2],
                                             elements[0], flags);
               linalg::YieldOp::create(nested, inner, value);
             })
      .getResult(0);
}

/// Of how many elements the mean of a window is, along one dimension.
class WindowCount {
public:
  /// `size` being the dimension's, and only the elements in it counting where
  /// padding is excluded.
  WindowCount(const Window &window, OpFoldResult size, bool excludesPadding)
      : window(window), size(size), first(excludesPadding ? 0 : -window.before),
        beyond(excludesPadding ? 0 : window.after) {}

  /// The count that all `places` have; none where they differ, or may.
  std::optional<int64_t> common(int64_t places) const {
    std::optional<int64_t> known = getConstantIntValue(size);
    bool isPadded = window.before != 0 || window.after != 0 || window.ceil;
    if (ShapedType::isDynamic(window.kernel) || (!known && isPadded))
      return std::nullopt;
    if (!known)
      return window.kernel;
    int64_t count = at(0, *known);
    for (int64_t place = 1; place < places; ++place)
      if (at(place, *known) != count)
        return std::nullopt;
    return count;
  }

  /// The count at a place, as f32. No number of a window exceeds 31 bits, and
  /// 32-bit targets convert no more.
  Value emit(ImplicitLocOpBuilder &b, unsigned dim) const {
    Value count = ShapedType::isDynamic(window.kernel) ? cast<Value>(size)
                                                       : emitCount(b, dim);
    Value integer = arith::IndexCastOp::create(b, b.getI32Type(), count);
    return arith::SIToFPOp::create(b, b.getF32Type(), integer);
  }

private:
  Value emitCount(ImplicitLocOpBuilder &b, unsigned dim) const {
    auto number = [&](int64_t value) -> Value {
      return arith::ConstantIndexOp::create(b, value);
    };
    Value place = linalg::IndexOp::create(b, dim);
    Value step = arith::MulIOp::create(b, place, number(window.stride));
    Value start = arith::AddIOp::create(b, step, number(-window.before));
    Value next = arith::AddIOp::create(b, start, number(window.kernel));
    Value last = arith::MinSIOp::create(b, next, emitEnd(b));
    Value least = arith::MaxSIOp::create(b, start, number(first));
    return arith::SubIOp::create(b, last, least);
  }

  int64_t at(int64_t place, int64_t known) const {
    int64_t start = place * window.stride - window.before;
    return std::min(start + window.kernel, known + beyond) -
           std::max(start, first);
  }

  Value emitEnd(ImplicitLocOpBuilder &b) const {
    int64_t known = getConstantIntValue(size).value_or(0);
    Value end = arith::ConstantIndexOp::create(b, known + beyond);
    auto open = dyn_cast<Value>(size);
    return open ? Value(arith::AddIOp::create(b, open, end)) : end;
  }

  Window window;
  OpFoldResult size;
  /// The first element that counts, and how many do behind the last one.
  int64_t first, beyond;
};

Value meanOfWindows(ImplicitLocOpBuilder &b, const Images &images,
                    bool excludesPadding) {
  Value sums = reduceWindows<arith::AddFOp>(b, images, /*neutral=*/0.0);
  SmallVector<std::pair<unsigned, WindowCount>> varying;
  Sizes sizes =
      sizesLike(b, images.input,
                cast<RankedTensorType>(images.input.getType()).getShape());
  int64_t common = 1;
  for (auto [dim, window] : llvm::enumerate(images.windows)) {
    WindowCount count(window, sizes[dim + 1], excludesPadding);
    if (std::optional<int64_t> same = count.common(images.placesOf(dim)))
      common *= *same;
    else
      varying.emplace_back(dim + 1, count);
  }
  return elementwise(b, sums,
                     [&](ImplicitLocOpBuilder &in, ValueRange v) -> Value {
                       Value count = constant(in, double(common));
                       for (const auto &[dim, of] : varying) {
                         Value own = of.emit(in, dim);
                         count = arith::MulFOp::create(in, count, own);
                       }
                       return arith::DivFOp::create(in, v[0], count);
                     });
}

/// Of zeros that differ in their signs, PyTorch takes the first, and so may we.
Value maximumOfWindows(ImplicitLocOpBuilder &b, const Images &images) {
  return reduceWindows<arith::MaximumFOp>(
      b, images, -std::numeric_limits<double>::infinity(),
      arith::FastMathFlags::nsz);
}

template <bool isMax, typename LayerOp>
Value lowerPool(LayerOp op, ImplicitLocOpBuilder &b, ValueRange inputs,
                ValueRange) {
  Images images = imagesOf(op, inputs[0]);
  images.windows = *windowsOf(op, images.type.getRank() - 2,
                              [&] { return op->emitError(); });
  if constexpr (isMax)
    return maximumOfWindows(b, images);
  else
    return meanOfWindows(b, images, op.getExcludePadding());
}

template <bool isMax, typename LayerOp>
Value lowerEvenPool(LayerOp op, ImplicitLocOpBuilder &b, ValueRange inputs,
                    ValueRange) {
  Images images = imagesOf(op, inputs[0]);
  for (unsigned dim = 0, e = images.type.getRank() - 2; dim < e; ++dim)
    if (ShapedType::isDynamic(images.sizeOf(dim)) &&
        images.placesOf(dim) != 1) {
      emitLayerError(op)
          << "divides dimension " << dim + 2
          << " of its input, which is open, into " << images.placesOf(dim)
          << " windows; only one window of all can stay open, so bind that "
             "dimension";
      return Value();
    }
  splitEvenly(images);
  return isMax ? maximumOfWindows(b, images)
               : meanOfWindows(b, images,
                               /*excludesPadding=*/false);
}

/// The dimensions of `input`, as it is stored, that the layer does not keep.
template <typename LayerOp>
SmallVector<unsigned> reducedDims(LayerOp layer) {
  auto type = cast<RankedTensorType>(layer.getInput().getType());
  return llvm::map_to_vector(layer.getDims(), [&](int64_t axis) {
    return unsigned(storedDim(type, axis < 0 ? axis + type.getRank() : axis));
  });
}

/// An element at `place` along a dimension, or `neutral` if that is behind the
/// length of its row.
Value withinLength(ImplicitLocOpBuilder &b, Value element, Value place,
                   Value length, double neutral) {
  Value isThere = isWithin(b, place, length);
  Value none = constant(b, neutral);
  return arith::SelectOp::create(b, isThere, element, none);
}

/// Elements along dimension `dim` of a value, of which those behind the length
/// of their row, if there are `lengths`, are `neutral`; reduced.
Value reduceWithin(
    ImplicitLocOpBuilder &b, ValueRange inputs, ArrayRef<unsigned> dims,
    double neutral,
    function_ref<Value(ImplicitLocOpBuilder &, Value, Value)> combine) {
  AffineMap all = b.getMultiDimIdentityMap(typeOf(inputs[0]).getRank());
  SmallVector<AffineMap> maps = {all};
  bool hasLengths = inputs.size() > 1;
  if (hasLengths)
    maps.push_back(all.getMajorSubMap(1));
  return reduce(b, inputs, maps, dims, neutral,
                [&](ImplicitLocOpBuilder &in, ValueRange v) -> Value {
                  Value element = v[0];
                  if (hasLengths) {
                    Value place = linalg::IndexOp::create(in, dims.front());
                    element = withinLength(in, element, place, v[1], neutral);
                  }
                  return combine(in, v.back(), element);
                });
}

Value lower(MaxOverOp layer, ImplicitLocOpBuilder &b, ValueRange inputs,
            ValueRange) {
  return reduceWithin(
      b, inputs, reducedDims(layer), -std::numeric_limits<double>::infinity(),
      [](ImplicitLocOpBuilder &in, Value before, Value x) -> Value {
        // The sign of a zero is PyTorch's choice, and ours.
        return arith::MaximumFOp::create(in, before, x,
                                         arith::FastMathFlags::nsz);
      });
}

/// The maximum of values that are there as they are has a gradient.
Value lowerTrained(MaxOverOp layer, ImplicitLocOpBuilder &b, ValueRange inputs,
                   ValueRange parameters) {
  if (inputs.size() == 1)
    return lower(layer, b, inputs, parameters);
  unsigned dim = reducedDims(layer).front();
  AffineMap all = b.getMultiDimIdentityMap(typeOf(inputs[0]).getRank());
  Value within = elementwise(
      b, inputs, {all, all.getMajorSubMap(1)},
      [&](ImplicitLocOpBuilder &in, ValueRange v) -> Value {
        Value place = linalg::IndexOp::create(in, dim);
        return withinLength(in, v[0], place, v[1],
                            -std::numeric_limits<double>::infinity());
      });
  nameKernel(within, "within");
  return lower(layer, b, within, parameters);
}

Value lower(MeanOverOp op, ImplicitLocOpBuilder &b, ValueRange inputs,
            ValueRange) {
  SmallVector<unsigned> dims = reducedDims(op);
  bool hasLengths = inputs.size() > 1;
  Value count = hasLengths ? Value() : countOf(b, inputs[0], dims);
  Value sums = reduceWithin(
      b, inputs, dims, 0.0,
      [](ImplicitLocOpBuilder &in, Value before, Value x) -> Value {
        return arith::AddFOp::create(in, before, x);
      });
  if (hasLengths)
    return elementwise(
        b, {sums, inputs[1]},
        [](ImplicitLocOpBuilder &in, ValueRange v) -> Value {
          Value word = arith::BitcastOp::create(in, in.getI32Type(), v[1]);
          Value count = arith::SIToFPOp::create(in, in.getF32Type(), word);
          return arith::DivFOp::create(in, v[0], count);
        });
  return elementwise(b, sums,
                     [&](ImplicitLocOpBuilder &in, ValueRange v) -> Value {
                       return arith::DivFOp::create(in, v[0], count);
                     });
}

template <bool isMax, typename... LayerOps>
void attachPools(MLIRContext &context) {
  (attach<LayerOps, lowerPool<isMax>>(context), ...);
}

template <bool isMax, typename... LayerOps>
void attachEvenPools(MLIRContext &context) {
  (attach<LayerOps, lowerEvenPool<isMax>>(context), ...);
}

} // namespace

void attachPoolingLowerings(MLIRContext &context) {
  attachPools<true, MaxPool1dOp, MaxPool2dOp, MaxPool3dOp>(context);
  attachPools<false, AvgPool1dOp, AvgPool2dOp, AvgPool3dOp>(context);
  attachEvenPools<true, AdaptiveMaxPool1dOp, AdaptiveMaxPool2dOp,
                  AdaptiveMaxPool3dOp>(context);
  attachEvenPools<false, AdaptiveAvgPool1dOp, AdaptiveAvgPool2dOp,
                  AdaptiveAvgPool3dOp, GlobalAvgPoolOp>(context);
  attach<MaxOverOp, lower, lowerTrained>(context);
  attach<MeanOverOp, lower>(context);
}

} // namespace nascent::nn
