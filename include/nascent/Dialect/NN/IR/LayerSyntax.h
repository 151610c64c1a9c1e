//===- LayerSyntax.h - Parsing and printing of layers -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Layers share one form:
//
//   nn.<layer> %input [, units] clause* [attr-dict] : type [-> type]
//   nn.<join> %input, … clause* [attr-dict] : type, … [-> type]
//
// where clauses come in any order, and one type may stand for equal ones. Types
// of operands in clauses stand behind the others, in the order of the layer's
// clauses; a layer may have several results, each with its type. ODS
// cannot leave out a clause by its value (a name that equals the position, a
// default), so the form is written here, once, over a table of clauses that ODS
// generates for each layer.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_IR_LAYERSYNTAX_H
#define NASCENT_DIALECT_NN_IR_LAYERSYNTAX_H

#include "mlir/IR/OpImplementation.h"
#include "llvm/ADT/StringMap.h"

namespace nascent::nn::detail {

/// A clause `keyword(value)`, or a bare `keyword` for a flag, which sets the
/// attribute called `keyword`.
struct Clause {
  enum Kind {
    Flag,
    Integer,
    /// One or more integers.
    Integers,
    /// The same, or the word `same`.
    Padding,
    Float,
    /// One of several words, without quotes.
    Word,
    String,
    Name,
    Symbol,
    /// One or more symbols.
    Symbols,
    Initializer,
    /// One or more numbers.
    Floats,
    /// One or more operands, which are no attribute.
    Operands
  };
  llvm::StringLiteral keyword;
  Kind kind;
  bool isRequired = false;
};

/// What distinguishes the layers' forms beyond their clauses.
struct LayerForm {
  llvm::ArrayRef<Clause> clauses;
  /// The integers after the operand: "units".
  llvm::SmallVector<llvm::StringRef, 2> leading;
  /// Whether the result's type is left out where it is the operands'.
  bool keepsType;
  /// Whether it takes any number of operands.
  bool isJoin;
  /// Whether it has several groups of operands whose numbers are not known.
  bool hasSegments;
  /// Whether it may have several results.
  bool hasResults;

  /// Whether a clause has operands.
  bool hasOperands() const;
};

/// Operands in clauses.
using ClauseOperands =
    llvm::StringMap<llvm::SmallVector<mlir::OpAsmParser::UnresolvedOperand, 2>>;

/// Parses those of `clauses`, in any order, that a layer is given. `operands`
/// may be null where none has any.
mlir::ParseResult parseClauses(mlir::OpAsmParser &parser,
                               llvm::ArrayRef<Clause> clauses,
                               mlir::NamedAttrList &attributes,
                               ClauseOperands *operands = nullptr);

/// Says how layers are written, in place of MLIR's message that it does not
/// know an operation whose name has no dialect. Fails where that is none.
llvm::LogicalResult explainUnknown(mlir::Diagnostic &diagnostic);

mlir::ParseResult parseLayer(mlir::OpAsmParser &parser,
                             mlir::OperationState &result,
                             const LayerForm &form);
/// Prints the clauses whose values are not those of `defaultOf`, the value that
/// a clause has where it is left out. `operandsOf` has the operands that the
/// layer begins with, then those of each clause that may have some.
void printLayer(mlir::Operation *op, mlir::OpAsmPrinter &printer,
                const LayerForm &form,
                llvm::function_ref<mlir::Attribute(llvm::StringRef)> defaultOf,
                llvm::function_ref<mlir::OperandRange(unsigned)> operandsOf);

/// The index of `op` among the layers of its block, as a name.
std::string positionOf(mlir::Operation *op);

/// A block's clauses: `name("…")` and `tie("…")`.
mlir::ParseResult parseBlockClauses(mlir::OpAsmParser &parser,
                                    mlir::StringAttr &name,
                                    mlir::StringAttr &tie);
void printBlockClauses(mlir::OpAsmPrinter &printer, mlir::Operation *op,
                       mlir::StringAttr name, mlir::StringAttr tie);

/// The form of a layer op, from its clauses and traits.
template <typename LayerOp>
LayerForm formOf() {
  LayerForm form = {
      LayerOp::getClauses(),
      LayerOp::getLeadingIntegers(),
      LayerOp::keepsType(),
      /*isJoin=*/false,
      LayerOp::template hasTrait<mlir::OpTrait::AttrSizedOperandSegments>(),
      !LayerOp::template hasTrait<mlir::OpTrait::OneResult>()};
  form.isJoin = !LayerOp::template hasTrait<mlir::OpTrait::OneOperand>() &&
                !form.hasOperands();
  return form;
}

template <typename LayerOp>
mlir::ParseResult parseLayer(mlir::OpAsmParser &parser,
                             mlir::OperationState &result) {
  return parseLayer(parser, result, formOf<LayerOp>());
}

template <typename LayerOp>
void printLayer(LayerOp op, mlir::OpAsmPrinter &printer) {
  typename LayerOp::Properties defaults;
  LayerOp::populateDefaultProperties(op->getName(), defaults);
  auto defaultOf = [&](llvm::StringRef name) {
    return LayerOp::getInherentAttr(op.getContext(), defaults, name)
        .value_or(mlir::Attribute());
  };
  auto operandsOf = [&](unsigned group) { return op.getODSOperands(group); };
  printLayer(op.getOperation(), printer, formOf<LayerOp>(), defaultOf,
             operandsOf);
}

} // namespace nascent::nn::detail

#endif // NASCENT_DIALECT_NN_IR_LAYERSYNTAX_H
