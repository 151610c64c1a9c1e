//===- ListedShapes.cpp - Shapes as the frameworks know them --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ListedShapes.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace mlir;
using namespace nascent::nn;

namespace nascent {

namespace {
/// The layers that a framework would have come to: those before them are
/// settled.
class ReachedLayers {
public:
  ReachedLayers(SequentialOp network, SymbolTableCollection &symbols) {
    llvm::SmallPtrSet<Operation *, 16> settled;
    for (LayerOpInterface layer : network.getLayers()) {
      if (!llvm::all_of(layer->getOperands(), [&](Value input) {
            Operation *before = input.getDefiningOp();
            return !before || settled.contains(before);
          }))
        continue;
      reached.insert(layer);
      if (llvm::all_of(shapesOf(layer, &symbols).parameters,
                       [](const Shape &shape) {
                         return !ShapedType::isDynamicShape(shape.sizes());
                       }))
        settled.insert(layer);
    }
  }

  bool contains(LayerOpInterface layer) const {
    return reached.contains(layer.getOperation());
  }

private:
  llvm::SmallPtrSet<Operation *, 16> reached;
};
} // namespace

/// What a layer knows by its own attributes.
static FailureOr<LayerShapes> statedShapes(LayerOpInterface layer) {
  LayerShapes shapes = shapesOf(layer);
  for (Shape &shape : shapes.inputs)
    shape = Shape(shape.rank());
  for (Shape &shape : shapes.outputs)
    shape = Shape(shape.rank());
  if (failed(layer.relate(shapes, [&] { return emitLayerError(layer); })))
    return failure();
  return shapes;
}

FailureOr<ListedShapes> ListedShapes::get(SequentialOp network,
                                          SymbolTableCollection &symbols) {
  ListedShapes result;
  ReachedLayers reached(network, symbols);
  auto parameterOf = [&](LayerOpInterface layer, unsigned index) {
    return symbols.lookupNearestSymbolFrom(layer, layer.getParameterRef(index));
  };
  for (LayerOpInterface layer : network.getLayers()) {
    bool isReached = reached.contains(layer);
    FailureOr<LayerShapes> shapes =
        isReached ? shapesOf(layer, &symbols) : statedShapes(layer);
    if (failed(shapes))
      return failure();
    for (auto [index, shape] : llvm::enumerate(shapes->parameters)) {
      // Of the layers that share it, one that is reached knows most; else its
      // owner does.
      Operation *parameter = parameterOf(layer, index);
      if (isReached)
        result.parameters[parameter] = shape;
      else if (!layer.getTieAttr())
        result.parameters.try_emplace(parameter, shape);
    }
    result.layers[layer] = std::move(*shapes);
  }
  for (LayerOpInterface layer : network.getLayers())
    for (auto [index, shape] : llvm::enumerate(result.layers[layer].parameters))
      shape = result.parameters[parameterOf(layer, index)];
  return result;
}

} // namespace nascent
