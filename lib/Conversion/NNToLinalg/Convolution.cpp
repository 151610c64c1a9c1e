//===- Convolution.cpp - Convolutions -------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerLowerings.h"
#include "LinalgBuilders.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "nascent/Conversion/NNToLinalg/LinalgLowering.h"
#include "nascent/Dialect/NN/IR/NNOps.h"

using namespace mlir;

namespace nascent::nn {

namespace {

/// A sum of products over the window and the channels, onto the bias. Values
/// are (batch, spatial…, channels), the weight is (channels, kernel…, channels
/// of a group).
template <typename LayerOp, unsigned spatialDims>
struct ConvolutionLowering
    : LinalgLoweringOpInterface::ExternalModel<
          ConvolutionLowering<LayerOp, spatialDims>, LayerOp> {
  Value lowerToLinalg(Operation *op, OpBuilder &builder, Location loc,
                      ValueRange inputs, ValueRange parameters) const {
    auto layer = cast<LayerOp>(op);
    auto windows = windowsOf(op, spatialDims, [&] { return op->emitError(); });
    Value input = padWindows(builder, loc, inputs[0], *windows, 0.0);
    RankedTensorType type = storedType(layer.getType());
    Value init;
    if (parameters.size() == 2)
      init = linalg::BroadcastOp::create(
                 builder, loc, parameters[1],
                 emptyLike(builder, loc, inputs[0], type.getShape()),
                 llvm::to_vector(llvm::seq<int64_t>(0, spatialDims + 1)))
                 .getResults()[0];
    else
      init = filled(builder, loc, inputs[0], type.getShape(), 0.0);

    // Loops: batch, places, channels, window, input channels.
    unsigned count = 2 * spatialDims + 3;
    auto dim = [&](unsigned index) { return builder.getAffineDimExpr(index); };
    AffineExpr batch = dim(0), channel = dim(spatialDims + 1),
               inputChannel = dim(count - 1);
    SmallVector<AffineExpr> read = {batch}, weight = {channel},
                            written = {batch};
    for (auto [index, window] : llvm::enumerate(*windows)) {
      AffineExpr place = dim(index + 1), inside = dim(spatialDims + 2 + index);
      read.push_back(place * window.stride + inside * window.dilation);
      weight.push_back(inside);
      written.push_back(place);
    }
    read.push_back(inputChannel);
    weight.push_back(inputChannel);
    written.push_back(channel);
    auto map = [&](ArrayRef<AffineExpr> indices) {
      return AffineMap::get(count, 0, indices, builder.getContext());
    };
    SmallVector<utils::IteratorType> iterators(count,
                                               utils::IteratorType::reduction);
    std::fill_n(iterators.begin(), spatialDims + 2,
                utils::IteratorType::parallel);
    return linalg::GenericOp::create(
               builder, loc, type, ValueRange{input, parameters[0]}, init,
               ArrayRef{map(read), map(weight), map(written)}, iterators,
               [](OpBuilder &nested, Location inner, ValueRange elements) {
                 Value product = arith::MulFOp::create(
                     nested, inner, elements[0], elements[1]);
                 Value sum =
                     arith::AddFOp::create(nested, inner, elements[2], product);
                 linalg::YieldOp::create(nested, inner, sum);
               })
        .getResult(0);
  }
};

} // namespace

void attachConvolutionLowerings(MLIRContext &context) {
  Conv1dOp::attachInterface<ConvolutionLowering<Conv1dOp, 1>>(context);
  Conv2dOp::attachInterface<ConvolutionLowering<Conv2dOp, 2>>(context);
  Conv3dOp::attachInterface<ConvolutionLowering<Conv3dOp, 3>>(context);
}

} // namespace nascent::nn
