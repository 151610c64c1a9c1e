//===- NNAttributeBase.td - What all attributes have -------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_IR_NNATTRIBUTEBASE_TD
#define NASCENT_DIALECT_NN_IR_NNATTRIBUTEBASE_TD

include "mlir/IR/AttrTypeBase.td"
include "nascent/Dialect/NN/IR/NNDialect.td"

/// The code that parses and prints one parameter, `name`, of an attribute. It is
/// given by its place, or else as `name = value`.
class NN_ParameterCode<string name, AttrOrTypeParameter parameter,
                       bit hasPlace> {
  string type = parameter.cppStorageType;
  string byDefault = type # "(" # parameter.defaultValue # ")";
  bit isRequired = !empty(parameter.defaultValue);
  string prefix = !if(hasPlace, "", name # " = ");

  string declare = "::mlir::FailureOr<" # type # "> " # name # ";";
  string parse = "{\"" # name # "\", " # !if(hasPlace, "true", "false") # ", "
      # !if(isRequired, "true", "false")
      # ", [&] { return ::mlir::success(::mlir::succeeded(" # name
      # " = ::mlir::FieldParser<" # type # ">::parse(parser))); }}";
  string value = !if(isRequired, "*" # name,
      name # ".value_or(" # byDefault # ")");
  string print = !if(isRequired, "",
      "if (!isSame(getImpl()->" # name # ", " # byDefault # ")) ")
      # "list.print(\"" # prefix # "\", getImpl()->" # name # ");";
}

/// An attribute of the form that AttributeSyntax.h describes.
class NN_Attr<string name, string attrMnemonic, list<Trait> traits = []>
    : AttrDef<NN_Dialect, name, traits> {
  let mnemonic = attrMnemonic;
  /// How many of the parameters are given by their places.
  int places = 0;
  let hasCustomAssemblyFormat = !not(!empty(parameters));
  list<NN_ParameterCode> codes = !foreach(i, !range(!size(parameters)),
      NN_ParameterCode<!getdagname(parameters, i),
                       !getdagarg<AttrOrTypeParameter>(parameters, i),
                       !lt(i, places)>);
  let extraClassDefinition = !if(!empty(parameters), "", [{
    ::mlir::Attribute $cppClass::parse(::mlir::AsmParser &parser, ::mlir::Type) {
      }] # !interleave(!foreach(c, codes, c.declare), "\n") # [{
      if (::nascent::nn::detail::parseParameters(parser, getMnemonic(), {}]
      # !interleave(!foreach(c, codes, c.parse), ", ") # [{}))
        return {};
      return parser.getChecked<$cppClass>(parser.getContext(), }]
      # !interleave(!foreach(c, codes, c.value), ", ") # [{);
    }
    void $cppClass::print(::mlir::AsmPrinter &printer) const {
      using ::nascent::nn::detail::isSame;
      ::nascent::nn::detail::ParameterPrinter list(printer);
      }] # !interleave(!foreach(c, codes, c.print), "\n") # [{
    }
  }]);
}

/// A double that parses and prints as a decimal number of full precision.
class NN_Float<string default = "">
    : AttrOrTypeParameter<"::llvm::APFloat", "a finite number"> {
  let comparator = "$_lhs.bitwiseIsEqual($_rhs)";
  let defaultValue = default;
}
def NN_Integer : AttrOrTypeParameter<"int64_t", "an integer">;
def NN_Bool : AttrOrTypeParameter<"bool", "true or false">;
def NN_OptionalInteger
    : OptionalParameter<"std::optional<int64_t>", "an integer">;

#endif // NASCENT_DIALECT_NN_IR_NNATTRIBUTEBASE_TD
