//===- Embedding.td - Sequences of words -----------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_LAYERS_EMBEDDING_TD
#define NASCENT_DIALECT_NN_LAYERS_EMBEDDING_TD

include "nascent/Dialect/NN/Layers/Layer.td"

def NN_EmbeddingOp : NN_ParametricLayer<"embedding", RowWise,
    [IntegerClause<"padding_index", OptionalAttr<I64Attr>,
                   "the row that is initialised with zeros, from the last one on "
                   "where negative", "none is">,
     NameClause],
    [Parameter<"weight", "Table", "2", "init",
               "detail::embeddingNormal(*this)">],
    "entries", ["getIndexLimit"], (ins NN_Indices:$input), "width"> {
  let summary = "a row of a table for each index";
  let listing = Listing<
      "Embedding({entries}, {width}[, padding_idx={padding_index}])",
      "Embedding({entries} -> {width}, float32)",
      "Embedding">;
  let semantics = [{
    PyTorch's `Embedding(entries, width, padding_idx)`, Keras's and Gluon's
    `Embedding`. The input are indices, `int32_t` in C, from 0 to `entries` − 1. Where
    one of them is not, the forward function returns -1 and writes nothing.

    Shapes: input `[batch, …]`, weight `(entries, width)`, result
    `[batch, …, width]`.

    The weight is drawn from N(0, 1), but for the row of `padding_index`, which is
    zeros as long as training, or whoever sets parameters, leaves them so.

    ```mlir
    %0 = nn.embedding %i, 10000, 128 padding_index(0) : tensor<?x?xi32> -> tensor<?x?x128xf32>
    ```
  }];
}

def NN_PositionOp : NN_ParametricLayer<"position", RowWise,
    [IntegerClause<"learned", OptionalAttr<I64Attr>,
                   "there is a weight of so many rows, the greatest length",
                   "`sinusoidal` must be there">,
     FlagClause<"sinusoidal", "sines and cosines are added",
                "`learned` must be there">,
     NameClause],
    [Parameter<"weight", "Table", "2", "init",
               "detail::standardNormal(getContext())", [], "learned">]> {
  let keepsType = "true";
  let summary = "adds to each place of a sequence what stands for the place";
  let listing = Listing<
      "Position({sinusoidal|True=sinusoidal|*=learned={learned}})",
      "Position({sinusoidal|True=sinusoidal|*=learned={learned}})",
      "PositionEmbedding">;
  let semantics = [{
    Adds a vector for each place, the same for all rows of the batch, to a value of
    shape `[batch, length, width]`.

    `learned(n)` adds the first rows of a weight `(n, width)`, as
    `x + nn.Embedding(n, width).weight[:length]` does in PyTorch; it is drawn from
    N(0, 1). `sinusoidal` adds sin(place / 10000^(c / width)) in even columns c, and
    the cosine of the same in the odd column behind each, as in "Attention Is All You
    Need".

    ```mlir
    %0 = nn.position %x learned(512) : tensor<?x?x64xf32>
    %1 = nn.position %x sinusoidal : tensor<?x?x64xf32>
    ```
  }];
}

#endif // NASCENT_DIALECT_NN_LAYERS_EMBEDDING_TD
