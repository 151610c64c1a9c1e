//===- Shaping.td - Layers that only move elements ---------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// At inference, the output has the input's elements: in the same order, but for
// `permute`.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_LAYERS_SHAPING_TD
#define NASCENT_DIALECT_NN_LAYERS_SHAPING_TD

include "nascent/Dialect/NN/Layers/Activations.td"

def NN_IdentityOp : NN_Elementwise<"identity", [], ["isIdentity"]> {
  let summary = "its input";
  let listing = Listing<"Identity()", "Identity()", "Identity">;
  let hasFolder = 1;
}

def NN_DropoutOp : NN_Elementwise<"dropout",
    [FloatClause<"p", DefaultValuedAttr<F64Attr, "0.5">,
                 "how likely training drops an element">],
    ["isIdentity", "isIdentityInTraining"]> {
  let summary = "drops elements in training; its input here";
  let listing = Listing<
      "Dropout(p={p}, inplace=False)",
      "Dropout(p = {p}, axes=())",
      "Dropout">;
  let semantics = [{
    PyTorch's `Dropout`. In training, what is kept is divided by 1 − p. An element is
    dropped where its number from 0 to 2³² − 1 is less than p·2³². Element i
    (row-major, `first_row` included) has word i mod 4 of Philox4x32-10 for the counter
    (⌊i/4⌋, 0). The key is the first two words for the counter (h, 0) and the seed of the
    step as the key; h is the 64-bit FNV-1a hash of the layer's path, such as `2.drop`.
  }];
  let hasFolder = 1;
  let hasVerifier = 1;
}

def NN_FlattenOp : NN_Layer<"flatten", "getStart() > 0", [],
    [IntegerClause<"start", DefaultValuedAttr<I64Attr, "1">,
                   "the first dimension of those that are merged">,
     NameClause],
    ["isIdentity", "assignOrders"]> {
  let summary = "merges all dimensions from `start` on into one";
  let listing = Listing<
      "Flatten(start_dim={start}, end_dim=-1)",
      "Flatten",
      "Flatten">;
  let semantics = [{
    PyTorch's `Flatten`. The order of the elements in memory does not change.

    ```mlir
    %0 = nn.flatten %x : tensor<?x28x28xf32> -> tensor<?x784xf32>
    ```
  }];
  let hasFolder = 1;
}

def NN_ReshapeOp : NN_Layer<"reshape", RowWise, [],
    [RequiredIntegersClause<"shape", "the sizes of the result, that of the batch "
                            "first. -1 stands for the batch, and once for what "
                            "follows from the rest">,
     NameClause],
    ["isIdentity", "assignOrders"]> {
  let summary = "the same elements with other sizes behind the batch";
  let listing = Listing<
      "Reshape(shape={shape})",
      "Reshape(shape={shape})",
      "Reshape">;
  let semantics = [{
    PyTorch's `x.reshape(…)`, of each row of the batch. The order of the elements in
    memory does not change.

    ```mlir
    %0 = nn.reshape %x shape(-1, 16, 49) : tensor<?x784xf32> -> tensor<?x16x49xf32>
    %1 = nn.reshape %0 shape(-1, 4, -1) : tensor<?x16x49xf32> -> tensor<?x4x196xf32>
    ```
  }];
  let hasFolder = 1;
}

def NN_PermuteOp : NN_Layer<"permute", RowWise, [],
    [RequiredIntegersClause<"dims", "which dimension of the input each of the "
                            "result is; the first is 0, the batch">,
     NameClause],
    ["assignOrders"]> {
  let summary = "its dimensions in another order";
  let listing = Listing<
      "Permute(dims={dims})",
      "Permute(dims={dims})",
      "Permute">;
  let semantics = [{
    PyTorch's `x.permute(…)` and Keras's `Permute`. Nothing is moved where the values
    can be stored in the order that they have already, as channels behind pixels.

    ```mlir
    %0 = nn.permute %x dims(0, 2, 1) : tensor<?x49x16xf32> -> tensor<?x16x49xf32>
    ```
  }];
  let hasFolder = 1;
  let extraClassDeclaration = clauseTable # [{
    /// Which dimension of an input of type `from`, as it is stored, each of a
    /// result of type `to` is, as it is stored.
    ::llvm::SmallVector<int64_t>
    getStoredPermutation(::mlir::RankedTensorType from,
                         ::mlir::RankedTensorType to);
  }];
}

#endif // NASCENT_DIALECT_NN_LAYERS_SHAPING_TD
