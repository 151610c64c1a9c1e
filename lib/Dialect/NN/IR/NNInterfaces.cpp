//===- NNInterfaces.cpp - Layers and initialisers -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Dialect/NN/IR/NNInterfaces.h"
#include "mlir/IR/TypeUtilities.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Support/Quote.h"
#include <fmt/format.h>
#include <limits>

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
  return "layer '" + (name ? printable(name.getValue()) : "?") + "'";
}

InFlightDiagnostic emitLayerError(LayerOpInterface layer) {
  return layer.emitOpError() << quotedName(layer) << " ";
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
                                           printable(network.getSymName()))};
  }
  Operation *op = value.getDefiningOp();
  std::string phrase = "the type written for the result";
  if (auto layer = dyn_cast<LayerOpInterface>(op))
    phrase += " of " + quotedName(layer);
  return {op->getLoc(), std::move(phrase)};
}

/// The network that a value is an argument of, or null.
static SequentialOp networkOf(Value value) {
  auto argument = dyn_cast<BlockArgument>(value);
  return argument ? dyn_cast<SequentialOp>(argument.getOwner()->getParentOp())
                  : SequentialOp();
}

/// Only what has one result remembers where its sizes come from.
static bool isOther(Value value) {
  auto result = dyn_cast<OpResult>(value);
  return result && result.getResultNumber() > 0;
}

static ArrayAttr originsOf(Value value) {
  if (SequentialOp network = networkOf(value))
    return network.getArgAttrOfType<ArrayAttr>(
        cast<BlockArgument>(value).getArgNumber(), NNDialect::kOriginsAttrName);
  Operation *op = value.getDefiningOp();
  return op && !isOther(value)
             ? op->getAttrOfType<ArrayAttr>(NNDialect::kOriginsAttrName)
             : ArrayAttr();
}

Shape shapeOf(Value value) {
  Shape shape(cast<RankedTensorType>(value.getType()), originOf(value));
  if (ArrayAttr origins = originsOf(value))
    for (auto [dim, origin] : llvm::zip(shape.dims, origins))
      if (auto named = dyn_cast<NameLoc>(origin); named && dim.isKnown())
        dim = Dim(dim.getSize(), {named.getChildLoc(), named.getName().str()});
  return shape;
}

void setShape(Value value, const Shape &shape) {
  Builder builder(value.getContext());
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<Attribute> origins(type.getRank(), builder.getUnitAttr());
  if (ArrayAttr known = originsOf(value))
    llvm::copy(known, origins.begin());
  bool isNew = false;
  for (auto [index, dim] : llvm::enumerate(shape.dims)) {
    if (!type.isDynamicDim(index) || !dim.isKnown())
      continue;
    isNew = true;
    origins[index] = NameLoc::get(builder.getStringAttr(dim.getOrigin().phrase),
                                  dim.getOrigin().location);
  }
  if (!isNew)
    return;
  value.setType(type.clone(shape.sizes()));
  ArrayAttr array = builder.getArrayAttr(origins);
  if (SequentialOp network = networkOf(value))
    network.setArgAttr(cast<BlockArgument>(value).getArgNumber(),
                       NNDialect::kOriginsAttrName, array);
  else if (!isOther(value))
    value.getDefiningOp()->setAttr(NNDialect::kOriginsAttrName, array);
}

void forgetOrigins(Value value) {
  if (SequentialOp network = networkOf(value))
    network.removeArgAttr(cast<BlockArgument>(value).getArgNumber(),
                          NNDialect::kOriginsAttrName);
  else if (Operation *op = value.getDefiningOp())
    op->removeDiscardableAttr(NNDialect::kOriginsAttrName);
}

LayerShapes shapesOf(LayerOpInterface layer, SymbolTableCollection *symbols) {
  LayerShapes shapes;
  for (Value input : layer->getOperands())
    shapes.inputs.push_back(shapeOf(input));
  for (Value output : layer->getResults())
    shapes.outputs.push_back(shapeOf(output));
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

LayerOrders ordersOf(LayerOpInterface layer) {
  LayerOrders orders;
  for (Type type : layer->getOperandTypes()) {
    orders.inputTypes.push_back(cast<RankedTensorType>(type));
    orders.inputs.push_back(orderOf(type));
  }
  orders.resetParameters(layer.getParameters().size());
  layer.assignOrders(orders);
  return orders;
}

std::optional<int64_t> detail::limitOfLengths(Operation *layer,
                                              unsigned input) {
  auto dim = cast<LayerOpInterface>(layer).getLengthDim(input);
  if (!dim)
    return std::nullopt;
  constexpr int64_t most = std::numeric_limits<int32_t>::max();
  auto type = cast<RankedTensorType>(layer->getOperand(0).getType());
  // A rank that is too small is an error of the layer's rule.
  return *dim >= type.getRank() || type.isDynamicDim(*dim)
             ? most
             : std::min(most, type.getDimSize(*dim) + 1);
}

/// Layers compute with f32, and read indices, i32, where they say so.
static LogicalResult verifyElements(LayerOpInterface layer,
                                    EmitError emitError) {
  for (OpOperand &operand : layer->getOpOperands()) {
    Value value = operand.get();
    unsigned index = operand.getOperandNumber();
    bool isIndex = layer.getIndexLimit(index).has_value();
    Type element = getElementTypeOrSelf(value);
    if (isIndex ? element.isInteger(32) : element.isF32())
      continue;
    InFlightDiagnostic diag = emitError()
                              << "expects an input " << index << " of "
                              << (isIndex ? "indices, i32" : "f32") << ", got "
                              << value.getType();
    if (element.isInteger(32))
      diag << "; nn.embedding makes f32 of indices";
    Origin origin = originOf(value);
    diag.attachNote(origin.location)
        << value.getType() << " comes from " << origin.phrase;
    return diag;
  }
  for (OpResult result : layer->getOpResults())
    if (!getElementTypeOrSelf(result).isF32())
      return emitError() << "expects an output " << result.getResultNumber()
                         << " of f32, got " << result.getType();
  return success();
}

LogicalResult verifyIntermediate(LayerOpInterface layer,
                                 const LayerShapes &shapes,
                                 EmitError emitError) {
  if (shapes.inputs.empty())
    return success();
  std::optional<Shape> largest =
      layer.getLargestIntermediate(shapes.inputs.front());
  if (!largest)
    return success();
  return verifySize(largest->sizes(), "its largest intermediate value",
                    emitError);
}

LogicalResult detail::verifyLayer(Operation *op) {
  auto layer = cast<LayerOpInterface>(op);
  StringAttr name = layer.getLayerName();
  if (!name)
    return op->emitOpError("has no name; give it one with 'name(\"…\")'");
  auto emitError = [&] { return emitLayerError(layer); };
  if (name.getValue().empty())
    return emitError() << "needs a name that is not empty";
  if (name.getValue().contains('\0'))
    return emitError()
           << "has a name with a character 0, at which it would end "
              "in C";
  if (failed(verifyElements(layer, emitError)))
    return failure();
  LayerShapes shapes = shapesOf(layer);
  if (failed(layer.relate(shapes, emitError)) ||
      failed(verifyIntermediate(layer, shapes, emitError)))
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
