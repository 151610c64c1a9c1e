//===- InferShapes.cpp - Narrow every dimension that follows --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Deferred initialisation's shape resolution, at compile time: each layer's own
// rule is applied over the network, forwards and then backwards, until nothing
// changes. Every number carries its origin, so that a contradiction names both
// places.
//
//===----------------------------------------------------------------------===//

#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Dialect/NN/Transforms/Passes.h"
#include "nascent/Support/Quote.h"
#include "llvm/ADT/MapVector.h"
#include <deque>
#include <fmt/format.h>

namespace nascent::nn {

#define GEN_PASS_DEF_NNINFERSHAPES
#include "nascent/Dialect/NN/Transforms/Passes.h.inc"

using namespace mlir;

namespace {

/// What is known of the module's parameters. Several networks may use one.
struct ParameterShapes {
  llvm::MapVector<ParameterOp, Shape> shapes;
  /// How often one of them has been narrowed.
  unsigned numChanges = 0;
};

/// What is known of the shapes of one network.
class NetworkShapes {
public:
  NetworkShapes(SequentialOp network, SymbolTable &symbols,
                ParameterShapes &parameters);

  /// Relates all layers in one direction; `changed` tells if anything narrowed.
  LogicalResult sweep(bool forwards, bool &changed);
  /// Relates what is returned to the types the network states.
  LogicalResult relateResults(bool &changed);
  /// Sweeps forwards and backwards until nothing changes.
  LogicalResult settle(llvm::function_ref<void()> countSweep);
  /// Whether nothing has been learnt since that this network does not know.
  bool isSettled() const { return settledAt == parameters.numChanges; }
  /// Writes the shapes into the types. Returns how many dimensions were new.
  unsigned write();

private:
  LogicalResult relate(LayerOpInterface layer, bool &changed);

