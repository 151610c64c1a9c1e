//===- MaterializeParameters.cpp - Give parameters a symbol ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From here on a parameter is one thing with one name, whichever layers use it:
// inference narrows its shape, layouts are assigned to it, and the C interface
// numbers it.
//
//===----------------------------------------------------------------------===//

#include "InitRules.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Dialect/NN/Transforms/Passes.h"
#include "nascent/Support/Quote.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringMap.h"

namespace nascent::nn {

#define GEN_PASS_DEF_NNMATERIALIZEPARAMETERS
#include "nascent/Dialect/NN/Transforms/Passes.h.inc"

using namespace mlir;

namespace {

struct MaterializeParameters
    : impl::NNMaterializeParametersBase<MaterializeParameters> {
  using NNMaterializeParametersBase::NNMaterializeParametersBase;

  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    InitRules rules(profile);
    for (const std::string &text : init)
      if (failed(rules.parse(text, getOperation())))
        return signalPassFailure();
    for (auto network : getOperation().getOps<SequentialOp>()) {
      rules.enter(network);
      if (failed(materialize(network, symbols, rules)) || failed(rules.leave()))
        return signalPassFailure();
    }
    if (failed(rules.finish()))
      return signalPassFailure();
  }

  LogicalResult materialize(SequentialOp network, SymbolTable &symbols,
                            InitRules &rules);
  /// `tied` are the layers that use the parameters, too.
  LogicalResult createParameters(SequentialOp network, LayerOpInterface layer,
                                 ArrayRef<LayerOpInterface> tied,
                                 SymbolTable &symbols, InitRules &rules);
};

/// The layer whose parameters `layer` uses in the end: itself unless tied.
FailureOr<LayerOpInterface>
findOwner(LayerOpInterface layer,
          const llvm::StringMap<LayerOpInterface> &layers) {
  llvm::SetVector<Operation *> visited;
  LayerOpInterface owner = layer;
  while (StringAttr tie = owner.getTieAttr()) {
    if (!visited.insert(owner))
      return emitLayerError(layer) << "is tied to itself in a circle";
    auto it = layers.find(tie);
    if (it == layers.end())
      return emitLayerError(owner) << "is tied to layer '" << tie.getValue()
                                   << "', which this network does not have";
    owner = it->second;
  }
  return owner;
}

LogicalResult shareParameters(LayerOpInterface layer, LayerOpInterface owner) {
  auto emitError = [&] {
    InFlightDiagnostic diag = layer.emitOpError();
    diag.attachNote(owner.getLoc()) << quotedName(owner) << " is here";
    diag << quotedName(layer) << " is tied to " << quotedName(owner) << " but ";
    return diag;
  };
  SmallVector<ParameterSpec> own = layer.getParameters();
  SmallVector<ParameterSpec> shared = owner.getParameters();
  if (layer->getName() != owner->getName() || own.size() != shared.size())
    return emitError() << "has other parameters";
  for (auto [index, spec] : llvm::enumerate(own)) {
    // A stated initialiser that is not the owner's would be silently ignored.
    if (spec.init != shared[index].init && spec.isInitStated)
      return emitError() << "states another initialiser for its "
                         << spec.suffix;
    FlatSymbolRefAttr ref = layer.getParameterRef(index);
    if (ref && ref != owner.getParameterRef(index))
      return emitError() << "refers to " << ref << " instead of "
                         << owner.getParameterRef(index);
    layer.setParameterRef(index, owner.getParameterRef(index));
  }
  return success();
}

LogicalResult MaterializeParameters::createParameters(
    SequentialOp network, LayerOpInterface layer,
    ArrayRef<LayerOpInterface> tied, SymbolTable &symbols, InitRules &rules) {
  OpBuilder builder(network);
  SmallVector<LayerOpInterface> users = {layer};
  llvm::append_range(users, tied);
  // The layer's rule gives what is known of the shapes already.
  LayerShapes shapes = shapesOf(layer);
  if (failed(layer.relate(shapes, [&] { return emitLayerError(layer); })))
    return failure();
  for (auto [index, spec] : llvm::enumerate(layer.getParameters())) {
    // The parameter's own name, then those that tied layers give it.
    SmallVector<std::string> names;
    for (LayerOpInterface user : users)
      names.push_back(
          (user.getLayerName().getValue() + "." + spec.suffix).str());
    // What has its parameter has its initialiser, which no rule changes.
    if (layer.getParameterRef(index))
      continue;
    Attribute init = rules.choose(names, spec);
    std::string symbol = (network.getSymName() + "." + names.front()).str();
    if (Operation *other = symbols.lookup(symbol)) {
      InFlightDiagnostic diag = emitLayerError(layer)
                                << "needs the symbol '" << symbol
                                << "', which is taken";
      diag.attachNote(other->getLoc()) << "it is defined here";
      return diag;
    }
    auto type = RankedTensorType::get(shapes.parameters[index].sizes(),
                                      builder.getF32Type());
    auto parameter = ParameterOp::create(
        builder, layer.getLoc(), symbol, /*sym_visibility=*/StringAttr(), type,
        cast<InitializerAttrInterface>(init), spec.trainable,
        /*layout=*/PanelsAttr(), /*offset=*/IntegerAttr());
    symbols.insert(parameter);
    layer.setParameterRef(index, FlatSymbolRefAttr::get(parameter));
    ++numParameters;
  }
  return success();
}

LogicalResult MaterializeParameters::materialize(SequentialOp network,
                                                 SymbolTable &symbols,
                                                 InitRules &rules) {
  llvm::StringMap<LayerOpInterface> layers;
  for (LayerOpInterface layer : network.getLayers())
    layers[layer.getLayerName()] = layer;
  if (layers.empty())
    return network.emitOpError() << "'" << printable(network.getSymName())
                                 << "' has no layers; give it at least one";
  SmallVector<std::pair<LayerOpInterface, LayerOpInterface>> ties;
  llvm::DenseMap<Operation *, SmallVector<LayerOpInterface>> tied; // by owner
  for (LayerOpInterface layer : network.getLayers()) {
    if (!layer.getTieAttr())
      continue;
    FailureOr<LayerOpInterface> owner = findOwner(layer, layers);
    if (failed(owner))
      return failure();
    ties.emplace_back(layer, *owner);
    tied[*owner].push_back(layer);
  }
  for (LayerOpInterface layer : network.getLayers())
    if (!layer.getTieAttr() &&
        failed(createParameters(network, layer, tied.lookup(layer), symbols,
                                rules)))
      return failure();
  for (auto [layer, owner] : ties)
    if (failed(shareParameters(layer, owner)))
      return failure();
  return success();
}

} // namespace

} // namespace nascent::nn
