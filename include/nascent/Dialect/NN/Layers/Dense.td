//===- Dense.td - Fully connected layers -------------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_LAYERS_DENSE_TD
#define NASCENT_DIALECT_NN_LAYERS_DENSE_TD

include "nascent/Dialect/NN/Layers/Layer.td"

def NN_DenseOp : NN_ParametricLayer<"dense", RowWise,
    [IntegerClause<"in", OptionalAttr<I64Attr>, "the input's width",
                   "it is inferred">,
     NameClause,
     FlagClause<"no_bias", "there is no bias", "there is one">],
    [Parameter<"weight", "Weight", "2", "init",
               "detail::kaimingUniform(getContext())">,
     Parameter<"bias", "Bias", "1", "bias_init",
               "detail::kaimingUniform(getContext())", ["no_bias"]>],
    "units", ["getMultiplyAdds", "assignOrders"]> {
  let summary = "a fully connected layer: x·Wᵀ + b";
  let listing = Listing<
      "{lazy:weight.1}Linear(in_features={weight.1}, out_features={units}, "
      "bias={!no_bias})",
      "Dense({weight.1} -> {units}, {activation})",
      "Dense">;
  let semantics = [{
    PyTorch's `Linear`, Keras's and Gluon's `Dense`: `units` outputs, applied to the
    last dimension of the input.

    Shapes: input `[…, in]`, weight `(units, in)`, bias `(units)`, result
    `[…, units]`.

    ```mlir
    %0 = nn.dense %x, 256 in(20) name("fc1") no_bias
      : tensor<?x20xf32> -> tensor<?x256xf32>
    ```
  }];
}

#endif // NASCENT_DIALECT_NN_LAYERS_DENSE_TD
