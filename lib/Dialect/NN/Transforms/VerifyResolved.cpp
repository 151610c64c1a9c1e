//===- VerifyResolved.cpp - The contract of shape inference ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The line between networks that are still nascent and networks that can be
// lowered. An error here is the frameworks' "parameter has not been
// initialised", at compile time and with the binding that is missing.
//
//===----------------------------------------------------------------------===//

#include "nascent/Dialect/NN/IR/NetworkParameters.h"
#include "nascent/Dialect/NN/Transforms/Passes.h"
#include "nascent/Support/Quote.h"

namespace nascent::nn {

#define GEN_PASS_DEF_NNVERIFYRESOLVED
#include "nascent/Dialect/NN/Transforms/Passes.h.inc"

using namespace mlir;

namespace {

LogicalResult verifyParameters(SequentialOp network,
                               SymbolTableCollection &symbols) {
  auto parameters = collectParameters(network, symbols);
  if (failed(parameters))
    return failure();
  for (NetworkParameter &parameter : *parameters) {
    RankedTensorType type = parameter.op.getTensorType();
    if (type.hasStaticShape())
      continue;
    InFlightDiagnostic diag =
        parameter.op.emitOpError()
        << "'" << printable(parameter.name) << "' of network '"
        << printable(network.getSymName()) << "' still has the shape "
        << formatShape(type.getShape());
    diag.attachNote(network.getLoc()) << bindingHint(network);
    return diag;
  }
  return success();
}

/// Open dimensions after the first: nothing says how large they may become.
LogicalResult verifyOpenDimensions(SequentialOp network) {
  auto verify = [&](Value value, Operation *at, const Twine &what) {
    auto type = cast<RankedTensorType>(value.getType());
    for (int64_t dim = 1; dim < type.getRank(); ++dim)
      if (type.isDynamicDim(dim)) {
        InFlightDiagnostic diag =
            at->emitOpError()
            << what << " has the open dimension " << dim << " in " << type
            << "; only the batch, dimension 0, may stay open";
        diag.attachNote(network.getLoc()) << bindingHint(network);
        return LogicalResult(diag);
      }
    return success();
  };
  for (BlockArgument argument : network.getArguments())
    if (failed(verify(argument, network,
                      "input " + Twine(argument.getArgNumber()))))
      return failure();
  for (LayerOpInterface layer : network.getLayers())
    for (Value output : layer->getResults())
      if (failed(verify(output, layer, quotedName(layer))))
        return failure();
  return success();
}

/// An open batch is walked in blocks of rows, so rows must not depend on one
/// another, and all inputs and outputs must share it.
LogicalResult verifyOpenBatch(SequentialOp network) {
  auto isOpen = [](Type type) {
    auto tensor = cast<RankedTensorType>(type);
    return tensor.getRank() > 0 && tensor.isDynamicDim(0);
  };
  SmallVector<Type> types(network.getArgumentTypes());
  llvm::append_range(types, network.getResultTypes());
  if (llvm::none_of(types, isOpen))
    return success();
  for (LayerOpInterface layer : network.getLayers())
    if (!layer.isRowWise()) {
      InFlightDiagnostic diag = layer.emitOpError()
                                << quotedName(layer)
                                << " mixes the rows of a batch, so the batch "
                                   "of its network cannot stay open";
      diag.attachNote(network.getLoc()) << bindingHint(network);
      return diag;
    }
  for (Type type : types)
    if (!isOpen(type))
      return network.emitOpError()
             << "'" << printable(network.getSymName())
             << "' has an open batch, but also an input or output " << type
             << " without one; bind the batch";
  return success();
}

/// A layer that nothing uses would be dropped, parameters and all; more likely
/// an operand is mistyped.
LogicalResult verifyUsed(SequentialOp network) {
  for (LayerOpInterface layer : network.getLayers())
    if (layer->use_empty())
      return layer.emitOpError()
             << quotedName(layer)
             << " is used by nothing; remove it or return it";
  // An input may be there for the sake of the caller.
  for (BlockArgument input : network.getArguments())
    if (input.use_empty())
      network.emitWarning()
          << "input " << input.getArgNumber() << " of network '"
          << printable(network.getSymName()) << "' is used by nothing";
  return success();
}

struct VerifyResolved : impl::NNVerifyResolvedBase<VerifyResolved> {
  void runOnOperation() override {
    SymbolTableCollection symbols;
    for (auto network : getOperation().getOps<SequentialOp>())
      if (failed(verifyUsed(network)) ||
          failed(verifyParameters(network, symbols)) ||
          failed(verifyOpenDimensions(network)) ||
          failed(verifyOpenBatch(network)))
        return signalPassFailure();
    markAllAnalysesPreserved();
  }
};

} // namespace

} // namespace nascent::nn
