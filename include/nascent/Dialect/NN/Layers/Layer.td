//===- Layer.td - What all layers have ---------------------*- tablegen -*-===//
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

#ifndef NASCENT_DIALECT_NN_LAYERS_LAYER_TD
#define NASCENT_DIALECT_NN_LAYERS_LAYER_TD

include "nascent/Dialect/NN/IR/NNLowered.td"

/// A clause `keyword(value)`, or a bare `keyword` for a flag, that sets the
/// attribute of the same name. `value` is how the reference writes the value,
/// and `without` what holds where there is no such clause.
class Clause<string clauseKeyword, string clauseKind, Constraint clauseAttr,
             string value, string clauseMeaning, string clauseWithout> {
  string keyword = clauseKeyword;
  string kind = clauseKind;
  Constraint attr = clauseAttr;
  string usage = keyword # value;
  bit isRequired = 0;
  string meaning = clauseMeaning;
  string without = clauseWithout;
}
class IntegerClause<string keyword, Attr attr, string meaning,
                    string without = attr.defaultValue>
    : Clause<keyword, "Integer", attr, "(…)", meaning, without>;
class RequiredIntegerClause<string keyword, string meaning>
    : Clause<keyword, "Integer", I64Attr, "(…)", meaning, "an error"> {
  let isRequired = 1;
}
class FloatClause<string keyword, Attr attr, string meaning>
    : Clause<keyword, "Float", attr, "(…)", meaning, attr.defaultValue>;
class FloatsClause<string keyword, string meaning, string without>
    : Clause<keyword, "Floats", OptionalAttr<DenseF64ArrayAttr>, "(…)", meaning,
             without>;
class IntegersClause<string keyword, string meaning, string without>
    : Clause<keyword, "Integers", OptionalAttr<DenseI64ArrayAttr>, "(…)",
             meaning, without>;
class RequiredIntegersClause<string keyword, string meaning>
    : Clause<keyword, "Integers", DenseI64ArrayAttr, "(…)", meaning,
             "an error"> {
  let isRequired = 1;
}
class FlagClause<string keyword, string meaning, string without>
    : Clause<keyword, "Flag", UnitAttr, "", meaning, without>;
