//===- Convolution.td - Convolutions -----------------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_LAYERS_CONVOLUTION_TD
#define NASCENT_DIALECT_NN_LAYERS_CONVOLUTION_TD

include "nascent/Dialect/NN/Layers/Window.td"

class NN_Convolution<int spatialDims>
    : NN_ParametricLayer<"conv" # spatialDims # "d", RowWise, !listconcat(
    [RequiredIntegersClause<"kernel", "the sizes of the window">,
     IntegersClause<"stride", "how far apart windows are", "1">,
     PaddingClause<"0">],
    // A sequence has a past; an image has no side that is before the others.
    !if(!eq(spatialDims, 1),
        [FlagClause<"causal", "all padding is before the input, as much as "
                    "keeps its length at stride 1: a result depends on nothing "
                    "that comes after its place", "`padding` says">],
        []<Clause>),
    [IntegersClause<"dilation", "how far apart a window's elements are", "1">,
     IntegerClause<"groups", DefaultValuedAttr<I64Attr, "1">,
                   "how many convolutions stand side by side, each of its "
                   "share of the channels">,
     IntegerClause<"in", OptionalAttr<I64Attr>, "the input's channels",
                   "they are inferred">,
     NameClause,
     FlagClause<"no_bias", "there is no bias", "there is one">]),
    [Parameter<"weight", "Weight", !cast<string>(!add(spatialDims, 2)), "init",
               "detail::kaimingUniform(getContext())">,
     Parameter<"bias", "Bias", "1", "bias_init",
               "detail::kaimingUniform(getContext())", ["no_bias"]>],
    "channels", ["getMultiplyAdds", "assignOrders"]> {
  let extraClassDefinition = parametric # [{
    ::llvm::LogicalResult $cppClass::relate(LayerShapes &shapes,
                                            EmitError emitError) {
      return ::nascent::nn::detail::relateConvolution(*this, }] #
                                      spatialDims # [{, shapes, emitError);
    }
    ::llvm::SmallVector<::nascent::nn::Dim>
    $cppClass::getMultiplyAdds(const LayerShapes &shapes) {
      return ::nascent::nn::detail::countConvolution(shapes);
    }
    void $cppClass::assignOrders(LayerOrders &orders) {
      ::nascent::nn::detail::orderConvolution(*this, }] # spatialDims #
                                              [{, orders);
    }
  }];
  defvar sizes = !cond(!eq(spatialDims, 1): "length",
                       !eq(spatialDims, 2): "height, width",
                       true: "depth, height, width");
  let summary = "a convolution of values with " # spatialDims #
                " spatial dimension" # !if(!eq(spatialDims, 1), "", "s");
  let listing = Listing<
      "{lazy:input.1}Conv{d}d({input.1}, {channels}, kernel_size={kernel}, "
      "stride={stride}[, padding={padding}][, dilation={dilation}]"
      "{groups|1=|*=, groups={groups}}[, bias={!no_bias}])",
      "Conv{d}D({input.1} -> {channels}, kernel_size={kernel}, "
      "stride={stride}[, padding={padding}][, dilation={dilation}]"
      "{groups|1=|*=, groups={groups}}[, bias={!no_bias}]"
      "{activation|linear=|*=, {activation}})",
      "Conv{d}D">;
  let semantics = [{
    PyTorch's `Conv}] # spatialDims # [{d`: `channels` outputs at each place of the window, a
    cross-correlation as in all frameworks.

    Shapes: input `[batch, in, }] # sizes # [{]`, weight `(channels, in / groups,
    kernel…)`, bias `(channels)`, result `[batch, channels, …]`, each spatial size
    being ⌊(size + padding before and after − dilation·(kernel − 1) − 1) / stride⌋ + 1.

    A single number stands for all spatial dimensions. `padding` has one number a
    dimension, or first those before and then those after each, or is `same`, which
    keeps sizes and needs stride 1.
  }] # !if(!eq(spatialDims, 1), [{
    With `causal` there are dilation·(kernel − 1) zeros before the input and none
    after it, as in Keras's `padding="causal"` and in WaveNet.

    ```mlir
    %0 = nn.conv1d %x, 16 kernel(3) dilation(2) causal : tensor<?x8x?xf32> -> tensor<?x16x?xf32>
    ```
  }], "");
}

