//===- NNLayers.td - Layers --------------------------------*- tablegen -*-===//
//
// One definition a layer. A layer's clauses stand before its types, in any
// order; `NN_Layer` builds the parser's table from the list given here.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_IR_NNLAYERS_TD
#define NASCENT_DIALECT_NN_IR_NNLAYERS_TD

include "nascent/Dialect/NN/IR/NNOps.td"

/// A clause `keyword(value)`, or a bare `keyword` for a flag, that sets the
/// attribute of the same name.
class Clause<string clauseKeyword, string clauseKind> {
  string keyword = clauseKeyword;
  string kind = clauseKind;
}
def NameClause : Clause<"name", "Name">;

class NN_Layer<string mnemonic, list<Trait> traits, list<Clause> clauses,
               list<string> overrides = [], string leadingInteger = "">
    : NN_Op<mnemonic, !listconcat([
        Pure, HasParent<"SequentialOp">, DeclareOpInterfaceMethods<LayerOpInterface,
                                        !listconcat(["relate", "describe"],
                                                    overrides)>], traits)> {
  let results = (outs NN_Tensor:$result);
  let hasCustomAssemblyFormat = 1;
  string keepsType = "false";
  string isElementwise = "false";
  code clauseTable = [{
    /// The clauses the layer takes, in the order in which they print.
    static ::llvm::ArrayRef<::nascent::nn::detail::Clause> getClauses() {
      using ::nascent::nn::detail::Clause;
      static constexpr Clause clauses[] = }] # "{" # !interleave(
        !foreach(c, clauses,
                 "{\"" # c.keyword # "\", Clause::" # c.kind # "}"), ", ") # "};" # [{
      return clauses;
    }
    /// The attribute that stands, bare, after the operand; empty if none does.
    static ::llvm::StringRef getLeadingInteger() {
      return "}] # leadingInteger # [{";
    }
    /// Whether the result's type may be left out where it is the operand's.
    static constexpr bool keepsType() { return }] # keepsType # [{; }
    bool isElementwise() { return }] # isElementwise # [{; }
  }];
  let extraClassDeclaration = clauseTable;
  let extraClassDefinition = [{
    ::mlir::ParseResult $cppClass::parse(::mlir::OpAsmParser &parser,
                                         ::mlir::OperationState &result) {
      return ::nascent::nn::detail::parseLayer<$cppClass>(parser, result);
    }
    void $cppClass::print(::mlir::OpAsmPrinter &printer) {
      ::nascent::nn::detail::printLayer<$cppClass>(*this, printer);
    }
  }];
}

//===----------------------------------------------------------------------===//
// Layers with parameters
//===----------------------------------------------------------------------===//

