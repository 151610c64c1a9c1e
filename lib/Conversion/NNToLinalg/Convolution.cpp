//===- Convolution.cpp - Convolutions -------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerLowerings.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "nascent/Conversion/NNToLinalg/LinalgBuilders.h"
#include "nascent/Dialect/NN/IR/NNOps.h"

using namespace mlir;

namespace nascent::nn {

namespace {

/// The loops of a convolution, and what it reads and writes by them.
class Convolution {
public:
  Convolution(ImplicitLocOpBuilder &b, ArrayRef<Window> windows)
      : b(b), windows(windows) {}

  /// Each channel by itself.
  Value lowerDepthwise(Value input, Value weight, Value init);
  /// All channels of a group, of which there may be one.
  Value lower(Value input, Value weight, Value init, int64_t groups);

private:
  AffineExpr addLoop() { return b.getAffineDimExpr(numLoops++); }
  /// Adds the loops over batch and places, and later over the window.
  void addPlaces();
  void addWindow();
  Value build(Value input, Value weight, Value init);

  ImplicitLocOpBuilder &b;
  ArrayRef<Window> windows;
  unsigned numLoops = 0;
  /// Which loops each operand's dimensions are indexed by.
  SmallVector<AffineExpr> read, weightRead, written;
};

void Convolution::addPlaces() {
  for (size_t i = 0; i <= windows.size(); ++i) {
    AffineExpr loop = addLoop();
    read.push_back(i == 0 ? loop : loop * windows[i - 1].stride);
    written.push_back(loop);
  }
}

void Convolution::addWindow() {
  for (auto [index, window] : llvm::enumerate(windows)) {
    AffineExpr loop = addLoop();
    read[index + 1] = read[index + 1] + loop * window.dilation;
    weightRead.push_back(loop);
  }
}

Value Convolution::build(Value input, Value weight, Value init) {
  auto map = [&](ArrayRef<AffineExpr> indices) {
    return AffineMap::get(numLoops, 0, indices, b.getContext());
  };
  return sumOfProducts(b, input, weight, init,
                       {map(read), map(weightRead), map(written)});
}

Value Convolution::lowerDepthwise(Value input, Value weight, Value init) {
  addPlaces();
  AffineExpr channel = addLoop();
  read.push_back(channel);
  weightRead.push_back(channel);
  written.push_back(channel);
  addWindow();
  weightRead.push_back(b.getAffineConstantExpr(0));
  return build(input, weight, init);
}

Value Convolution::lower(Value input, Value weight, Value init,
                         int64_t groups) {
  addPlaces();
  if (groups > 1) {
    weight = splitGroups(b, weight, 0, groups);
    AffineExpr group = addLoop();
    read.push_back(group);
    weightRead.push_back(group);
    written.push_back(group);
  }
  AffineExpr channel = addLoop();
  weightRead.push_back(channel);
  written.push_back(channel);
  addWindow();
  AffineExpr inputChannel = addLoop();
  read.push_back(inputChannel);
  weightRead.push_back(inputChannel);
  return build(input, weight, init);
}

/// A sum of products over the window and the channels, onto the bias. Values
/// are (batch, spatial…, channels), the weight is (channels, kernel…, channels
/// of a group).
template <unsigned spatialDims, typename LayerOp>
Value lowerConvolution(LayerOp layer, ImplicitLocOpBuilder &b,
                       ValueRange inputs, ValueRange parameters) {
  auto windows =
      windowsOf(layer, spatialDims, [&] { return layer->emitError(); });
  RankedTensorType type = storedType(layer.getType());
  Value input = inputs[0],
        bias = parameters.size() == 2 ? parameters[1] : Value();
  constexpr int64_t last = spatialDims + 1;
  int64_t groups = layer.getGroups();
  bool isDepthwise =
      groups > 1 && groups == int64_t(layer.getChannels()) &&
      groups == cast<RankedTensorType>(input.getType()).getDimSize(last);
  bool isSplit = groups > 1 && !isDepthwise;
  SmallVector<int64_t> shape(type.getShape());
  if (isSplit) {
    input = splitGroups(b, input, last, groups);
    if (bias)
      bias = splitGroups(b, bias, 0, groups);
    shape.back() /= groups;
    shape.insert(shape.end() - 1, groups);
  }
  Sizes sizes = sizesOfPlaces(b, inputs[0], *windows, shape);
  Value init =
      bias ? linalg::BroadcastOp::create(
                 b, bias, emptyOf(b, sizes),
                 llvm::to_vector(llvm::seq<int64_t>(0, spatialDims + 1)))
                 .getResults()[0]
           : filledOf(b, sizes, 0.0);
  input = padWindows(b, input, *windows, 0.0);
  Convolution convolution(b, *windows);
  if (isDepthwise)
    return convolution.lowerDepthwise(input, parameters[0], init);
  Value result = convolution.lower(input, parameters[0], init, groups);
  return isSplit ? mergeGroups(b, result, type) : result;
}

} // namespace

void attachConvolutionLowerings(MLIRContext &context) {
  attach<Conv1dOp, lowerConvolution<1>>(context);
  attach<Conv2dOp, lowerConvolution<2>>(context);
  attach<Conv3dOp, lowerConvolution<3>>(context);
}

} // namespace nascent::nn