  SequentialOp network;
  SmallVector<LayerOpInterface> layers;
  llvm::MapVector<Value, Shape> values;
  ParameterShapes &parameters;
  SmallVector<Shape> results;
  /// How many changes of parameters it has seen to the end.
  std::optional<unsigned> settledAt;
  /// For each layer, the parameters it uses.
  llvm::DenseMap<Operation *, SmallVector<ParameterOp, 2>> uses;
};

/// Writes a shape into a type; `resolved` counts the dimensions that were new.
RankedTensorType typeOf(RankedTensorType old, const Shape &shape,
                        unsigned &resolved) {
  RankedTensorType type = old.clone(shape.sizes());
  resolved += old.getNumDynamicDims() - type.getNumDynamicDims();
  return type;
}

NetworkShapes::NetworkShapes(SequentialOp network, SymbolTable &symbols,
                             ParameterShapes &parameters)
    : network(network), layers(network.getLayers()), parameters(parameters) {
  auto add = [&](Value value) { values.insert({value, shapeOf(value)}); };
  llvm::for_each(network.getArguments(), add);
  for (LayerOpInterface layer : layers) {
    llvm::for_each(layer->getResults(), add);
    for (unsigned i = 0, e = layer.getParameters().size(); i < e; ++i) {
      FlatSymbolRefAttr ref = layer.getParameterRef(i);
      if (!ref)
        continue;
      auto parameter = symbols.lookup<ParameterOp>(ref.getAttr());
      uses[layer].push_back(parameter);
      parameters.shapes.insert(
          {parameter, Shape(parameter.getTensorType(), parameter.getOrigin())});
    }
  }
  for (auto [index, type] : llvm::enumerate(network.getResultTypes()))
    results.emplace_back(
        cast<RankedTensorType>(type),
        Origin{network.getLoc(), fmt::format("output {} of network '{}'", index,
                                             printable(network.getSymName()))});
}

LogicalResult NetworkShapes::relate(LayerOpInterface layer, bool &changed) {
  LayerShapes shapes;
  auto emitError = [&] { return emitLayerError(layer); };
  for (Value input : layer->getOperands())
    shapes.inputs.push_back(values.find(input)->second);
  for (Value output : layer->getResults())
    shapes.outputs.push_back(values.find(output)->second);
  ArrayRef<ParameterOp> used;
  if (auto it = uses.find(layer); it != uses.end())
    used = it->second;
  if (used.empty())
    for (const ParameterSpec &spec : layer.getParameters())
      shapes.parameters.emplace_back(spec.rank);
  for (ParameterOp parameter : used)
    shapes.parameters.push_back(parameters.shapes.find(parameter)->second);

  if (failed(layer.relate(shapes, emitError)) ||
      failed(verifyIntermediate(layer, shapes, emitError)))
    return failure();

  auto take = [&](Shape &to, Shape &from, StringRef what) {
    if (!from.changed)
      return success();
    changed = true;
    from.changed = false;
    to = std::move(from);
    return verifySize(to.sizes(), what, emitError);
  };
  for (auto [value, shape] : llvm::zip(layer->getOperands(), shapes.inputs))
    if (failed(take(values.find(value)->second, shape, "its input")))
      return failure();
  for (auto [value, shape] : llvm::zip(layer->getResults(), shapes.outputs))
    if (failed(take(values.find(value)->second, shape, "its output")))
      return failure();
  for (auto [parameter, shape] : llvm::zip(used, shapes.parameters)) {
    parameters.numChanges += shape.changed;
    if (failed(take(parameters.shapes.find(parameter)->second, shape,
                    "a parameter")))
      return failure();
  }
  return success();
}

LogicalResult NetworkShapes::sweep(bool forwards, bool &changed) {
  for (size_t i = 0, e = layers.size(); i < e; ++i)
    if (failed(relate(layers[forwards ? i : e - 1 - i], changed)))
      return failure();
  return success();
}

LogicalResult NetworkShapes::relateResults(bool &changed) {
  ReturnOp ret = network.getReturn();
  for (auto [index, value] : llvm::enumerate(ret.getOperands())) {
    Shape &stated = results[index], &actual = values.find(value)->second;
    auto emitError = [&, index = index] {
      return ret.emitOpError() << "output " << index << " ";
    };
    for (unsigned dim = 0; dim < stated.rank(); ++dim)
      if (failed(unify(stated, dim, actual, dim,
                       fmt::format("dimension {} to be", dim), emitError)))
        return failure();
    changed |= actual.changed;
    actual.changed = stated.changed = false;
  }
  return success();
}

LogicalResult NetworkShapes::settle(llvm::function_ref<void()> countSweep) {
  for (bool forwards = true; !isSettled(); forwards = !forwards) {
    bool changed = false;
    countSweep();
    if (failed(sweep(forwards, changed)) || failed(relateResults(changed)))
      return failure();
    if (!changed)
      settledAt = parameters.numChanges;
  }
  return success();
}

unsigned NetworkShapes::write() {
  unsigned resolved = 0;
  for (auto &[value, shape] : values) {
    Value known = value;
    known.setType(
        typeOf(cast<RankedTensorType>(known.getType()), shape, resolved));
    forgetOrigins(known);
  }
  network.setType(FunctionType::get(
      network.getContext(), network.getBody().front().getArgumentTypes(),
      network.getReturn().getOperandTypes()));
  return resolved;
}

struct InferShapes : impl::NNInferShapesBase<InferShapes> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    ParameterShapes parameters;
    std::deque<NetworkShapes> networks;
    for (auto network : getOperation().getOps<SequentialOp>())
      networks.emplace_back(network, symbols, parameters);
    if (failed(infer(networks)))
      return signalPassFailure();
    unsigned resolved = 0;
    for (NetworkShapes &network : networks)
      resolved += network.write();
    for (auto &[op, shape] : parameters.shapes) {
      ParameterOp parameter = op;
      parameter.setType(typeOf(parameter.getTensorType(), shape, resolved));
    }
    numResolved += resolved;
  }

  /// Networks that share parameters learn from one another, so the fixpoint is
  /// the module's.
  LogicalResult infer(std::deque<NetworkShapes> &networks) {
    auto isSettled = [](NetworkShapes &each) { return each.isSettled(); };
    while (!llvm::all_of(networks, isSettled))
      for (NetworkShapes &network : networks)
        if (failed(network.settle([&] { ++numSweeps; })))
          return failure();
    return success();
  }
};

} // namespace

} // namespace nascent::nn
