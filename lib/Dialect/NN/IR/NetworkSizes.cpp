//===- NetworkSizes.cpp - Sizes as formulas in what is unknown ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Dialect/NN/IR/NetworkSizes.h"
#include "nascent/Dialect/NN/IR/NNDialect.h"
#include "nascent/Dialect/NN/IR/NetworkParameters.h"
#include "nascent/Support/CName.h"
#include <fmt/format.h>

using namespace mlir;

namespace nascent::nn {

static bool hasOpenDim(SequentialOp network, bool isBatch) {
  return llvm::any_of(network.getArgumentTypes(), [&](Type type) {
    ArrayRef<int64_t> shape = cast<RankedTensorType>(type).getShape();
    return ShapedType::isDynamicShape(isBatch
                                          ? shape.take_front(!shape.empty())
                                          : shape.drop_front(!shape.empty()));
  });
}

bool hasOpenBatch(SequentialOp network) { return hasOpenDim(network, true); }
bool hasOpenSizes(SequentialOp network) { return hasOpenDim(network, false); }

SizeExpr NetworkSizes::getBatch() { return SizeExpr::name("batch", 0); }

/// What PyTorch's users call dimension `dim` of a value of `rank`. What has
/// rank 3 is a signal where there are convolutions over such, else a sequence
/// of vectors; a row of indices is a sequence.
static std::string nameOf(unsigned dim, RankedTensorType type,
                          bool hasChannels) {
  unsigned rank = type.getRank();
  static constexpr StringLiteral ofVectors[] = {"length", "width"};
  static constexpr StringLiteral ofSignals[] = {"channels", "length"};
  static constexpr StringLiteral ofImages[] = {"channels", "height", "width"};
  static constexpr StringLiteral ofVolumes[] = {"channels", "depth", "height",
                                                "width"};
  switch (rank) {
  case 2:
    return type.getElementType().isInteger(32) ? "length" : "width";
  case 3:
    return (hasChannels ? ofSignals : ofVectors)[dim - 1].str();
  case 4:
    return ofImages[dim - 1].str();
  case 5:
    return ofVolumes[dim - 1].str();
  default:
    return fmt::format("d{}", dim);
  }
}

/// Whether a layer has a weight with a kernel along one dimension.
static bool hasKernels(SequentialOp network) {
  return llvm::any_of(network.getLayers(), [](LayerOpInterface layer) {
    return llvm::any_of(layer.getParameters(), [](const ParameterSpec &spec) {
      return spec.role == ParameterRole::Weight && spec.rank == 3;
    });
  });
}

/// What the network itself calls a dimension of an input, where programs in C
/// and Python can, too, and nothing else there is called so; else empty.
static std::string statedName(SequentialOp network, unsigned input,
                              unsigned dim, ArrayRef<SizeName> others) {
  auto names =
      network.getArgAttrOfType<ArrayAttr>(input, NNDialect::kDimNamesAttrName);
  if (!names)
    return "";
  std::string name = cast<StringAttr>(names[dim]).getValue().str();
  static constexpr StringLiteral taken[] = {
      "batch", "loss", "net", "parameters", "scratch", "self", "state", "x"};
  bool isFree =
      isCWord(name) && !isReservedWord(name) && !isPythonWord(name) &&
      !llvm::isDigit(name.front()) && !StringRef(name).starts_with("y") &&
      !StringRef(name).starts_with("_") && !StringRef(name).ends_with("_t") &&
      !llvm::is_contained(taken, name) &&
      !llvm::is_contained(network.getInputsInC(), name) &&
      llvm::none_of(others, [&](const SizeName &other) {
        return other.input == input && other.kind == name;
      });
  return isFree ? name : "";
}

void NetworkSizes::nameInputs(SequentialOp network) {
  bool hasChannels = hasKernels(network);
  std::vector<std::string> inputs = network.getInputsInC();
  for (BlockArgument input : network.getArguments()) {
    Shape shape = shapeOf(input);
    for (auto [index, dim] : llvm::enumerate(shape.dims)) {
      if (dim.isKnown())
        continue;
      if (index == 0) {
        dim = Dim(getBatch(), originOf(input));
        continue;
      }
      std::string kind =
          statedName(network, input.getArgNumber(), index, names);
      if (kind.empty())
        kind =
            nameOf(index, cast<RankedTensorType>(input.getType()), hasChannels);
      std::string name = kind;
      if (network.getNumArguments() > 1)
        name = fmt::format("{}.{}", inputs[input.getArgNumber()], kind);
      names.push_back({name, kind, input.getArgNumber(), unsigned(index)});
      // The batch is the first.
      dim = Dim(SizeExpr::name(name, names.size()), originOf(input));
    }
    values[input] = std::move(shape);
  }
}

LogicalResult NetworkSizes::add(LayerOpInterface layer,
                                const SizeCondition &condition) {
  if (condition.decide() == false)
    return emitLayerError(layer)
           << "needs " << condition.format() << ", which is never so";
  auto isImplied = [&](const SizeCondition &other) {
    return other.implies(condition);
  };
  if (condition.decide() == true || llvm::any_of(conditions, isImplied))
    return success();
  llvm::erase_if(conditions, [&](const SizeCondition &other) {
    return condition.implies(other);
  });
  conditions.push_back(condition);
  return success();
}

/// Adds what the layer has found, and that sizes are positive.
LogicalResult NetworkSizes::addAll(LayerOpInterface layer, Shape &shape) {
  for (const SizeCondition &condition : shape.conditions)
    if (failed(add(layer, condition)))
      return failure();
  shape.conditions.clear();
  for (const Dim &dim : shape.dims) {
    const SizeExpr &size = dim.getExpr();
    if (!size.isFormula() || size.isTooLarge())
      continue;
    if (SizeCondition::atLeast(size, 1).decide() == false) {
      InFlightDiagnostic diag = emitLayerError(layer)
                                << "has a dimension of " << size.format()
                                << ", which is never positive";
      diag.attachNote(dim.getOrigin().location)
          << "it comes from " << dim.getOrigin().phrase;
      return diag;
    }
    // What is flattened is positive where its factors are.
    for (const SizeExpr &factor : size.getFactors())
      if (failed(add(layer, SizeCondition::atLeast(factor, 1))))
        return failure();
  }
  return success();
}

LogicalResult NetworkSizes::relate(LayerOpInterface layer,
                                   SymbolTableCollection &symbols) {
  LayerShapes shapes = shapesOf(layer, &symbols);
  for (auto [value, shape] : llvm::zip(layer->getOperands(), shapes.inputs))
    shape = values[value];
  SmallVector<ParameterOp> used;
  for (auto [index, shape] : llvm::enumerate(shapes.parameters)) {
    FlatSymbolRefAttr ref = layer.getParameterRef(index);
    used.push_back(
        ref ? symbols.lookupNearestSymbolFrom<ParameterOp>(layer, ref)
            : ParameterOp());
    if (auto known = parameters.find(used.back()); known != parameters.end())
      shape = known->second;
  }
  if (failed(layer.relate(shapes, [&] { return emitLayerError(layer); })))
    return failure();
  for (MutableArrayRef<Shape> related :
       {MutableArrayRef<Shape>(shapes.inputs),
        MutableArrayRef<Shape>(shapes.outputs),
        MutableArrayRef<Shape>(shapes.parameters)})
    for (Shape &shape : related)
      if (failed(addAll(layer, shape)))
        return failure();
  SizeExpr product(1);
  SmallVector<Dim> factors = layer.getMultiplyAdds(shapes);
  for (const Dim &factor : factors)
    product = product * factor.getExpr();
  multiplyAdds[layer] = factors.empty() ? SizeExpr(0) : product;
  for (auto [value, shape] : llvm::zip(layer->getResults(), shapes.outputs))
    values[value] = std::move(shape);
  for (auto [parameter, shape] : llvm::zip(used, shapes.parameters))
    if (parameter)
      parameters[parameter] = std::move(shape);
  return success();
}

FailureOr<NetworkSizes> NetworkSizes::get(SequentialOp network,
                                          SymbolTableCollection &symbols) {
  NetworkSizes sizes;
  sizes.nameInputs(network);
  for (Operation &op : network.getBody().front().without_terminator()) {
    if (auto reorder = dyn_cast<ReorderOp>(op)) {
      Shape shape = sizes.values[reorder.getInput()];
      sizes.values[reorder.getResult()] = std::move(shape);
    } else if (failed(sizes.relate(cast<LayerOpInterface>(op), symbols))) {
      return failure();
    }
  }
  return sizes;
}

LogicalResult verifyOpenSizes(SequentialOp network,
                              SymbolTableCollection &symbols) {
  auto isKnown = [](LayerOpInterface layer) {
    auto type = cast<RankedTensorType>(layer->getResult(0).getType());
    return type.getRank() == 0 ||
           llvm::none_of(type.getShape().drop_front(), ShapedType::isDynamic);
  };
  // What is known needs no formulas, which take time in large networks.
  if (llvm::all_of(network.getLayers(), isKnown))
    return success();
  FailureOr<NetworkSizes> sizes = NetworkSizes::get(network, symbols);
  if (failed(sizes))
    return failure();
  for (LayerOpInterface layer : network.getLayers()) {
    auto type = cast<RankedTensorType>(layer->getResult(0).getType());
    const Shape &shape = sizes->getShape(layer->getResult(0));
    for (int64_t dim = 1; dim < type.getRank(); ++dim) {
      const SizeExpr &size = shape.dims[dim].getExpr();
      if (!type.isDynamicDim(dim) || (size.isFormula() && !size.isTooLarge()))
        continue;
      InFlightDiagnostic diag =
          emitLayerError(layer)
          << "has the open dimension " << dim << " in " << type
          << ", which is not known to follow from open sizes of the "
          << "inputs";
      diag.attachNote(network.getLoc()) << bindingHint(network);
      return diag;
    }
  }
  return success();
}

SizeExpr NetworkSizes::getElements(ParameterOp parameter) const {
  SizeExpr product(1);
  for (const Dim &dim : parameters.find(parameter)->second.dims)
    product = product * dim.getExpr();
  return product;
}

} // namespace nascent::nn
