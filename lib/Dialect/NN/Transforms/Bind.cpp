//===- Bind.cpp - Give networks the types of their inputs -----------------===//
//
// The moment at which a framework would see its first batch, or load trained
// parameters. Only the inputs or the parameters change here; what follows from
// them is inference's work.
//
//===----------------------------------------------------------------------===//

#include "BindCheckpoint.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Dialect/NN/Transforms/Passes.h"
#include "nascent/Support/Binding.h"

namespace nascent::nn {

#define GEN_PASS_DEF_NNBIND
#include "nascent/Dialect/NN/Transforms/Passes.h.inc"

using namespace mlir;

namespace {

struct Bind : impl::NNBindBase<Bind> {
  using NNBindBase::NNBindBase;

  void runOnOperation() override {
    for (StringRef text : bindings)
      if (failed(bind(text)))
        return signalPassFailure();
  }

  LogicalResult bind(StringRef text);
  RankedTensorType narrowType(SequentialOp network, const Binding &binding);
};

/// The input's dimensions narrowed by the binding's; null after an error.
RankedTensorType Bind::narrowType(SequentialOp network,
                                  const Binding &binding) {
  auto type = cast<RankedTensorType>(network.getArgument(0).getType());
  auto emitError = [&] {
    return network.emitOpError() << optionName << " '" << binding.text << "' ";
  };
  if (type.getRank() != int64_t(binding.shape.size())) {
    emitError() << "has rank " << binding.shape.size()
                << ", but the network's input " << type << " has rank "
                << type.getRank();
    return {};
  }
  SmallVector<int64_t> sizes(type.getShape());
  for (auto [index, size] : llvm::enumerate(binding.shape)) {
    if (ShapedType::isDynamic(size) || size == sizes[index])
      continue;
    if (!ShapedType::isDynamic(sizes[index])) {
      InFlightDiagnostic diag = emitError()
                                << "gives dimension " << index
                                << " of the input the size " << size
                                << ", but the network states " << sizes[index];
      diag.attachNote(network.getArgument(0).getLoc())
          << sizes[index] << " comes from "
          << originOf(network.getArgument(0)).phrase;
      return {};
    }
    sizes[index] = size;
  }
  return RankedTensorType::get(sizes, type.getElementType());
}

LogicalResult Bind::bind(StringRef text) {
  ModuleOp module = getOperation();
  llvm::Expected<Binding> binding = parseBinding(text);
  if (!binding)
    return module.emitError(llvm::toString(binding.takeError()));
  auto network = SymbolTable::lookupNearestSymbolFrom<SequentialOp>(
      module, StringAttr::get(&getContext(), binding->network));
  if (!network) {
    InFlightDiagnostic diag = module.emitError() << optionName << " '" << text
                                                 << "': there is no network '"
                                                 << binding->network << "'";
    for (auto other : module.getOps<SequentialOp>())
      diag.attachNote(other.getLoc())
          << "there is network '" << other.getSymName() << "'";
    return diag;
  }
  if (!binding->checkpoint.empty()) {
    ++numBound;
    return bindCheckpoint(network, *binding);
  }
  if (network.getNumArguments() != 1)
    return network.emitOpError()
           << optionName << " '" << text
           << "' is for one input, but the network has "
           << network.getNumArguments() << "; write their types in the network";
  if (auto earlier =
          network.getArgAttrOfType<StringAttr>(0, NNDialect::kBindingAttrName))
    return network.emitOpError()
           << optionName << " '" << text << "' is a second one, after '"
           << earlier.getValue() << "'; bind a network once";
  RankedTensorType type = narrowType(network, *binding);
  if (!type)
    return failure();
  network.getArgument(0).setType(type);
  network.setType(
      FunctionType::get(&getContext(), type, network.getResultTypes()));
  network.setArgAttr(0, NNDialect::kBindingAttrName,
                     StringAttr::get(&getContext(), text));
  ++numBound;
  return success();
}

} // namespace

} // namespace nascent::nn
