//===- Attention.td - Attention --------------------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_LAYERS_ATTENTION_TD
#define NASCENT_DIALECT_NN_LAYERS_ATTENTION_TD

include "nascent/Dialect/NN/Layers/Layer.td"

def NN_AttentionOp : NN_ParametricLayer<"attention", RowWise,
    [RequiredIntegerClause<"heads", "how many attentions stand side by side, each "
                           "of its share of the width">,
     FlagClause<"causal", "each place sees those up to itself",
                "each place sees all">,
     IntegerClause<"window", OptionalAttr<I64Attr>,
                   "how many places each one sees, itself included; needs `causal`",
                   "all, or with `causal` all up to itself">,
     LengthsClause,
     NameClause,
     FlagClause<"no_bias", "there are no biases", "there are two">],
    [Parameter<"in_proj_weight", "Weight", "2", "init",
               "detail::xavierUniform(getContext())">,
     Parameter<"in_proj_bias", "Bias", "1", "bias_init",
               "ZerosAttr::get(getContext())", ["no_bias"]>,
     Parameter<"out_proj.weight", "Weight", "2", "out_init",
               "detail::kaimingUniform(getContext())">,
     Parameter<"out_proj.bias", "Bias", "1", "out_bias_init",
               "ZerosAttr::get(getContext())", ["no_bias"]>],
    "", ["getMultiplyAdds", "getLargestIntermediate", "getLengthDim"]> {
  let keepsType = "true";
  let summary = "self-attention with several heads";
  let listing = Listing<
      "MultiheadAttention(embed_dim={input.-1}, num_heads={heads}, "
      "bias={!no_bias}, batch_first=True)",
      "MultiHeadAttention(units={input.-1}, num_heads={heads})",
      "MultiHeadAttention">;
  let semantics = [{
    PyTorch's `MultiheadAttention(width, heads, batch_first=True)` of a value on
    itself. Queries, keys and values are x·in_proj_weightᵀ + in_proj_bias, a third
    each; every head, on its share of their columns, gives softmax(Q·Kᵀ/√share)·V,
    and the heads side by side are multiplied by out_proj. With `causal` the rest of
    a row of Q·Kᵀ is left out, which is what comes after its own place; and with
    `causal window(w)` also what is w places or more before it (sliding-window
    attention, Beltagy et al. 2020), so that a stream keeps w - 1 keys and values.
    With `lengths`, the places after the length of a row of the batch are left out, as
    by PyTorch's `key_padding_mask`. They have results, too, which mean nothing. A window
    and `lengths` exclude each other: no place sees those after it anyway.

    Shapes: input and result `[batch, length, width]`, in_proj_weight
    `(3·width, width)`, in_proj_bias `(3·width)`, out_proj.weight `(width, width)`,
    out_proj.bias `(width)`; the width is a multiple of `heads`.

    ```mlir
    %0 = nn.attention %x heads(8) causal : tensor<?x?x64xf32>
    %1 = nn.attention %x heads(8) causal window(128) : tensor<?x?x64xf32>
    %2 = nn.attention %x heads(8) lengths(%n) : tensor<?x?x64xf32>, tensor<?xi32>
    ```
  }];
}

#endif // NASCENT_DIALECT_NN_LAYERS_ATTENTION_TD
