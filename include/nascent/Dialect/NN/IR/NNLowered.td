//===- NNLowered.td - Operations of lowered networks -------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a network holds once its values have orders, and its function between
// `convert-nn-to-linalg` and the outlining of its kernels, beside linalg and
// views.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_IR_NNLOWERED_TD
#define NASCENT_DIALECT_NN_IR_NNLOWERED_TD

include "nascent/Dialect/NN/IR/NNOps.td"

def NN_Stored : AnyTypeOf<[RankedTensorOf<[F32, F16, BF16]>,
                           MemRefOf<[F32, F16, BF16]>]>;

def NN_ReorderOp : NN_Op<"reorder", [
    Pure, HasParent<"SequentialOp">]> {
  let summary = "the same value, stored in another order";
  let description = [{
    What `nn-assign-orders` puts where a value is needed in another order than it is
    stored in. The type's shape stays, its encoding changes.

    ```mlir
    %1 = nn.reorder %0 : tensor<2x64x7x7xf32, #nn.channels_last> -> tensor<2x64x7x7xf32>
    ```
  }];
  let arguments = (ins NN_Tensor:$input);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 1;
}

/// Loads what is stored of a parameter in the buffer of that role.
class NN_LoadOp<string mnemonic, string role> : NN_Op<mnemonic, [
    Pure, DeclareOpInterfaceMethods<SymbolUserOpInterface>, LoadOpInterface]> {
  let arguments = (ins FlatSymbolRefAttr:$parameter);
  let results = (outs NN_Stored:$result);
  let assemblyFormat = "$parameter attr-dict `:` type($result)";
  let extraClassDeclaration = [{
    Storage getStorage() { return {getParameterAttr().getAttr(), Role::}] # role # [{}; }
  }];
}

/// Stores it.
class NN_StoreOp<string mnemonic, string role> : NN_Op<mnemonic, [
    MemoryEffects<[MemWrite]>,
    DeclareOpInterfaceMethods<SymbolUserOpInterface>, StoreOpInterface]> {
  let arguments = (ins RankedTensorOf<[F32]>:$value,
                       FlatSymbolRefAttr:$parameter);
  let assemblyFormat = "$value `,` $parameter attr-dict `:` type($value)";
  let extraClassDeclaration = [{
    Storage getStorage() { return {getParameterAttr().getAttr(), Role::}] # role # [{}; }
  }];
}

def NN_LoadParameterOp : NN_LoadOp<"load_parameter", "Parameters"> {
  let summary = "the stored parameter, inside a lowered function";
  let description = [{
    What layers' references to a parameter become when the network is lowered, of
    the shape and the elements that are stored: a tensor, and a buffer once
    `nascent-assign-buffers` has run. A function loads a parameter once, however
    many of its layers use it; on tensors, the passes check that.

    ```mlir
    %w = nn.load_parameter @mlp.0.weight : tensor<8x20x32xf32>
    ```
  }];
}

def NN_StoreParameterOp : NN_StoreOp<"store_parameter", "Parameters"> {
  let summary = "a parameter's new value, at the end of a lowered function";
  let description = [{
    Gives a parameter the value that it has from the next call of the function on, of
    the shape and the elements that are stored. It is an effect: nothing uses it, and
    it stays. Until then `nn.load_parameter` is the old value. Stores are the
    last operations of a function, one a parameter at most, so that nothing is read
    behind them; the passes check that. `nascent-assign-buffers` has the new value
    written where the old one is.

    ```mlir
    %w = nn.load_parameter @mlp.0.weight : tensor<8x20x32xf32>
    %0 = nn.launch @mlp.update ins(%g, %w : …) -> tensor<8x20x32xf32> { … }
    nn.store_parameter %0, @mlp.0.weight : tensor<8x20x32xf32>
    return
    ```
  }];
}

def NN_LoadGradientOp : NN_LoadOp<"load_gradient", "Gradients"> {
  let summary = "a parameter's stored gradient, inside a lowered function";
  let description = [{
    What `nn.store_gradient` has stored in an earlier call, of the shape and the
    elements that the parameter is stored as. Like a parameter's value, a function
    loads it once.

    ```mlir
    %old = nn.load_gradient @mlp.0.weight : tensor<8x20x32xf32>
    ```
  }];
}

