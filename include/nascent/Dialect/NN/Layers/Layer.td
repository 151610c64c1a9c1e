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
class Clause<string clauseKeyword, string clauseKind, Attr clauseAttr,
             string value, string clauseMeaning, string clauseWithout> {
  string keyword = clauseKeyword;
  string kind = clauseKind;
  Attr attr = clauseAttr;
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
               list<string> overrides = [], string leadingInteger = "",
               dag operands = (ins NN_Tensor:$input)>
    : NN_Op<mnemonic, !listconcat([
        Pure, HasParent<"SequentialOp">, DeclareOpInterfaceMethods<LayerOpInterface,
                                        !listconcat(["relate", "describe",
                                                     "isRowWise"],
                                                    overrides)>], traits)> {
  let arguments = !con(operands,
      !if(!empty(leadingInteger), (ins),
          !dag(ins, [I64Attr], [leadingInteger])),
      !dag(ins, !foreach(c, clauses, c.attr), !foreach(c, clauses, c.keyword)));
  let results = (outs NN_Tensor:$result);
  let hasCustomAssemblyFormat = 1;
  /// The description, but for the table of clauses.
  string semantics = "";
  let description = semantics # ClauseTable<clauses>.text;
  string keepsType = "false";
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
    /// The attribute that stands, bare, after the operand; empty if none does.
    static ::llvm::StringRef getLeadingInteger() {
      return "}] # leadingInteger # [{";
    }
    /// Whether the result's type may be left out where it is the operand's.
    static constexpr bool keepsType() { return }] # keepsType # [{; }
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

#endif // NASCENT_DIALECT_NN_LAYERS_LAYER_TD