/// One word of several.
class WordClause<string keyword, list<string> words, string meaning>
    : Clause<keyword, "Word",
             DefaultValuedAttr<ConfinedAttr<StrAttr, [AttrConstraint<
                 CPred<"::llvm::is_contained({" #
                       !interleave(!foreach(w, words, "::llvm::StringRef(\"" # w # "\")"), ", ") #
                       "}, ::llvm::cast<::mlir::StringAttr>($_self).getValue())">,
                 "that is " # !interleave(words, " or ")>]>,
               "\"" # !head(words) # "\"">,
             "(…)", meaning # ": " # !interleave(!foreach(w, words, "`" # w # "`"), " or "),
             "`" # !head(words) # "`">;
class StringClause<string keyword, string meaning, string without>
    : Clause<keyword, "String", OptionalAttr<StrAttr>, "(\"…\")", meaning,
             without>;
class SymbolClause<string keyword, string meaning>
    : Clause<keyword, "Symbol", OptionalAttr<FlatSymbolRefAttr>, "(@…)",
             meaning, "`nn-materialize-parameters` makes it">;
class SymbolsClause<string keyword, string meaning>
    : Clause<keyword, "Symbols", OptionalAttr<FlatSymbolRefArrayAttr>,
             "(@…, …)", meaning, "`nn-materialize-parameters` makes them">;
class InitializerClause<string keyword, string meaning>
    : Clause<keyword, "Initializer", OptionalAttr<InitializerAttrInterface>,
             "(#nn.…)", meaning,
             "[a rule or a default](../Initialisers.md#attaching)">;
/// Operands beside those that the layer begins with.
class OperandsClause<string keyword, TypeConstraint operands, string value,
                     string meaning, string without>
    : Clause<keyword, "Operands", operands, value, meaning, without>;
def LengthsClause : OperandsClause<"lengths", Optional<NN_Indices>, "(%…)",
    "how long each row is, from 1 to the whole length, `int32_t` in C",
    "all rows are as long">;
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

/// A layer's line in the listings of PyTorch and of MXNet, and its class in
/// Keras and Flax. `{…}` and `[…]` are what `Listings/LayerText.h` says.
class Listing<string torchText, string mxnetText, string kerasText> {
  string torch = torchText;
  string mxnet = mxnetText;
  string keras = kerasText;
  code getter = [{
    ::nascent::nn::ListingTexts $cppClass::getListing() {
      return {R"(}] # torch # [{)", R"(}] # mxnet # [{)", R"(}] # keras # [{)"};
    }
  }];
}

/// Whether row i of a layer's result depends on row i of its operands only:
/// C++ in a member function. Every layer must say it: one that mixes rows, but
/// does not say so, would be computed some rows at a time, and wrongly.
defvar RowWise = "true";
defvar MixesRows = "false";

class NN_Layer<string mnemonic, string rowWise, list<Trait> traits,
               list<Clause> clauses, list<string> overrides = [],
               string leadingInteger = "",
               dag operands = (ins NN_Floats:$input),
               string secondInteger = "",
               dag resultList = (outs NN_Floats:$result)>
    : NN_Op<mnemonic, !listconcat([
        Pure, HasParent<"SequentialOp">,
        DeclareOpInterfaceMethods<LayerOpInterface, overrides>], traits)> {
  let arguments = !con(operands,
      !if(!empty(leadingInteger), (ins),
          !dag(ins, [I64Attr], [leadingInteger])),
      !if(!empty(secondInteger), (ins),
          !dag(ins, [I64Attr], [secondInteger])),
      !dag(ins, !foreach(c, clauses, c.attr), !foreach(c, clauses, c.keyword)));
  let results = resultList;
  let hasCustomAssemblyFormat = 1;
  /// The description, but for the table of clauses.
  string semantics = "";
  let description = semantics # ClauseTable<clauses>.text;
  string keepsType = "false";
  Listing listing = ?;
  code clauseTable = [{
    /// The clauses the layer takes, in the order in which they print.
    static ::llvm::ArrayRef<::nascent::nn::detail::Clause> getClauses() {
      using ::nascent::nn::detail::Clause;
      static constexpr Clause clauses[] = }] # "{" # !interleave(
        !foreach(c, clauses,
                 "{\"" # c.keyword # "\", Clause::" # c.kind #
                 !if(c.isRequired, ", true", "") # "}"), ", ") # "};" # [{
      return clauses;
    }
    /// The attributes that stand, bare, after the operand.
    static ::llvm::SmallVector<::llvm::StringRef, 2> getLeadingIntegers() {
      return }] # "{" # !interleave(
        !foreach(i, !filter(j, [leadingInteger, secondInteger],
                            !not(!empty(j))),
                 "\"" # i # "\""), ", ") # "};" # [{
    }
    /// Whether the result's type may be left out where it is the operand's.
    static constexpr bool keepsType() { return }] # keepsType # [{; }
  }];
  let extraClassDeclaration = clauseTable;
  code syntax = listing.getter # [{
    ::mlir::ParseResult $cppClass::parse(::mlir::OpAsmParser &parser,
                                         ::mlir::OperationState &result) {
      return ::nascent::nn::detail::parseLayer<$cppClass>(parser, result);
    }
    void $cppClass::print(::mlir::OpAsmPrinter &printer) {
      ::nascent::nn::detail::printLayer<$cppClass>(*this, printer);
    }
    bool $cppClass::isRowWise() { return }] # rowWise # [{; }
  }];
  let extraClassDefinition = syntax;
}

//===----------------------------------------------------------------------===//
// Layers with parameters
//===----------------------------------------------------------------------===//