def NN_DenseOp : NN_Layer<"dense",
    [DeclareOpInterfaceMethods<SymbolUserOpInterface>],
    [Clause<"in", "Integer">, NameClause, Clause<"no_bias", "Flag">,
     Clause<"init", "Initializer">, Clause<"bias_init", "Initializer">,
     Clause<"tie", "String">, Clause<"weight", "Symbol">,
     Clause<"bias", "Symbol">],
    ["getParameters", "getParameterRef", "setParameterRef", "getMultiplyAdds"],
    "units"> {
  let summary = "y = x·Wᵀ + b";
  let description = [{
    A fully connected layer of `units` outputs (PyTorch's `Linear`, Keras's and
    Gluon's `Dense`), applied to the last dimension of its input.

    Shapes: x `[…, in]`, weight `(units, in)`, bias `(units)`, y `[…, units]`.

    Clauses: `in(20)` states the input width; `no_bias`; `init(…)` and
    `bias_init(…)` register initialisers (PyTorch's defaults otherwise);
    `tie("2")` shares the parameters of layer 2; `weight(@…)` and `bias(@…)`
    are written by `nn-materialize-parameters`.

    ```mlir
    %0 = nn.dense %x, 256 in(20) name("fc1") no_bias
      : tensor<?x20xf32> -> tensor<?x256xf32>
    ```
  }];
  let arguments = (ins NN_Tensor:$input, I64Attr:$units,
                       OptionalAttr<I64Attr>:$in, OptionalAttr<StrAttr>:$name,
                       UnitAttr:$no_bias,
                       OptionalAttr<InitializerAttrInterface>:$init,
                       OptionalAttr<InitializerAttrInterface>:$bias_init,
                       OptionalAttr<StrAttr>:$tie,
                       OptionalAttr<FlatSymbolRefAttr>:$weight,
                       OptionalAttr<FlatSymbolRefAttr>:$bias);
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Activations: same shape in and out, no parameters
//===----------------------------------------------------------------------===//

class NN_Activation<string mnemonic, dag attributes = (ins),
                    list<Clause> clauses = [], list<string> overrides = []>
    : NN_Layer<mnemonic, [], !listconcat(clauses, [NameClause]), overrides> {
  let keepsType = "true";
  let arguments = !con((ins NN_Tensor:$input), attributes,
                       (ins OptionalAttr<StrAttr>:$name));
}

def NN_FiniteAttr : ConfinedAttr<F64Attr, [AttrConstraint<
    CPred<"std::isfinite(static_cast<float>("
          "::llvm::cast<::mlir::FloatAttr>($_self).getValueAsDouble()))">,
    "whose value is finite in f32">]>;

/// An activation of one element at a time.
class NN_Elementwise<string mnemonic, dag attributes = (ins),
                     list<Clause> clauses = []>
    : NN_Activation<mnemonic, attributes, clauses> {
  let isElementwise = "true";
}

def NN_ReluOp : NN_Elementwise<"relu"> {
  let summary = "max(x, 0); NaN stays NaN, as in PyTorch";
  let hasFolder = 1;
}

def NN_LeakyReluOp : NN_Elementwise<"leaky_relu",
    (ins DefaultValuedAttr<NN_FiniteAttr, "0.01">:$slope),
    [Clause<"slope", "Float">]> {
  let summary = "x where x > 0, else slope·x";
}

def NN_EluOp : NN_Elementwise<"elu",
    (ins DefaultValuedAttr<NN_FiniteAttr, "1.0">:$alpha),
    [Clause<"alpha", "Float">]> {
  let summary = "x where x > 0, else alpha·(eˣ − 1)";
}

def NN_SigmoidOp : NN_Elementwise<"sigmoid"> {
  let summary = "1 / (1 + e⁻ˣ)";
}

def NN_TanhOp : NN_Elementwise<"tanh"> {
  let summary = "the hyperbolic tangent";
}

def NN_GeluOp : NN_Elementwise<"gelu", (ins UnitAttr:$tanh),
                              [Clause<"tanh", "Flag">]> {
  let summary = "x·Φ(x), or with `tanh` its usual approximation";
  let description = [{
    Exact: x/2·(1 + erf(x/√2)). `tanh`:
    x/2·(1 + tanh(√(2/π)·(x + 0.044715·x³))) (Hendrycks and Gimpel, 2016).
  }];
}

def NN_SiluOp : NN_Elementwise<"silu"> {
  let summary = "x·sigmoid(x), also called swish";
}

def NN_SoftmaxOp : NN_Activation<"softmax", (ins), [], ["isRowWise"]> {
  let summary = "e^(x−max) / Σ e^(x−max) over the last dimension";
}

def NN_LogSoftmaxOp
    : NN_Activation<"log_softmax", (ins), [], ["isRowWise"]> {
  let summary = "x − max − log Σ e^(x−max) over the last dimension";
}

def NN_IdentityOp : NN_Activation<"identity", (ins), [], ["isIdentity"]> {
  let summary = "its input";
  let hasFolder = 1;
}

def NN_DropoutOp : NN_Activation<"dropout",
    (ins DefaultValuedAttr<F64Attr, "0.5">:$p),
    [Clause<"p", "Float">], ["isIdentity"]> {
  let summary = "drops elements with probability p in training; identity here";
  let hasFolder = 1;
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Layers that change the shape
//===----------------------------------------------------------------------===//

def NN_FlattenOp : NN_Layer<"flatten", [],
    [Clause<"start", "Integer">, NameClause], ["isRowWise", "isIdentity"]> {
  let summary = "merges all dimensions from `start` (1) on into one";
  let description = [{
    PyTorch's `Flatten`. The order of the elements in memory does not change.

    ```mlir
    %0 = nn.flatten %x : tensor<?x28x28xf32> -> tensor<?x784xf32>
    ```
  }];
  let arguments = (ins NN_Tensor:$input,
                       DefaultValuedAttr<I64Attr, "1">:$start,
                       OptionalAttr<StrAttr>:$name);
  let hasFolder = 1;
}

//===----------------------------------------------------------------------===//
// Blocks
//===----------------------------------------------------------------------===//

def NN_BlockOp : NN_Op<"block", [
    Pure, HasParent<"SequentialOp">,
    DeclareOpInterfaceMethods<SymbolUserOpInterface>,
    DeclareOpInterfaceMethods<LayerOpInterface, ["relate", "describe"]>]> {
  let summary = "a network inside another";
  let description = [{
    Stands for the layers of the network it names. Each block has parameters of
    its own, called by their path (`0.block 1.2.weight`), unless it is tied to
    another block of the same network. `nn-inline-blocks` puts the layers in its
    place.

    ```mlir
    %1 = nn.block @residual(%0) name("block 0") : tensor<?x?xf32> -> tensor<?x16xf32>
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$network,
                       Variadic<NN_Tensor>:$inputs,
                       OptionalAttr<StrAttr>:$name,
                       OptionalAttr<StrAttr>:$tie);
  let results = (outs Variadic<NN_Tensor>:$outputs);
  let assemblyFormat = [{
    $network `(` $inputs `)` `` custom<BlockClauses>($name, $tie) attr-dict
    `:` type($inputs) `->` type($outputs)
  }];
}

#endif // NASCENT_DIALECT_NN_IR_NNLAYERS_TD
