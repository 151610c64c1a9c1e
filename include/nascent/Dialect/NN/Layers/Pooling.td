//===- Pooling.td - Maxima and means of windows ------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_LAYERS_POOLING_TD
#define NASCENT_DIALECT_NN_LAYERS_POOLING_TD

include "nascent/Dialect/NN/Layers/Window.td"

/// A layer of a window and no parameters: `rule` is how the functions are
/// called that relate and describe its kind.
class NN_Pool<string mnemonic, int spatialDims, string rule,
              list<Clause> clauses>
    : NN_Layer<mnemonic # spatialDims # "d", RowWise, [],
               !listconcat(clauses, [NameClause]), ["assignOrders"]> {
  let extraClassDefinition = syntax # [{
    ::llvm::LogicalResult $cppClass::relate(LayerShapes &shapes,
                                            EmitError emitError) {
      return ::nascent::nn::detail::relate}] # rule # [{(*this, }] #
                                      spatialDims # [{, shapes, emitError);
    }
    void $cppClass::assignOrders(LayerOrders &orders) {
      ::nascent::nn::detail::channelsLast(orders);
    }
  }];
  string spatial = spatialDims # " spatial dimension" #
                   !if(!eq(spatialDims, 1), "", "s");
}

class NN_WindowPool<string mnemonic, int spatialDims, list<Clause> clauses>
    : NN_Pool<mnemonic, spatialDims, "Pool", !listconcat([
        RequiredIntegersClause<"kernel", "the sizes of the window">,
        IntegersClause<"stride", "how far apart windows are", "the kernel">,
        PaddingClause<"0">,
        FlagClause<"ceil", "a last window may reach beyond the padding",
                   "windows are within it">], clauses)>;

class NN_MaxPool<int spatialDims> : NN_WindowPool<"max_pool", spatialDims,
    [IntegersClause<"dilation", "how far apart a window's elements are",
                    "1">]> {
  let summary = "the greatest element of each window, in " # spatial;
  let listing = Listing<
      "MaxPool{d}d(kernel_size={one:kernel}, stride={one:stride}, "
      "padding={one:padding}, dilation={one:dilation}, ceil_mode={ceil})",
      "MaxPool{d}D(size={kernel}, stride={stride}, padding={padding}, "
      "ceil_mode={ceil}, global_pool=False, pool_type=max)",
      "MaxPooling{d}D">;
  let semantics = [{
    PyTorch's `MaxPool}] # spatialDims # [{d`, of each channel. Padding is never the greatest;
    NaN always is.

    Each spatial size becomes ⌊(size + padding before and after −
    dilation·(kernel − 1) − 1) / stride⌋ + 1; with `ceil`, ⌈…⌉ + 1, without a last
    window that would begin behind the input. Padding is at most half of the window.
  }];
}

class NN_AvgPool<int spatialDims> : NN_WindowPool<"avg_pool", spatialDims,
    [FlagClause<"exclude_padding", "a mean is that of the elements that are "
                "not padding", "zeros of the padding count">]> {
  let summary = "the mean of each window, in " # spatial;
  // PyTorch makes tuples of this layer's numbers only where there is one.
  defvar one = !if(!eq(spatialDims, 1), "", "one:");
  let listing = Listing<
      "AvgPool{d}d(kernel_size={" # one # "kernel}, stride={" # one #
          "stride}, padding={" # one # "padding})",
      "AvgPool{d}D(size={kernel}, stride={stride}, padding={padding}, "
      "ceil_mode={ceil}, global_pool=False, pool_type=avg)",
      "AveragePooling{d}D">;
  let semantics = [{
    PyTorch's `AvgPool}] # spatialDims # [{d`, of each channel; `exclude_padding` is its
    `count_include_pad=False`. What a window has beyond the padding, with `ceil`,
    never counts. Sizes are those of `nn.max_pool}] # spatialDims # [{d`.
  }];
}

class NN_AdaptivePool<string kind, int spatialDims>
    : NN_Pool<"adaptive_" # kind # "_pool", spatialDims, "AdaptivePool",
        [RequiredIntegersClause<"size", "the result's spatial sizes">]> {
  defvar what = !if(!eq(kind, "max"), "greatest element", "mean");
  let summary = "the " # what # " of as many windows as are wanted, in " #
                spatial;
  defvar pool = !if(!eq(kind, "max"), "Max", "Avg");
  let listing = Listing<
      "Adaptive" # pool # "Pool{d}d(output_size={one:size})",
      "Adaptive" # pool # "Pooling{d}D(output_size={each:size})",
      "Adaptive" # !if(!eq(kind, "max"), "Max", "Average") # "Pooling{d}D">;
  let semantics = [{
    PyTorch's `Adaptive}] # !if(!eq(kind, "max"), "Max", "Avg") # "Pool" #
      spatialDims # [{d`, where the input's sizes are multiples
    of the result's: windows lie side by side. Others, whose windows would overlap,
    are an error.
  }];
}

