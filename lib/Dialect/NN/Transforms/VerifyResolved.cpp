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
#include "nascent/Dialect/NN/IR/NetworkSizes.h"
#include "nascent/Dialect/NN/Transforms/Passes.h"
#include "nascent/Support/Quote.h"

namespace nascent::nn {

#define GEN_PASS_DEF_NNVERIFYRESOLVED
#include "nascent/Dialect/NN/Transforms/Passes.h.inc"

using namespace mlir;

namespace {

/// The layer of `network` that uses `parameter`.
LayerOpInterface findUser(SequentialOp network, ParameterOp parameter) {
  for (LayerOpInterface layer : network.getLayers())
    for (unsigned i = 0, e = layer.getParameters().size(); i < e; ++i)
      if (FlatSymbolRefAttr ref = layer.getParameterRef(i);
          ref && ref.getAttr() == parameter.getSymNameAttr())
        return layer;
  return {};
}

/// Says of which open sizes a dimension of a parameter is a formula, where it
/// is not one of them.
void explain(InFlightDiagnostic &diag, SequentialOp network,
             ParameterOp parameter, const NetworkSizes &sizes) {
  LayerOpInterface user = findUser(network, parameter);
  if (!user)
    return;
  for (auto [index, dim] : llvm::enumerate(sizes.getShape(parameter).dims)) {
    const SizeExpr &size = dim.getExpr();
    if (size.isFormula() && !size.isTooLarge() && !size.isName())
      diag.attachNote(user.getLoc())
          << quotedName(user) << " makes its dimension " << index << " "
          << size.format() << "; bind what stands there";
  }
}

LogicalResult verifyParameters(SequentialOp network,
                               SymbolTableCollection &symbols) {
  auto parameters = collectParameters(network, symbols);
  if (failed(parameters))
    return failure();
  for (NetworkParameter &parameter : *parameters) {
    RankedTensorType type = parameter.op.getTensorType();
    if (type.hasStaticShape())
      continue;
    // Before the error, as this may have one of its own.
    FailureOr<NetworkSizes> sizes = NetworkSizes::get(network, symbols);
    if (failed(sizes))
      return failure();
    InFlightDiagnostic diag =
        parameter.op.emitOpError()
        << "'" << printable(parameter.name) << "' of network '"
        << printable(network.getSymName()) << "' still has the shape "
        << formatShape(type.getShape());
    diag.attachNote(network.getLoc()) << bindingHint(network);
    explain(diag, network, parameter.op, *sizes);
    return diag;
  }
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
      InFlightDiagnostic diag =
          layer.emitOpError()
          << quotedName(layer)
          << (layer->hasTrait<OpTrait::IsLoss>()
                  ? " is a loss in the network, one number for a batch"
                  : " mixes the rows of a batch")
          << ", so the batch of its network cannot stay open";
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
      return emitLayerError(layer)
             << "is used by nothing; remove it or return it";
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
          failed(verifyOpenSizes(network, symbols)) ||
          failed(verifyOpenBatch(network)))
        return signalPassFailure();
    markAllAnalysesPreserved();
  }
};

} // namespace

} // namespace nascent::nn
