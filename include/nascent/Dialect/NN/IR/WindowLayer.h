//===- WindowLayer.h - Layers with a sliding window -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Convolutions and pooling slide a window along spatial dimensions, those from
// the third on. What ODS generates of them calls these.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_IR_WINDOWLAYER_H
#define NASCENT_DIALECT_NN_IR_WINDOWLAYER_H

#include "nascent/Dialect/NN/IR/NNInterfaces.h"

namespace nascent::nn {

/// Whether a layer of windows is a transposed convolution.
bool isTransposed(mlir::Operation *layer);

/// A window along one spatial dimension.
struct Window {
  int64_t kernel;
  int64_t stride = 1;
  int64_t dilation = 1;
  /// How many elements of padding there are before and after the dimension.
  int64_t before = 0;
  int64_t after = 0;
  /// Whether a last window may reach beyond the padding, as long as it begins
  /// before it.
  bool ceil = false;
  /// How much larger the result of a transposed convolution is.
  int64_t outputPadding = 0;

  /// From its first element to the one after its last.
  int64_t extent() const { return dilation * (kernel - 1) + 1; }
};

/// The windows that `layer`'s clauses describe, one for each of its spatial
/// dimensions. Fails, after an error, on a clause of another length, or a
/// number that is too small or too large.
llvm::FailureOr<llvm::SmallVector<Window>>
windowsOf(mlir::Operation *layer, unsigned spatialDims, EmitError emitError);

/// How many places a window has along a dimension of `size`.
SizeExpr placesOf(const Window &window, const SizeExpr &size);

namespace detail {

/// The rule of a convolution, or a transposed one: channels, kernel and spatial
/// sizes.
llvm::LogicalResult relateConvolution(LayerOpInterface layer,
                                      unsigned spatialDims, LayerShapes &shapes,
                                      EmitError emitError);
/// Channels last, also in the weight, whose groups have panels of their own.
void orderConvolution(LayerOpInterface layer, unsigned spatialDims,
                      LayerOrders &orders);
/// Every element of the weight once for each place of the window.
llvm::SmallVector<Dim> countConvolution(const LayerShapes &shapes);
/// The same for each place of the input.
llvm::SmallVector<Dim> countTransposedConvolution(const LayerShapes &shapes);

/// The rule of maxima and means of windows.
llvm::LogicalResult relatePool(LayerOpInterface layer, unsigned spatialDims,
                               LayerShapes &shapes, EmitError emitError);
/// The rule of those whose windows follow from the sizes of input and output.
llvm::LogicalResult relateAdaptivePool(LayerOpInterface layer,
                                       unsigned spatialDims,
                                       LayerShapes &shapes,
                                       EmitError emitError);

/// The rule of what is computed along all of some dimensions.
llvm::LogicalResult relateOver(LayerOpInterface layer,
                               llvm::ArrayRef<int64_t> dims,
                               LayerShapes &shapes, EmitError emitError);
/// Channels stay where they are, as far as they stay.
void orderOver(llvm::ArrayRef<int64_t> dims, LayerOrders &orders);

} // namespace detail

} // namespace nascent::nn

#endif // NASCENT_DIALECT_NN_IR_WINDOWLAYER_H
