//===- Pooling.cpp - Maxima and means of windows --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerLowerings.h"
#include "LinalgBuilders.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "nascent/Conversion/NNToLinalg/LinalgLowering.h"
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
    int64_t size = images.sizeOf(dim) / images.placesOf(dim);
    images.windows.push_back({/*kernel=*/size, /*stride=*/size});
  }
}

/// Each window reduced by `ArithOp`, for which padding is neutral.
template <typename ArithOp>
Value reduceWindows(OpBuilder &builder, Location loc, const Images &images,
                    double neutral) {
  SmallVector<Window> windows(images.windows);
  SmallVector<int64_t> kernel;
  for (auto [dim, window] : llvm::enumerate(windows)) {
    // The last window may reach beyond its padding.
    int64_t end = (images.placesOf(dim) - 1) * window.stride + window.extent();
    window.after =
        std::max(window.after, end - window.before - images.sizeOf(dim));
    kernel.push_back(window.kernel);
  }
  // Loops: batch, places, channels, window.
  unsigned spatialDims = windows.size(), count = 2 * spatialDims + 2;
  auto dim = [&](unsigned index) { return builder.getAffineDimExpr(index); };
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
    return AffineMap::get(count, 0, indices, builder.getContext());
  };
  SmallVector<utils::IteratorType> iterators(count,
                                             utils::IteratorType::reduction);
  std::fill_n(iterators.begin(), spatialDims + 2,
              utils::IteratorType::parallel);
  Value padded = padWindows(builder, loc, images.input, windows, neutral);
  // Says how large windows are; nothing is read from it.
  Value taps = emptyLike(builder, loc, images.input, kernel);
  Value init =
      filled(builder, loc, images.input, images.type.getShape(), neutral);
  return linalg::GenericOp::create(
             builder, loc, images.type, ValueRange{padded, taps}, init,
             ArrayRef{map(read), map(inside), map(written)}, iterators,
             [](OpBuilder &nested, Location inner, ValueRange elements) {
               Value value =
                   ArithOp::create(nested, inner, elements[2], elements[0]);
               linalg::YieldOp::create(nested, inner, value);
             })
      .getResult(0);
}

/// Of how many elements the mean of a window is, along one dimension.
class WindowCount {
public:
  /// `size` being the dimension's, and only the elements in it counting where
  /// padding is excluded.
  WindowCount(const Window &window, int64_t size, bool excludesPadding)
      : window(window), first(excludesPadding ? 0 : -window.before),
        end(excludesPadding ? size : size + window.after) {}

  /// The count that all `places` have; none where they differ.
  std::optional<int64_t> common(int64_t places) const {
    int64_t count = at(0);
    for (int64_t place = 1; place < places; ++place)
      if (at(place) != count)
        return std::nullopt;
    return count;
  }

  /// The count at a place, as f32. No number of a window exceeds 31 bits, and
  /// 32-bit targets convert no more.
  Value emit(ImplicitLocOpBuilder &b, Value place) const {
    auto number = [&](int64_t value) -> Value {
      return arith::ConstantIndexOp::create(b, value);
    };
    Value step = arith::MulIOp::create(b, place, number(window.stride));
    Value start = arith::AddIOp::create(b, step, number(-window.before));
    Value beyond = arith::AddIOp::create(b, start, number(window.kernel));
    Value last = arith::MinSIOp::create(b, beyond, number(end));
    Value least = arith::MaxSIOp::create(b, start, number(first));
    Value count = arith::SubIOp::create(b, last, least);
    Value integer = arith::IndexCastOp::create(b, b.getI32Type(), count);
    return arith::SIToFPOp::create(b, b.getF32Type(), integer);
  }

private:
  int64_t at(int64_t place) const {
    int64_t start = place * window.stride - window.before;
    return std::min(start + window.kernel, end) - std::max(start, first);
  }

  Window window;
  int64_t first, end;
};

Value meanOfWindows(OpBuilder &builder, Location loc, const Images &images,
                    bool excludesPadding) {
  Value sums =
      reduceWindows<arith::AddFOp>(builder, loc, images, /*neutral=*/0.0);
  SmallVector<std::pair<unsigned, WindowCount>> varying;
  int64_t common = 1;
  for (auto [dim, window] : llvm::enumerate(images.windows)) {
    WindowCount count(window, images.sizeOf(dim), excludesPadding);
    if (std::optional<int64_t> same = count.common(images.placesOf(dim)))
      common *= *same;
    else
      varying.emplace_back(dim + 1, count);
  }
  return elementwise(
      builder, loc, sums, [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
        Value count = constant(b, b.getLoc(), double(common));
        for (const auto &[dim, of] : varying) {
          Value own = of.emit(b, linalg::IndexOp::create(b, dim));
          count = arith::MulFOp::create(b, count, own);
        }
        return arith::DivFOp::create(b, v[0], count);
      });
}

Value maximumOfWindows(OpBuilder &builder, Location loc, const Images &images) {
  return reduceWindows<arith::MaximumFOp>(
      builder, loc, images, -std::numeric_limits<double>::infinity());
}

template <typename LayerOp, bool isMax>
struct PoolLowering
    : LinalgLoweringOpInterface::ExternalModel<PoolLowering<LayerOp, isMax>,
                                               LayerOp> {
  Value lowerToLinalg(Operation *op, OpBuilder &builder, Location loc,
                      ValueRange inputs, ValueRange) const {
    Images images = imagesOf(op, inputs[0]);
    images.windows = *windowsOf(op, images.type.getRank() - 2,
                                [&] { return op->emitError(); });
    if constexpr (isMax)
      return maximumOfWindows(builder, loc, images);
    else
      return meanOfWindows(builder, loc, images,
                           cast<LayerOp>(op).getExcludePadding());
  }
};

template <typename LayerOp, bool isMax>
struct EvenPoolLowering
    : LinalgLoweringOpInterface::ExternalModel<EvenPoolLowering<LayerOp, isMax>,
                                               LayerOp> {
  Value lowerToLinalg(Operation *op, OpBuilder &builder, Location loc,
                      ValueRange inputs, ValueRange) const {
    Images images = imagesOf(op, inputs[0]);
    splitEvenly(images);
    return isMax ? maximumOfWindows(builder, loc, images)
                 : meanOfWindows(builder, loc, images,
                                 /*excludesPadding=*/false);
  }
};

template <bool isMax, typename... LayerOps>
void attachPools(MLIRContext &context) {
  (LayerOps::template attachInterface<PoolLowering<LayerOps, isMax>>(context),
   ...);
}

template <bool isMax, typename... LayerOps>
void attachEvenPools(MLIRContext &context) {
  (LayerOps::template attachInterface<EvenPoolLowering<LayerOps, isMax>>(
       context),
   ...);
}

} // namespace

void attachPoolingLowerings(MLIRContext &context) {
  attachPools<true, MaxPool1dOp, MaxPool2dOp, MaxPool3dOp>(context);
  attachPools<false, AvgPool1dOp, AvgPool2dOp, AvgPool3dOp>(context);
  attachEvenPools<true, AdaptiveMaxPool1dOp, AdaptiveMaxPool2dOp,
                  AdaptiveMaxPool3dOp>(context);
  attachEvenPools<false, AdaptiveAvgPool1dOp, AdaptiveAvgPool2dOp,
                  AdaptiveAvgPool3dOp, GlobalAvgPoolOp>(context);
}

} // namespace nascent::nn
