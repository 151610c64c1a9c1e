//===- BlockOp.cpp - A network inside another -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/TypeUtilities.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include <limits>

using namespace mlir;

namespace nascent::nn {

LogicalResult BlockOp::relate(LayerShapes &shapes, EmitError emitError) {
  // What the layers inside say is known once they are in the block's place.
  return success();
}

std::optional<int64_t> BlockOp::getIndexLimit(unsigned input) {
  // Layers inside have limits of their own.
  if (getElementTypeOrSelf(getInputs()[input]).isInteger(32))
    return std::numeric_limits<int32_t>::max();
  return std::nullopt;
}

bool BlockOp::isRowWise() {
  // Some layer inside may not be.
  return false;
}

LogicalResult BlockOp::verifySymbolUses(SymbolTableCollection &symbols) {
  auto network =
      symbols.lookupNearestSymbolFrom<SequentialOp>(*this, getNetworkAttr());
  if (!network)
    return emitLayerError(*this)
           << "refers to " << getNetworkAttr() << ", which is not a network";
  auto verify = [&](StringRef what, TypeRange actual,
                    TypeRange expected) -> LogicalResult {
    auto emitError = [&] {
      InFlightDiagnostic diag = emitOpError();
      diag.attachNote(network.getLoc())
          << "network " << getNetworkAttr() << " is here";
      diag << quotedName(*this) << " ";
      return diag;
    };
    if (actual.size() != expected.size())
      return emitError() << "has " << actual.size() << " " << what
                         << "s, but network " << getNetworkAttr() << " has "
                         << expected.size();
    for (auto [index, types] :
         llvm::enumerate(llvm::zip_equal(actual, expected))) {
      auto [type, stated] = types;
      if (getElementTypeOrSelf(type) != getElementTypeOrSelf(stated))
        return emitError() << "has an " << what << " " << index << " of type "
                           << type << ", but network " << getNetworkAttr()
                           << " states " << stated;
      int64_t rank = cast<RankedTensorType>(type).getRank();
      int64_t statedRank = cast<RankedTensorType>(stated).getRank();
      if (rank != statedRank)
        return emitError() << "has an " << what << " " << index << " of rank "
                           << rank << ", but network " << getNetworkAttr()
                           << " states rank " << statedRank;
    }
    return success();
  };
  if (failed(
          verify("input", getInputs().getTypes(), network.getArgumentTypes())))
    return failure();
  return verify("output", getOutputs().getTypes(), network.getResultTypes());
}

ParseResult detail::parseBlockClauses(OpAsmParser &parser, StringAttr &name,
                                      StringAttr &tie) {
  static constexpr Clause clauses[] = {{"name", Clause::Name},
                                       {"tie", Clause::String}};
  NamedAttrList attributes;
  if (parseClauses(parser, clauses, attributes))
    return failure();
  name = cast_if_present<StringAttr>(attributes.get("name"));
  tie = cast_if_present<StringAttr>(attributes.get("tie"));
  return success();
}

void detail::printBlockClauses(OpAsmPrinter &printer, Operation *op,
                               StringAttr name, StringAttr tie) {
  if (name && !(op->getBlock() && name.getValue() == positionOf(op)))
    printer << " name(" << name << ")";
  if (tie)
    printer << " tie(" << tie << ")";
}

} // namespace nascent::nn
