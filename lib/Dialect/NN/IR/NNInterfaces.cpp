//===- NNInterfaces.cpp - Layers and initialisers -------------------------===//

#include "nascent/Dialect/NN/IR/NNInterfaces.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include <fmt/format.h>

using namespace mlir;

#include "nascent/Dialect/NN/IR/NNAttrInterfaces.cpp.inc"
#include "nascent/Dialect/NN/IR/NNOpInterfaces.cpp.inc"

namespace nascent::nn {

int64_t InitTarget::getColumns() const {
  return checkedProduct(shape.size() < 2 ? shape : shape.drop_front())
      .value_or(ShapedType::kDynamic);
}

std::string quotedName(LayerOpInterface layer) {
  StringAttr name = layer.getLayerName();
  return ("layer '" + (name ? name.getValue() : "?") + "'").str();
}

Origin originOf(Value value) {
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    unsigned index = argument.getArgNumber();
    auto network = dyn_cast<SequentialOp>(argument.getOwner()->getParentOp());
    if (!network)
      return {argument.getLoc(), fmt::format("argument {}", index)};
    if (auto binding = network.getArgAttrOfType<StringAttr>(
            index, NNDialect::kBindingAttrName))
      return {argument.getLoc(),
              fmt::format("binding '{}'", binding.getValue().str())};
    return {argument.getLoc(), fmt::format("input {} of network '{}'", index,
                                           network.getSymName().str())};
  }
  Operation *op = value.getDefiningOp();
  std::string phrase = "the type written for the result";
  if (auto layer = dyn_cast<LayerOpInterface>(op))
    phrase += " of " + quotedName(layer);
  return {op->getLoc(), std::move(phrase)};
}

LayerShapes shapesOf(LayerOpInterface layer, SymbolTableCollection *symbols) {
  LayerShapes shapes;
  for (Value input : layer->getOperands())
    shapes.inputs.emplace_back(cast<RankedTensorType>(input.getType()),
                               originOf(input));
  for (Value output : layer->getResults())
    shapes.outputs.emplace_back(cast<RankedTensorType>(output.getType()),
                                originOf(output));
  for (auto [index, spec] : llvm::enumerate(layer.getParameters())) {
    ParameterOp parameter;
    if (FlatSymbolRefAttr ref = layer.getParameterRef(index); ref && symbols)
      parameter = symbols->lookupNearestSymbolFrom<ParameterOp>(layer, ref);
    if (!parameter) {
      shapes.parameters.emplace_back(spec.rank);
      continue;
    }
    shapes.parameters.emplace_back(parameter.getTensorType(),
                                   parameter.getOrigin());
  }
  return shapes;
}

LogicalResult detail::verifyLayer(Operation *op) {
  auto layer = cast<LayerOpInterface>(op);
  StringAttr name = layer.getLayerName();
  if (!name)
    return op->emitOpError("has no name; give it one with 'name(\"…\")'");
  auto emitError = [&] {
    return op->emitOpError() << quotedName(layer) << " ";
  };
  if (name.getValue().empty())
    return emitError() << "needs a name that is not empty";
  if (name.getValue().contains('\0'))
    return emitError()
           << "has a name with a character 0, at which it would end "
              "in C";
  LayerShapes shapes = shapesOf(layer);
  if (failed(layer.relate(shapes, emitError)))
    return failure();
  for (const Shape &shape : shapes.inputs)
    if (failed(verifySize(shape.sizes(), "input", emitError)))
      return failure();
  for (const Shape &shape : shapes.outputs)
    if (failed(verifySize(shape.sizes(), "output", emitError)))
      return failure();
  for (const Shape &shape : shapes.parameters)
    if (failed(verifySize(shape.sizes(), "parameter", emitError)))
      return failure();
  return success();
}

} // namespace nascent::nn