def NN_StoreGradientOp : NN_StoreOp<"store_gradient", "Gradients"> {
  let summary = "a parameter's gradient, at the end of a lowered function";
  let description = [{
    What `nn.store_parameter` is for the parameter's value: gradients are in a buffer
    of their own, where each is at its parameter's offset.

    ```mlir
    nn.store_gradient %dw, @mlp.0.weight : tensor<8x20x32xf32>
    ```
  }];
}

def NN_LaunchOp : NN_Op<"launch", [
    IsolatedFromAbove, SingleBlock, AttrSizedOperandSegments,
    DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "a kernel where it is used, its operands by their roles";
  let description = [{
    Computes, from `ins` and `parameters`, which are the arguments of its body in
    this order, what the body ends with. The body is on tensors and sees nothing
    else.

    While the function is on tensors, so are the operands; what is computed are
    the results, and there are no `outs`. Once values have buffers there are no
    results: what is computed is stored into `outs`, which overlap nothing. A buffer
    that is read, too, is updated in place: of it, each element is computed from
    the one that is there (`nascent/Kernels/InPlace.h`). Then
    `nascent-outline-kernels` makes the body a function of its own, called
    `kernel`.

    ```mlir
    %y = nn.launch @mlp.layer_0 ins(%x : tensor<?x20xf32>)
        parameters(%w : tensor<8x20xf32>) -> tensor<?x8xf32> {
    ^bb0(%a: tensor<?x20xf32>, %b: tensor<8x20xf32>):
      …
      nn.launch_yield %c : tensor<?x8xf32>
    }
    nn.launch @mlp.layer_0 ins(%x : memref<2x20xf32>)
        parameters(%w : memref<8x20xf32>) outs(%y : memref<2x8xf32>) {
    ^bb0(%a: tensor<2x20xf32>, %b: tensor<8x20xf32>):
      …
      nn.launch_yield %c : tensor<2x8xf32>
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$kernel, Variadic<NN_Stored>:$ins,
                       Variadic<NN_Stored>:$parameters,
                       Variadic<MemRefOf<[F32]>>:$outs);
  let results = (outs Variadic<NN_Tensor>:$results);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $kernel (`ins` `(` $ins^ `:` type($ins) `)`)?
    (`parameters` `(` $parameters^ `:` type($parameters) `)`)?
    (`outs` `(` $outs^ `:` type($outs) `)`)? attr-dict-with-keyword
    (`->` type($results)^)? $body
  }];
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    /// What the body ends with.
    ::mlir::OperandRange getYielded();
    /// Whether values have buffers already.
    bool isOnBuffers();
    /// A buffer's type as the body sees it: the same without its layout.
    static ::mlir::RankedTensorType getTensorType(::mlir::Type type);
  }];
}

def NN_LaunchYieldOp : NN_Op<"launch_yield", [
    Pure, HasParent<"LaunchOp">, Terminator, ReturnLike]> {
  let summary = "what a kernel has computed";
  let arguments = (ins Variadic<NN_Tensor>:$operands);
  let assemblyFormat = "attr-dict ($operands^ `:` type($operands))?";
}

def NN_RecurrenceOp : NN_Op<"recurrence", [
    Pure, SingleBlock, AttrSizedOperandSegments]> {
  let summary = "states that go from one step of a sequence to the next";
  let description = [{
    One direction of a recurrent layer: what follows from step to step, behind a
    product that is computed of all steps at once. `steps`, of type
    `[batch, length, gates·units]`, is that product, and there may be others, each of
    so many values a unit; `weight`, of
    `(gates·units, units)`, is multiplied by the first state after each step, and the
    products are added onto `bias`, or onto zeros: the sums of a step. States begin
    as those in `initial`, of `[batch, units]` each, or as zeros. Where there are
    `lengths`, words of `[batch]`, a row has so many steps: at those behind them its
    states stay, and the first result is zeros.

    The body computes the new states of one unit. Its arguments are, of this unit,
    what `steps` hold, the sum of each gate, and each state; it ends
    with the new states. With `reverse`, the last step comes first. With `twice`, the
    body is applied two times at each step, each time to sums of its own, and what a step
    gives is what the second one does. One more argument, the last one, is 0 the first
    time and 1 the second.

    The results are the first state after every step, of
    `[batch, length, units]`, or with `all` each of the states, and none with `last`;
    then each state after the last
    step, of `[batch, units]`; and, of `[batch, gates·units]`, room for the sums of a
    step, of which nothing is known afterwards. Here of a recurrent layer without gates:

    ```mlir
    %y, %h, %sums = nn.recurrence steps(%x : tensor<?x9x32xf32>)
        weight(%w : tensor<32x32xf32>) bias(%b : tensor<32xf32>)
        -> tensor<?x9x32xf32>, tensor<?x32xf32>, tensor<?x32xf32> {
    ^bb0(%in: f32, %sum: f32, %state: f32):
      %0 = arith.addf %in, %sum : f32
      %1 = math.tanh %0 : f32
      nn.recurrence_yield %1 : f32
    }
    ```

    The gradient of a recurrence is one that goes the other way. It multiplies by the
    `transposed` weight, of `(gates·units, units)` as before: then the first state has
    a value for each gate of a unit, and there is one sum. Other states may
    have several values a unit, too.
  }];
  let arguments = (ins Variadic<NN_Tensor>:$steps,
                       RankedTensorOf<[F32, F16, BF16]>:$weight,
                       Optional<NN_Tensor>:$bias, Variadic<NN_Tensor>:$initial,
                       Optional<NN_Tensor>:$lengths,
                       UnitAttr:$transposed, UnitAttr:$reverse, UnitAttr:$last,
                       UnitAttr:$all, UnitAttr:$twice);
  let results = (outs Variadic<NN_Tensor>:$results);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    `steps` `(` $steps `:` type($steps) `)`
    `weight` `(` $weight `:` type($weight) `)`
    (`bias` `(` $bias^ `:` type($bias) `)`)?
    (`initial` `(` $initial^ `:` type($initial) `)`)?
    (`lengths` `(` $lengths^ `:` type($lengths) `)`)?
    (`transposed` $transposed^)? (`reverse` $reverse^)? (`last` $last^)?
    (`all` $all^)? (`twice` $twice^)? attr-dict-with-keyword `->` type($results) $body
  }];
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    int64_t getUnits() { return getWeight().getType().getDimSize(1); }
    /// How many sums a unit has.
    int64_t getGates() {
      return getTransposed() ? 1
                             : getWeight().getType().getDimSize(0) / getUnits();
    }
    /// Of the steps.
    ::llvm::ArrayRef<int64_t> getBatchAndLength() {
      auto type = ::llvm::cast<::mlir::RankedTensorType>(
          getSteps().front().getType());
      return type.getShape().take_front(2);
    }
    /// How many values of `value` are of one unit.
    int64_t valuesPerUnit(::mlir::Value value) {
      auto type = ::llvm::cast<::mlir::RankedTensorType>(value.getType());
      return type.getShape().back() / getUnits();
    }
    unsigned getNumSequences() {
      return getLast() ? 0 : getAll() ? (getNumResults() - 1) / 2 : 1;
    }
    /// The first states, or with `all` each, after every step.
    ::mlir::ResultRange getSequences() {
      return getResults().take_front(getNumSequences());
    }
    ::mlir::ResultRange getStates() {
      return getResults().drop_back().drop_front(getNumSequences());
    }
    ::mlir::Value getSums() { return getResults().back(); }
  }];
}

def NN_RecurrenceYieldOp : NN_Op<"recurrence_yield", [
    Pure, HasParent<"RecurrenceOp">, Terminator, ReturnLike]> {
  let summary = "a unit's new states";
  let arguments = (ins Variadic<F32>:$operands);
  let assemblyFormat = "attr-dict ($operands^ `:` type($operands))?";
}

#endif // NASCENT_DIALECT_NN_IR_NNLOWERED_TD
