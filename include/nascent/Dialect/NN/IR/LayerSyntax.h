//===- LayerSyntax.h - Parsing and printing of layers -----------*- C++ -*-===//
//
// Layers share one form:
//
//   nn.<layer> %input [, units] clause* [attr-dict] : type [-> type]
//
// where clauses come in any order. ODS cannot leave out a clause by its value
// (a name that equals the position), so the form is written here, once, over a
// table of clauses that ODS generates for each layer.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_IR_LAYERSYNTAX_H
#define NASCENT_DIALECT_NN_IR_LAYERSYNTAX_H

#include "mlir/IR/OpImplementation.h"

namespace nascent::nn::detail {

/// A clause `keyword(value)`, or a bare `keyword` for a flag, which sets the
/// attribute called `keyword`.
struct Clause {
  enum Kind { Flag, Integer, Float, String, Name, Symbol, Initializer };
  llvm::StringLiteral keyword;
  Kind kind;
};

/// What distinguishes the layers' forms beyond their clauses.
struct LayerForm {
  llvm::ArrayRef<Clause> clauses;
  /// The integer after the operand, if the layer has one: "units".
  llvm::StringRef leading;
  /// Whether the result has the operand's type, which is then printed once.
  bool sameType;
};

mlir::ParseResult parseLayer(mlir::OpAsmParser &parser,
                             mlir::OperationState &result,
                             const LayerForm &form);
void printLayer(mlir::Operation *op, mlir::OpAsmPrinter &printer,
                const LayerForm &form);

/// The form of a layer op, from its clauses and traits.
template <typename LayerOp>
LayerForm formOf() {
  constexpr bool sameType =
      LayerOp::template hasTrait<mlir::OpTrait::SameOperandsAndResultType>();
  return {LayerOp::getClauses(), LayerOp::getLeadingInteger(), sameType};
}

template <typename LayerOp>
mlir::ParseResult parseLayer(mlir::OpAsmParser &parser,
                             mlir::OperationState &result) {
  return parseLayer(parser, result, formOf<LayerOp>());
}

template <typename LayerOp>
void printLayer(LayerOp op, mlir::OpAsmPrinter &printer) {
  printLayer(op.getOperation(), printer, formOf<LayerOp>());
}

} // namespace nascent::nn::detail

#endif // NASCENT_DIALECT_NN_IR_LAYERSYNTAX_H