def NN_MaxPool1dOp : NN_MaxPool<1>;
def NN_MaxPool2dOp : NN_MaxPool<2>;
def NN_MaxPool3dOp : NN_MaxPool<3>;
def NN_AvgPool1dOp : NN_AvgPool<1>;
def NN_AvgPool2dOp : NN_AvgPool<2>;
def NN_AvgPool3dOp : NN_AvgPool<3>;
def NN_AdaptiveAvgPool1dOp : NN_AdaptivePool<"avg", 1>;
def NN_AdaptiveAvgPool2dOp : NN_AdaptivePool<"avg", 2>;
def NN_AdaptiveAvgPool3dOp : NN_AdaptivePool<"avg", 3>;
def NN_AdaptiveMaxPool1dOp : NN_AdaptivePool<"max", 1>;
def NN_AdaptiveMaxPool2dOp : NN_AdaptivePool<"max", 2>;
def NN_AdaptiveMaxPool3dOp : NN_AdaptivePool<"max", 3>;

def NN_GlobalAvgPoolOp : NN_Layer<"global_avg_pool", RowWise, [],
                                  [NameClause], ["assignOrders"]> {
  let summary = "the mean over all spatial dimensions";
  let listing = Listing<
      "AdaptiveAvgPool{d}d(output_size=1)",
      "GlobalAvgPool{d}D()",
      "GlobalAveragePooling{d}D">;
  let semantics = [{
    Keras's `GlobalAveragePooling2D(keepdims=True)` and PyTorch's
    `AdaptiveAvgPool2d(1)`, for any number of spatial dimensions: each becomes 1.

    ```mlir
    %0 = nn.global_avg_pool %x : tensor<?x64x7x7xf32> -> tensor<?x64x1x1xf32>
    ```
  }];
}

/// A value that is computed from all elements along some dimensions.
class NN_Over<string kind, list<string> words, string function>
    : NN_Layer<kind # "_over", RowWise, [],
        [RequiredIntegersClause<"dims", "the dimensions, which the result does "
                                "not have; from the last one on where negative">,
         LengthsClause, NameClause],
        ["assignOrders", "getLengthDim"]> {
  let summary = "the " # words[0] # " over some dimensions";
  let listing = Listing<
      words[1] # "(dim={dims})", words[1] # "(axis={dims})", words[1]>;
  let semantics = [{
    PyTorch's `x.}] # function # [{(dim)`, over any dimensions but the batch: pooling over
    time, for one, where the result has nothing left of the length. With `lengths`, over
    one dimension, of which each row has so many elements.

    ```mlir
    %0 = nn.}] # kind # [{_over %x dims(1) : tensor<?x?x64xf32> -> tensor<?x64xf32>
    %1 = nn.}] # kind # [{_over %x dims(1) lengths(%n) : tensor<?x?x64xf32>, tensor<?xi32> -> tensor<?x64xf32>
    ```
  }];
  let extraClassDefinition = syntax # [{
    ::llvm::LogicalResult $cppClass::relate(LayerShapes &shapes,
                                            EmitError emitError) {
      return ::nascent::nn::detail::relateOver(*this, getDims(), shapes,
                                               emitError);
    }
    std::optional<unsigned> $cppClass::getLengthDim(unsigned input) {
      int64_t dim = getDims().empty() ? 0 : getDims().front();
      return ::nascent::nn::detail::lengthDim(
          getLengths(), getOperand(input),
          dim < 0 ? dim + getInput().getType().getRank() : dim);
    }
    void $cppClass::assignOrders(LayerOrders &orders) {
      ::nascent::nn::detail::orderOver(getDims(), orders);
    }
  }];
}

def NN_MeanOverOp : NN_Over<"mean", ["mean", "Mean"], "mean">;
def NN_MaxOverOp : NN_Over<"max", ["greatest element", "Max"], "amax">;

#endif // NASCENT_DIALECT_NN_LAYERS_POOLING_TD
