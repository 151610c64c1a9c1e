//===- Recurrent.td - Layers that go through sequences -----*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_LAYERS_RECURRENT_TD
#define NASCENT_DIALECT_NN_LAYERS_RECURRENT_TD

include "mlir/IR/OpAsmInterface.td"
include "nascent/Dialect/NN/Layers/Activations.td"

def HardsigmoidClause : Clause<"hardsigmoid", "Float",
    OptionalAttr<NN_FiniteAttr>, "(…)",
    "gates are slope·x + 0.5, but no less than 0 and no more than 1: the slope is 0.2 "
    "in Keras 2, 1/6 in Keras 3", "they are sigmoid(x)">;

/// How many parameters such a layer has depends on its clauses, so that it
/// refers to all of them by one list.
class NN_Recurrent<string mnemonic, int gates, int states,
                   list<Clause> ownClauses,
                   string torchName, string kerasName, string step,
                   string ownListing = "">
    : NN_Layer<mnemonic, RowWise,
        [DeclareOpInterfaceMethods<SymbolUserOpInterface>,
         // Results have numbers, as those of other layers do.
         DeclareOpInterfaceMethods<OpAsmOpInterface>,
         AttrSizedOperandSegments],
        !listconcat(
        [IntegerClause<"in", OptionalAttr<I64Attr>, "the input's features",
                       "they are inferred">,
         IntegerClause<"layers", DefaultValuedAttr<I64Attr, "1">,
                       "how many stand on one another">,
         FlagClause<"bidirectional",
                    "each layer also runs backwards; those outputs follow in the "
                    "last dimension", "each runs forwards only">,
         FlagClause<"last",
                    "the result is the output after the last step, of both "
                    "directions", "it is the outputs of all steps">],
        ownClauses,
        [LengthsClause,
         OperandsClause<"state", Variadic<NN_Floats>,
                        !if(!eq(states, 1), "(%h)", "(%h, %c)"),
                        "the states before the first step", "they are zeros">,
         NameClause,
         FlagClause<"no_bias", "there are no biases", "there are">,
         InitializerClause<"init", "what initialises the weights">,
         InitializerClause<"bias_init", "what initialises the biases">,
         StringClause<"tie", "the layer whose parameters this one uses",
                      "it has its own">,
         SymbolsClause<"symbols", "the parameters' `nn.parameter`s">]),
        ["getParameters", "getParameterRef", "setParameterRef",
         "getMultiplyAdds", "getLengthDim"], "units", (ins NN_Floats:$input), "",
        (outs NN_Floats:$result, Variadic<NN_Floats>:$states)> {
  let hasVerifier = 1;
  let summary = step;
  let listing = Listing<
      torchName # "({weight.1}, {units}{layers|1=|*=, num_layers={layers}}" #
      ownListing # "[, bias={!no_bias}], batch_first=True"
      "[, bidirectional={bidirectional}][, last={last}])",
      torchName # "({weight.1} -> {units}, NTC"
      "{layers|1=|*=, num_layers={layers}}"
      "{bidirectional|True=, bidirectional|*=})",
      "{bidirectional|True=Bidirectional|*=" # kerasName # "}">;
  let extraClassDeclaration = clauseTable # [{
    /// What the clauses say of the layer.
    ::nascent::nn::RecurrentForm getForm() {
      return {}] # gates # [{, int64_t(getUnits()), int64_t(getLayers()),
              getBidirectional() ? 2 : 1, !getNoBias(), getLast(), }] # states # [{,
              bool(getLengths())};
    }
  }];
  let extraClassDefinition = syntax # [{
    ::llvm::LogicalResult $cppClass::relate(LayerShapes &shapes,
                                            EmitError emitError) {
      return ::nascent::nn::detail::relateRecurrent(
          *this, getForm(), getIn(), shapes, emitError);
    }
    ::llvm::SmallVector<::nascent::nn::ParameterSpec>
    $cppClass::getParameters() {
      return ::nascent::nn::detail::recurrentParameters(
          *this, getForm(), getInitAttr(), getBiasInitAttr());
    }
    ::mlir::FlatSymbolRefAttr $cppClass::getParameterRef(unsigned index) {
      return ::nascent::nn::detail::symbolOf(getSymbolsAttr(), index);
    }
    void $cppClass::setParameterRef(unsigned index,
                                    ::mlir::FlatSymbolRefAttr ref) {
      setSymbolsAttr(::nascent::nn::detail::withSymbol(getSymbolsAttr(), index,
                                                       ref));
    }
    ::llvm::SmallVector<::nascent::nn::Dim>
    $cppClass::getMultiplyAdds(const LayerShapes &shapes) {
      return ::nascent::nn::detail::countRecurrent(*this, getForm(), shapes);
    }
    std::optional<unsigned> $cppClass::getLengthDim(unsigned input) {
      return ::nascent::nn::detail::lengthDim(getLengths(), getOperand(input),
                                              /*dim=*/1);
    }
    ::llvm::LogicalResult $cppClass::verify() {
      return ::nascent::nn::detail::verifyRecurrent(
          *this, getForm(), getSymbolsAttr(), getNoBias() ? getBiasInitAttr() : nullptr);
    }
    ::llvm::LogicalResult $cppClass::verifySymbolUses(
        ::mlir::SymbolTableCollection &symbols) {
      return ::nascent::nn::detail::verifyParameterUses(*this, symbols);
    }
  }];
  code shapes = [{
    Shapes: input `[batch, length, in]`, result `[batch, length, units·directions]`,
    or `[batch, units·directions]` with `last`. The parameters are called as in
    PyTorch: of layer k and each direction, `weight_ih_lk` `(}] # gates #
    [{·units, in)`, `weight_hh_lk` `(}] # gates # [{·units, units)`, `bias_ih_lk` and
    `bias_hh_lk` `(}] # gates # [{·units)`, those that begin at the end with
    `_reverse` behind it. All begin as U(-1/√units, 1/√units).

    States are `[batch, layers·directions, units]`: PyTorch's, which has
    `(layers·directions, batch, units)`, with the batch first. They begin as zeros, or
    as those in `state`. A layer may have further results, the states after the last
    step. Types stand in the order input, lengths, states, and then the results'.

    With `lengths`, row i of the batch has `lengths[i]` steps, as in PyTorch's
    `pack_padded_sequence`: steps after them are not read; their outputs are zeros,
    states stay, and the backward direction starts at the row's last step.

    With `last`, the result is the last layer's state after its last step: of a
    bidirectional one, that after the sequence's end, then that after its beginning,
    PyTorch's `torch.cat([h_n[-2], h_n[-1]], 1)`.
  }];
}