/// A parameter of a layer: its name, its role and rank, and its initialiser
/// where none is stated. `parameterRank` and `parameterDefault` are C++ in a
/// member function of the layer. A parameter whose layer has one of the flags
/// `parameterAbsentBy`, or not the flag `parameterPresentBy`, does not exist.
class Parameter<string parameterName, string parameterRole,
                string parameterRank, string parameterInit,
                string parameterDefault, list<string> parameterAbsentBy = [],
                string parameterPresentBy = "", bit isTrainable = 1> {
  string name = parameterName;
  string role = parameterRole;
  string rank = parameterRank;
  /// The clause that states the initialiser; empty where none does.
  string init = parameterInit;
  string default = parameterDefault;
  list<string> absentBy = parameterAbsentBy;
  /// Empty where no flag is needed.
  string presentBy = parameterPresentBy;
  bit trainable = isTrainable;

  string form = "{ParameterRole::" # role # ", \"" # name # "\", unsigned(" #
                rank # "), \"" # init # "\", {" #
                !interleave(!foreach(flag, absentBy, "\"" # flag # "\""),
                            ", ") # "}, \"" # presentBy # "\", " #
                !if(trainable, "true", "false") # ", " # default # "}";
}

/// A layer with parameters: what it says of them in ODS is all that its parser,
/// its verifiers and the passes need. Listed in the order of the framework's
/// listings, weight before bias.
class NN_ParametricLayer<string mnemonic, string rowWise, list<Clause> clauses,
                         list<Parameter> parameters, string leadingInteger = "",
                         list<string> overrides = [],
                         dag operands = (ins NN_Floats:$input),
                         string secondInteger = "">
    : NN_Layer<mnemonic, rowWise,
        [DeclareOpInterfaceMethods<SymbolUserOpInterface>],
        !listconcat(
          clauses,
          !foreach(p, !filter(q, parameters, !not(!empty(q.init))),
                   InitializerClause<p.init, "what initialises the " # p.name>),
          [StringClause<"tie", "the layer whose parameters this one uses",
                        "it has its own">],
          !foreach(p, parameters,
                   SymbolClause<!subst(".", "_", p.name),
                                "the " # p.name # "'s `nn.parameter`">)),
        !listconcat(["getParameters", "getParameterRef", "setParameterRef"],
                    overrides),
        leadingInteger, operands, secondInteger> {
  let hasVerifier = 1;
  let extraClassDeclaration = clauseTable # [{
    /// What ODS says of the parameters, those that are absent among them.
    ::llvm::SmallVector<::nascent::nn::detail::ParameterForm>
    getParameterForms();
  }];
  code parametric = syntax # [{
    ::llvm::SmallVector<::nascent::nn::detail::ParameterForm>
    $cppClass::getParameterForms() {
      return }] # "{" # !interleave(!foreach(p, parameters, p.form), ", ") #
      "};" # [{
    }
    ::llvm::SmallVector<::nascent::nn::ParameterSpec>
    $cppClass::getParameters() {
      return ::nascent::nn::detail::specsOf(*this, getParameterForms());
    }
    ::mlir::FlatSymbolRefAttr $cppClass::getParameterRef(unsigned index) {
      return ::nascent::nn::detail::getParameterRef(*this, index);
    }
    void $cppClass::setParameterRef(unsigned index,
                                    ::mlir::FlatSymbolRefAttr ref) {
      ::nascent::nn::detail::setParameterRef(*this, index, ref);
    }
    ::llvm::LogicalResult $cppClass::verify() {
      return ::nascent::nn::detail::verifyParameters(*this,
                                                     getParameterForms());
    }
    ::llvm::LogicalResult $cppClass::verifySymbolUses(
        ::mlir::SymbolTableCollection &symbols) {
      return ::nascent::nn::detail::verifyParameterUses(*this, symbols);
    }
  }];
  let extraClassDefinition = parametric;
}

#endif // NASCENT_DIALECT_NN_LAYERS_LAYER_TD
