//===- Joining.td - Layers that join values, or take a part ----*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_LAYERS_JOINING_TD
#define NASCENT_DIALECT_NN_LAYERS_JOINING_TD

include "nascent/Dialect/NN/Layers/Layer.td"

/// A layer of two values or more, as different as its `relate` allows.
class NN_Join<string mnemonic, list<Clause> clauses>
    : NN_Layer<mnemonic, RowWise, [], !listconcat(clauses, [NameClause]),
               ["assignOrders"], "",
               (ins Variadic<NN_Floats>:$inputs)> {
  let hasVerifier = 1;
}

/// What is computed of elements at the same place. All shapes are one.
class NN_ElementwiseJoin<string mnemonic> : NN_Join<mnemonic, []> {
  let keepsType = "true";
  let extraClassDefinition = syntax # [{
    ::llvm::LogicalResult $cppClass::relate(LayerShapes &shapes,
                                            EmitError emitError) {
      return detail::relateSame(shapes, emitError);
    }
    void $cppClass::assignOrders(LayerOrders &orders) {
      detail::keepOrders(orders);
    }
    ::llvm::LogicalResult $cppClass::verify() {
      return ::nascent::nn::detail::verifyJoin(*this);
    }
  }];
}

def NN_AddOp : NN_ElementwiseJoin<"add"> {
  let summary = "the sum of two values or more, added from the left";
  let listing = Listing<"Add()", "Add()", "Add">;
  let semantics = [{
    PyTorch's `a + b`, Keras's `Add`, without broadcasting: all values have one
    shape. One type stands for all operands and the result; otherwise each has its
    own.

    ```mlir
    %2 = nn.add %0, %1 : tensor<?x33xf32>
    %3 = nn.add %0, %1 : tensor<?x?xf32>, tensor<?x33xf32> -> tensor<?x33xf32>
    ```
  }];
}

def NN_MulOp : NN_ElementwiseJoin<"mul"> {
  let summary = "the product of two values or more, element by element";
  let listing = Listing<"Mul()", "Mul()", "Multiply">;
  let semantics = [{
    PyTorch's `a * b`, Keras's `Multiply`, without broadcasting, as in a gate. Types
    as for `nn.add`.

    ```mlir
    %2 = nn.mul %0, %1 : tensor<?x33xf32>
    ```
  }];
}

def NN_MatmulOp : NN_Layer<"matmul", RowWise, [],
    [FlagClause<"transposed", "the second value's last two dimensions are "
                "exchanged", "they are as they stand">,
     NameClause],
    ["getMultiplyAdds"], "", (ins Variadic<NN_Floats>:$inputs)> {
  let hasVerifier = 1;
  let summary = "the products of the matrices of two values";
  let listing = Listing<
      "Matmul([transposed={transposed}])",
      "Matmul([transposed={transposed}])",
      "Matmul">;
  let semantics = [{
    PyTorch's `a @ b` of two values that the network computes, without broadcasting:
    `[batch, …, rows, depth]` by `[batch, …, depth, columns]`, or with `transposed` by
    `[batch, …, columns, depth]`, as in a·bᵀ. All dimensions before the last two are one
    another's. It is what attention is made of where it is written out.

    ```mlir
    %2 = nn.matmul %0, %1 transposed
      : tensor<?x4x?x8xf32>, tensor<?x4x?x8xf32> -> tensor<?x4x?x?xf32>
    %3 = nn.softmax %2 : tensor<?x4x?x?xf32>
    %4 = nn.matmul %3, %1 : tensor<?x4x?x?xf32>, tensor<?x4x?x8xf32> -> tensor<?x4x?x8xf32>
    ```
  }];
}

class AxisClause<string what>
    : RequiredIntegerClause<"axis", "the dimension " # what #
                            "; -1 is the last one">;

def NN_ConcatOp : NN_Join<"concat",
    [AxisClause<"along which values follow one another">]> {
  let summary = "values one after the other along a dimension";
  let listing = Listing<
      "Concat(dim={axis})",
      "Concat(dim={axis})",
      "Concatenate">;
  let semantics = [{
    PyTorch's `cat`, Keras's `Concatenate`, along any dimension but the batch. All
    other dimensions agree. One input's size may be unknown if the
    result's is known.

    Nothing is copied where a value can be computed at its place in the result.

    ```mlir
    %3 = nn.concat %0, %1, %2 axis(1)
      : tensor<?x8xf32>, tensor<?x?xf32>, tensor<?x4xf32> -> tensor<?x32xf32>
    ```
  }];
}

def NN_SliceOp : NN_Layer<"slice", RowWise, [],
    [AxisClause<"of which a part is taken">,
     IntegerClause<"start", DefaultValuedAttr<I64Attr, "0">,
                   "the first element; -1 is the last one">,
     IntegerClause<"end", OptionalAttr<I64Attr>,
                   "the element after the part; -1 is the last one",
                   "the part goes on to the end">,
     NameClause],
    ["assignOrders"]> {
  let summary = "some neighbouring elements of a dimension";
  let listing = Listing<
      "Slice(dim={axis}, start={start}[, end={end}])",
      "Slice(dim={axis}, start={start}[, end={end}])",
      "Slice">;
  let semantics = [{
    PyTorch's and NumPy's `x[:, start:end]`, of any dimension but the batch. Unlike
    there, an end past the dimension is an error.

    ```mlir
    %1 = nn.slice %0 axis(1) end(16) : tensor<?x32xf32> -> tensor<?x16xf32>
    %2 = nn.slice %0 axis(1) start(16) : tensor<?x32xf32> -> tensor<?x16xf32>
    ```
  }];
  let hasFolder = 1;
}

#endif // NASCENT_DIALECT_NN_LAYERS_JOINING_TD