def NN_Conv1dOp : NN_Convolution<1>;
def NN_Conv2dOp : NN_Convolution<2>;
def NN_Conv3dOp : NN_Convolution<3>;

class NN_TransposedConvolution<int spatialDims>
    : NN_ParametricLayer<"conv_transpose" # spatialDims # "d", RowWise,
    [RequiredIntegersClause<"kernel", "the sizes of the window">,
     IntegersClause<"stride", "how far apart windows are", "1">,
     PaddingClause<"0">,
     IntegersClause<"output_padding", "what is added after each dimension of "
                    "the result", "0">,
     IntegersClause<"dilation", "how far apart a window's elements are", "1">,
     IntegerClause<"groups", DefaultValuedAttr<I64Attr, "1">,
                   "how many convolutions stand side by side, each of its "
                   "share of the channels">,
     IntegerClause<"in", OptionalAttr<I64Attr>, "the input's channels",
                   "they are inferred">,
     NameClause,
     FlagClause<"no_bias", "there is no bias", "there is one">],
    [Parameter<"weight", "Weight", !cast<string>(!add(spatialDims, 2)), "init",
               "detail::kaimingUniform(getContext())">,
     Parameter<"bias", "Bias", "1", "bias_init",
               "detail::kaimingUniform(getContext())", ["no_bias"]>],
    "channels", ["getMultiplyAdds", "assignOrders"]> {
  let extraClassDefinition = parametric # [{
    ::llvm::LogicalResult $cppClass::relate(LayerShapes &shapes,
                                            EmitError emitError) {
      return ::nascent::nn::detail::relateConvolution(*this, }] #
                                      spatialDims # [{, shapes, emitError);
    }
    ::llvm::SmallVector<::nascent::nn::Dim>
    $cppClass::getMultiplyAdds(const LayerShapes &shapes) {
      return ::nascent::nn::detail::countTransposedConvolution(shapes);
    }
    void $cppClass::assignOrders(LayerOrders &orders) {
      ::nascent::nn::detail::orderConvolution(*this, }] # spatialDims #
                                      [{, orders);
    }
  }];
  defvar sizes = !cond(!eq(spatialDims, 1): "length",
                       !eq(spatialDims, 2): "height, width",
                       true: "depth, height, width");
  let summary = "a transposed convolution of values with " # spatialDims #
                " spatial dimension" # !if(!eq(spatialDims, 1), "", "s");
  let listing = Listing<
      "{lazy:input.1}ConvTranspose{d}d({input.1}, {channels}, "
      "kernel_size={kernel}, stride={stride}[, padding={padding}]"
      "[, dilation={dilation}][, output_padding={output_padding}]"
      "{groups|1=|*=, groups={groups}}[, bias={!no_bias}])",
      "Conv{d}DTranspose({input.1} -> {channels}, kernel_size={kernel}, "
      "stride={stride}[, padding={padding}][, dilation={dilation}]"
      "[, output_padding={output_padding}]{groups|1=|*=, groups={groups}}"
      "[, bias={!no_bias}]{activation|linear=|*=, {activation}})",
      "Conv{d}DTranspose">;
  let semantics = [{
    PyTorch's `ConvTranspose}] # spatialDims # [{d`: each element of the input is
    multiplied by the kernel, and the products are added at the place of its window
    in the result. It makes the sizes that a convolution with the same clauses reads.

    Shapes: input `[batch, in, }] # sizes # [{]`, weight `(in, channels / groups,
    kernel…)`, bias `(channels)`, result `[batch, channels, …]`, each spatial size
    being (size − 1)·stride + dilation·(kernel − 1) + 1 + output_padding − padding
    before and after.

    A single number stands for all spatial dimensions. `padding` has one number a
    dimension, or first those before and then those after each; it is left out of
    the result. `output_padding` is smaller than the stride or the dilation.
  }];
}

def NN_ConvTranspose1dOp : NN_TransposedConvolution<1>;
def NN_ConvTranspose2dOp : NN_TransposedConvolution<2>;
def NN_ConvTranspose3dOp : NN_TransposedConvolution<3>;

#endif // NASCENT_DIALECT_NN_LAYERS_CONVOLUTION_TD