def NN_LstmOp : NN_Recurrent<"lstm", 4, 2, [HardsigmoidClause], "LSTM", "LSTM",
    "layers of long short-term memory", "[, hardsigmoid={hardsigmoid}]"> {
  let semantics = [{
    PyTorch's `LSTM` with `batch_first=True`. Of each step's input x and the state h
    after the one before it,

    ```text
    i, f, o = sigmoid(W_ih·x + b_ih + W_hh·h + b_hh)     the input's, forget's and output's gates
    g       = tanh(W_ih·x + b_ih + W_hh·h + b_hh)
    c       = f·c + i·g
    h       = o·tanh(c)
    ```

    whose rows of the weights stand in the order i, f, g, o.

  }] # shapes # [{
    ```mlir
    %0 = nn.lstm %x, 64 layers(2) bidirectional
      : tensor<?x?x?xf32> -> tensor<?x?x128xf32>
    %y, %h, %c = nn.lstm %x, 64 lengths(%n) state(%h0, %c0)
      : tensor<?x?x8xf32>, tensor<?xi32>, tensor<?x1x64xf32>, tensor<?x1x64xf32>
      -> tensor<?x?x64xf32>, tensor<?x1x64xf32>, tensor<?x1x64xf32>
    ```
  }];
}

def NN_GruOp : NN_Recurrent<"gru", 3, 1,
    [HardsigmoidClause,
     FlagClause<"reset_before", "the reset gate multiplies the state before its "
                "product with the weight, as in Keras with `reset_after=False`",
                "it multiplies the product">],
    "GRU", "GRU", "layers of gated recurrent units",
    "[, hardsigmoid={hardsigmoid}][, reset_before={reset_before}]"> {
  let semantics = [{
    PyTorch's `GRU` with `batch_first=True`. Of each step's input x and the state h
    after the one before it,

    ```text
    r, z = sigmoid(W_ih·x + b_ih + W_hh·h + b_hh)        the reset's and update's gates
    n    = tanh(W_ih·x + b_ih + r·(W_hh·h + b_hh))
    h    = (1 - z)·n + z·h
    ```

    whose rows of the weights stand in the order r, z, n. With `reset_before`,
    n = tanh(W_ih·x + b_ih + W_hh·(r·h) + b_hh), which is as long again: n waits for
    a second product.

  }] # shapes # [{
    ```mlir
    %0 = nn.gru %x, 32 last : tensor<?x?x40xf32> -> tensor<?x32xf32>
    %y, %h = nn.gru %x, 32 lengths(%n) state(%h0)
      : tensor<?x?x40xf32>, tensor<?xi32>, tensor<?x1x32xf32>
      -> tensor<?x?x32xf32>, tensor<?x1x32xf32>
    ```
  }];
}

def NN_RnnOp : NN_Recurrent<"rnn", 1, 1,
    [FlagClause<"relu", "the activation is relu", "it is tanh">],
    "RNN", "SimpleRNN", "recurrent layers without gates",
    "{relu|True=, nonlinearity='relu'|*=}"> {
  let semantics = [{
    PyTorch's `RNN` with `batch_first=True`. Of each step's input x and the state h
    after the one before it, h = tanh(W_ih·x + b_ih + W_hh·h + b_hh).

  }] # shapes # [{
    ```mlir
    %0 = nn.rnn %x, 32 : tensor<?x?x28xf32> -> tensor<?x?x32xf32>
    ```
  }];
}

#endif // NASCENT_DIALECT_NN_LAYERS_RECURRENT_TD
