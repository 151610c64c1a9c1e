//===- NNLayers.td - Layers --------------------------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One definition a layer. A layer's clauses stand before its types, in any
// order; from the list given here `NN_Layer` makes the attributes, the parser's
// table and the table in the reference.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_IR_NNLAYERS_TD
#define NASCENT_DIALECT_NN_IR_NNLAYERS_TD

include "nascent/Dialect/NN/IR/NNLowered.td"

/// A clause `keyword(value)`, or a bare `keyword` for a flag, that sets the
/// attribute of the same name. `value` is how the reference writes the value,
/// and `without` what holds where there is no such clause.
class Clause<string clauseKeyword, string clauseKind, Attr clauseAttr,
             string value, string clauseMeaning, string clauseWithout> {
  string keyword = clauseKeyword;
  string kind = clauseKind;
  Attr attr = clauseAttr;
  string usage = keyword # value;
  string meaning = clauseMeaning;
  string without = clauseWithout;
}
class IntegerClause<string keyword, Attr attr, string meaning,
                    string without = attr.defaultValue>
    : Clause<keyword, "Integer", attr, "(…)", meaning, without>;
class FloatClause<string keyword, Attr attr, string meaning>
    : Clause<keyword, "Float", attr, "(…)", meaning, attr.defaultValue>;
class FlagClause<string keyword, string meaning, string without>
    : Clause<keyword, "Flag", UnitAttr, "", meaning, without>;
class StringClause<string keyword, string meaning, string without>
    : Clause<keyword, "String", OptionalAttr<StrAttr>, "(\"…\")", meaning,
             without>;
class SymbolClause<string keyword, string meaning>
    : Clause<keyword, "Symbol", OptionalAttr<FlatSymbolRefAttr>, "(@…)",
             meaning, "`nn-materialize-parameters` makes it">;
class InitializerClause<string keyword, string meaning>
    : Clause<keyword, "Initializer", OptionalAttr<InitializerAttrInterface>,
             "(#nn.…)", meaning,
             "[a rule or a default](../Initialisers.md#attaching)">;
def NameClause : Clause<"name", "Name", OptionalAttr<StrAttr>, "(\"…\")",
                        "what the layer is called", "its index">;

/// The reference's table of clauses.
class ClauseTable<list<Clause> clauses> {
  string text = "\n\n    | clause | meaning | without it |\n" #
                "    |---|---|---|\n" #
                !interleave(!foreach(c, clauses, "    | `" # c.usage # "` | " #
                                     c.meaning # " | " # c.without # " |"),
                            "\n") # "\n";
}

class NN_Layer<string mnemonic, list<Trait> traits, list<Clause> clauses,
               list<string> overrides = [], string leadingInteger = "">
    : NN_Op<mnemonic, !listconcat([
        Pure, HasParent<"SequentialOp">, DeclareOpInterfaceMethods<LayerOpInterface,
                                        !listconcat(["relate", "describe",
                                                     "isRowWise"],
                                                    overrides)>], traits)> {
  let arguments = !con((ins NN_Tensor:$input),
      !if(!empty(leadingInteger), (ins),
          !dag(ins, [I64Attr], [leadingInteger])),
      !dag(ins, !foreach(c, clauses, c.attr), !foreach(c, clauses, c.keyword)));
  let results = (outs NN_Tensor:$result);
  let hasCustomAssemblyFormat = 1;
  /// The description, but for the table of clauses.
  string semantics = "";
  let description = semantics # ClauseTable<clauses>.text;
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
  code syntax = [{
    ::mlir::ParseResult $cppClass::parse(::mlir::OpAsmParser &parser,
                                         ::mlir::OperationState &result) {
      return ::nascent::nn::detail::parseLayer<$cppClass>(parser, result);
    }
    void $cppClass::print(::mlir::OpAsmPrinter &printer) {
      ::nascent::nn::detail::printLayer<$cppClass>(*this, printer);
    }
  }];
  let extraClassDefinition = syntax;
}

//===----------------------------------------------------------------------===//
// Layers with parameters
//===----------------------------------------------------------------------===//

def NN_DenseOp : NN_Layer<"dense",
    [DeclareOpInterfaceMethods<SymbolUserOpInterface>],
    [IntegerClause<"in", OptionalAttr<I64Attr>, "the input's width",
                   "it is inferred">,
     NameClause,
     FlagClause<"no_bias", "there is no bias", "there is one">,
     InitializerClause<"init", "what initialises the weight">,
     InitializerClause<"bias_init", "what initialises the bias">,
     StringClause<"tie", "the layer whose parameters this one uses",
                  "it has its own">,
     SymbolClause<"weight", "the weight's `nn.parameter`">,
     SymbolClause<"bias", "the bias's `nn.parameter`">],
    ["getParameters", "getParameterRef", "setParameterRef", "getMultiplyAdds"],
    "units"> {
  let summary = "a fully connected layer: x·Wᵀ + b";
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
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Activations: same shape in and out, no parameters
//===----------------------------------------------------------------------===//

class NN_Activation<string mnemonic, list<Clause> clauses = [],
                    list<string> overrides = []>
    : NN_Layer<mnemonic, [], !listconcat(clauses, [NameClause]), overrides> {
  let keepsType = "true";
}

def NN_FiniteAttr : ConfinedAttr<F64Attr, [AttrConstraint<
    CPred<"std::isfinite(static_cast<float>("
          "::llvm::cast<::mlir::FloatAttr>($_self).getValueAsDouble()))">,
    "whose value is finite in f32">]>;

/// An activation of one element at a time, and so of one row.
class NN_Elementwise<string mnemonic, list<Clause> clauses = []>
    : NN_Activation<mnemonic, clauses> {
  let isElementwise = "true";
  let extraClassDefinition = syntax # [{
    bool $cppClass::isRowWise() { return true; }
  }];
}

