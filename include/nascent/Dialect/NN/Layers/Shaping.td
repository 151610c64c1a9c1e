//===- Shaping.td - Layers that only move elements ---------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// At inference, the output has the input's elements in the same order.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_LAYERS_SHAPING_TD
#define NASCENT_DIALECT_NN_LAYERS_SHAPING_TD

include "nascent/Dialect/NN/Layers/Activations.td"

def NN_IdentityOp : NN_Activation<"identity", [], ["isIdentity", "assignOrders"]> {
  let summary = "its input";
  let hasFolder = 1;
}

def NN_DropoutOp : NN_Activation<"dropout",
    [FloatClause<"p", DefaultValuedAttr<F64Attr, "0.5">,
                 "how likely training drops an element">],
    ["isIdentity", "assignOrders"]> {
  let summary = "drops elements in training; its input here";
  let hasFolder = 1;
  let hasVerifier = 1;
}

def NN_FlattenOp : NN_Layer<"flatten", [],
    [IntegerClause<"start", DefaultValuedAttr<I64Attr, "1">,
                   "the first dimension of those that are merged">,
     NameClause],
    ["isIdentity", "assignOrders"]> {
  let summary = "merges all dimensions from `start` on into one";
  let semantics = [{
    PyTorch's `Flatten`. The order of the elements in memory does not change.

    ```mlir
    %0 = nn.flatten %x : tensor<?x28x28xf32> -> tensor<?x784xf32>
    ```
  }];
  let hasFolder = 1;
}

#endif // NASCENT_DIALECT_NN_LAYERS_SHAPING_TD