def NN_ReluOp : NN_Elementwise<"relu"> {
  let summary = "rectifier: max(x, 0); NaN stays NaN, as in PyTorch";
  let hasFolder = 1;
}

def NN_LeakyReluOp : NN_Elementwise<"leaky_relu",
    [FloatClause<"slope", DefaultValuedAttr<NN_FiniteAttr, "0.01">,
                 "what x is multiplied by where it is not positive">]> {
  let summary = "leaky rectifier: x where x > 0, else slope·x";
}

def NN_EluOp : NN_Elementwise<"elu",
    [FloatClause<"alpha", DefaultValuedAttr<NN_FiniteAttr, "1.0">,
                 "−alpha is the limit as x falls">]> {
  let summary = "exponential linear unit: x where x > 0, else alpha·(eˣ − 1)";
}

def NN_SigmoidOp : NN_Elementwise<"sigmoid"> {
  let summary = "1 / (1 + e⁻ˣ)";
}

def NN_TanhOp : NN_Elementwise<"tanh"> {
  let summary = "the hyperbolic tangent";
}

def NN_GeluOp : NN_Elementwise<"gelu",
    [FlagClause<"tanh", "the approximation by `tanh`", "exact">]> {
  let summary = "Gaussian error linear unit: x·Φ(x)";
  let semantics = [{
    Exact: x/2·(1 + erf(x/√2)). `tanh`:
    x/2·(1 + tanh(√(2/π)·(x + 0.044715·x³))) (Hendrycks and Gimpel, 2016).
  }];
}

def NN_SiluOp : NN_Elementwise<"silu"> {
  let summary = "sigmoid linear unit, also called swish: x·sigmoid(x)";
}

def NN_SoftmaxOp : NN_Activation<"softmax"> {
  let summary = "e^(x−max) / Σ e^(x−max) over the last dimension";
}

def NN_LogSoftmaxOp : NN_Activation<"log_softmax"> {
  let summary = "the logarithm of softmax: x − max − log Σ e^(x−max)";
}

def NN_IdentityOp : NN_Activation<"identity", [], ["isIdentity"]> {
  let summary = "its input";
  let hasFolder = 1;
}

def NN_DropoutOp : NN_Activation<"dropout",
    [FloatClause<"p", DefaultValuedAttr<F64Attr, "0.5">,
                 "how likely training drops an element">],
    ["isIdentity"]> {
  let summary = "drops elements in training; its input here";
  let hasFolder = 1;
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Layers that change the shape
//===----------------------------------------------------------------------===//

def NN_FlattenOp : NN_Layer<"flatten", [],
    [IntegerClause<"start", DefaultValuedAttr<I64Attr, "1">,
                   "the first dimension of those that are merged">,
     NameClause],
    ["isIdentity"]> {
  let summary = "merges all dimensions from `start` on into one";
  let semantics = [{
    PyTorch's `Flatten`. The order of the elements in memory does not change.

    ```mlir
    %0 = nn.flatten %x : tensor<?x28x28xf32> -> tensor<?x784xf32>
    ```
  }];
  let hasFolder = 1;
}

//===----------------------------------------------------------------------===//
// Blocks
//===----------------------------------------------------------------------===//

def NN_BlockOp : NN_Op<"block", [
    Pure, HasParent<"SequentialOp">,
    DeclareOpInterfaceMethods<SymbolUserOpInterface>,
    DeclareOpInterfaceMethods<LayerOpInterface,
                              ["relate", "describe", "isRowWise"]>]> {
  let summary = "a network inside another";
  let description = [{
    Stands for the layers of the network it names. Each block has parameters of
    its own, called by their path (`0.block 1.2.weight`), unless it is tied to
    another block of the same network. `nn-inline-blocks` puts the layers in its
    place.

    | clause | meaning | without it |
    |---|---|---|
    | `name("…")` | what the block is called | its index |
    | `tie("…")` | the block whose parameters this one uses | it has its own |

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
