//===- NNToLinalg.cpp - Networks to functions on tensors ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A thin walk: what each layer computes, in the order of the layers. How it is
// computed, which layers together, in which buffers and how many rows at a
// time, is what later passes see in the indexing maps.
//
//===----------------------------------------------------------------------===//

#include "OpenSizes.h"
#include "Reorder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"
#include "nascent/Conversion/NNToLinalg/LinalgBuilders.h"
#include "nascent/Conversion/NNToLinalg/LinalgLowering.h"
#include "nascent/Conversion/NNToLinalg/Passes.h"
#include "nascent/Dialect/NN/IR/NetworkParameters.h"
#include "nascent/Dialect/NN/IR/NetworkSizes.h"
#include "nascent/Dialect/NN/IR/TrainedNetworks.h"

namespace nascent::nn {

#define GEN_PASS_DEF_CONVERTNNTOLINALG
#include "nascent/Conversion/NNToLinalg/Passes.h.inc"

using namespace mlir;

namespace {

/// Indices are words, as all else: kernels know them by what they do with them.
Type storedTypeOf(Type type) {
  RankedTensorType stored = storedType(type);
  return stored.clone(Float32Type::get(type.getContext()));
}

/// Builds one network's function.
class NetworkLowering {
public:
  NetworkLowering(SequentialOp network, SymbolTable &symbols,
                  bool isTrained = false)
      : network(network), symbols(symbols),
        builder(network.getLoc(), network.getContext()), isTrained(isTrained) {}

  LogicalResult lower();

private:
  /// What `op` gives; fails after an error.
  FailureOr<SmallVector<Value>> lowerOp(Operation *op);
  Value lowerIdentity(LayerOpInterface layer);
  /// The sizes of the result of a layer that keeps all elements of `input`.
  Sizes sizesOf(LayerOpInterface layer, Value input);
  FailureOr<SmallVector<Value>> lowerLayer(LayerOpInterface layer);
  Value load(FlatSymbolRefAttr ref);
  Value loadUnpacked(FlatSymbolRefAttr ref);
  /// Marks what has been emitted after `last` as the layer's.
  void mark(LayerOpInterface layer, Operation *last);

  /// "mlp.forward"; of what is trained "mlp.loss.forward",
  /// "mlp.gradients.forward".
  std::string nameOfFunction();

  SequentialOp network;
  SymbolTable &symbols;
  ImplicitLocOpBuilder builder;
  /// Whether layers compute what they do while they are trained.
  bool isTrained;
  func::FuncOp forward;
  /// What random layers draw by; null where there are none.
  Value random;
  llvm::DenseMap<Value, Value> values;
  /// Of each parameter, what is stored, and the same without panels.
  llvm::DenseMap<StringAttr, Value> loaded, unpackedOf;
};

Sizes NetworkLowering::sizesOf(LayerOpInterface layer, Value input) {
  LayerShapes shapes = shapesOf(layer, nullptr);
  auto type = cast<RankedTensorType>(layer->getOperand(0).getType());
  SmallVector<Value> open;
  for (auto [index, dim] : llvm::enumerate(shapes.inputs[0].dims)) {
    if (dim.isKnown())
      continue;
    dim = Dim(SizeExpr::name("size", open.size()),
              Origin{layer.getLoc(), "its input"});
    open.push_back(
        tensor::DimOp::create(builder, input, storedDim(type, index)));
  }
  // Inference has found that the rule holds.
  (void)layer.relate(shapes, [&] { return layer.emitOpError(); });
  auto result = cast<RankedTensorType>(layer->getResult(0).getType());
  Sizes sizes;
  for (int64_t dim : storedDims(result)) {
    const SizeExpr &size = shapes.outputs[0].dims[dim].getExpr();
    sizes.push_back(size.isNumber()
                        ? OpFoldResult(builder.getIndexAttr(size.getNumber()))
                        : OpFoldResult(emitSize(builder, size, open)));
  }
  return sizes;
}

/// The same elements under another shape.
Value NetworkLowering::lowerIdentity(LayerOpInterface layer) {
  Value input = values.lookup(layer->getOperand(0));
  RankedTensorType from = typeOf(input);
  RankedTensorType to = storedType(layer->getResult(0).getType());
  if (from == to)
    return input;
  bool isOpen = llvm::any_of(to.getShape().drop_front(), ShapedType::isDynamic);
  if (isOpen && to.getRank() > 2) {
    SmallVector<ReassociationIndices> groups(2);
    groups[0] = {0};
    llvm::append_range(groups[1], llvm::seq<int64_t>(1, to.getRank()));
    Value merged = mergeBehindBatch(builder, input);
    return tensor::ExpandShapeOp::create(builder, to, merged, groups,
                                         sizesOf(layer, input));
  }
  if (auto groups = getReassociationIndicesForReshape(from, to)) {
    if (from.getRank() < to.getRank())
      return expand(builder, input, to, *groups, input);
    return tensor::CollapseShapeOp::create(builder, to, input, *groups)
        .getResult();
  }
  return splitBehindBatch(builder, mergeBehindBatch(builder, input),
                          to.getShape());
}

/// A parameter as it is stored, loaded once.
Value NetworkLowering::load(FlatSymbolRefAttr ref) {
  Value &value = loaded[ref.getAttr()];
  if (!value) {
    MemRefType stored =
        symbols.lookup<ParameterOp>(ref.getAttr()).getStorageType();
    value = LoadParameterOp::create(
        builder,
        RankedTensorType::get(stored.getShape(), stored.getElementType()), ref);
  }
  return value;
}

/// A parameter without its panels, its dimensions in the order of its storage,
/// once: `linalg.unpack` says how panels are read.
Value NetworkLowering::loadUnpacked(FlatSymbolRefAttr ref) {
  Value stored = load(ref);
  auto parameter = symbols.lookup<ParameterOp>(ref.getAttr());
  RankedTensorType type = parameter.getUnpackedType();
  if (stored.getType() == type)
    return stored;
  Value &unpacked = unpackedOf[ref.getAttr()];
  if (unpacked)
    return unpacked;
  Value empty =
      tensor::EmptyOp::create(builder, type.getShape(), type.getElementType());
  OpFoldResult width =
      builder.getIndexAttr(parameter.getLayoutAttr().getWidth());
  unpacked =
      linalg::UnPackOp::create(builder, stored, empty,
                               /*innerDimsPos=*/ArrayRef<int64_t>{0}, width)
          ->getResult(0);
  return unpacked;
}

void NetworkLowering::mark(LayerOpInterface layer, Operation *last) {
  Attribute plan = layer->getAttr(kPlanAttrName);
  Block::iterator first =
      last ? std::next(last->getIterator()) : forward.front().begin();
  for (Operation &op : llvm::make_range(first, forward.front().end())) {
    // What only fills a tensor with what is known is computed anywhere, and
    // what is transposed is a kernel of its own.
    if (!isa<linalg::LinalgOp, RecurrenceOp>(op) ||
        isa<linalg::FillOp, linalg::BroadcastOp, linalg::TransposeOp>(op))
      continue;
    op.setAttr(kLayerAttrName, layer.getLayerName());
    if (plan)
      op.setAttr(kPlanAttrName, plan);
  }
}

FailureOr<SmallVector<Value>>
NetworkLowering::lowerLayer(LayerOpInterface layer) {
  auto lowering = dyn_cast<LinalgLoweringOpInterface>(layer.getOperation());
  if (!lowering)
    return emitLayerError(layer) << "has no lowering to linalg";
  SmallVector<Value> inputs, parameters;
  for (Value operand : layer->getOperands())
    inputs.push_back(values.lookup(operand));
  if (isTrained && isRandomInTraining(layer))
    inputs.push_back(random);
  for (unsigned i = 0, e = layer.getParameters().size(); i < e; ++i)
    parameters.push_back(loadUnpacked(layer.getParameterRef(i)));
  Block &body = forward.front();
  Operation *last = body.empty() ? nullptr : &body.back();
  SmallVector<Value> results =
      lowering.lowerAll(builder, inputs, parameters, isTrained);
  if (!llvm::all_of(results, [](Value value) { return bool(value); }))
    return failure();
  mark(layer, last);
  for (Value result : results) {
    // The layer's own view, unlike that of a layer which is nothing else.
    Operation *view = result.getDefiningOp();
    if (!llvm::is_contained(inputs, result) &&
        isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp>(view))
      view->setAttr(kLayerAttrName, layer.getLayerName());
  }
  return results;
}

FailureOr<SmallVector<Value>> NetworkLowering::lowerOp(Operation *op) {
  builder.setLoc(op->getLoc());
  if (auto reorder = dyn_cast<ReorderOp>(op))
    return SmallVector<Value>{
        lowerReorder(reorder, builder, values.lookup(reorder.getInput()))};
  auto layer = cast<LayerOpInterface>(op);
  bool isRandom = isTrained && isRandomInTraining(layer);
  if (layer.isIdentity() && !isRandom)
    return SmallVector<Value>{lowerIdentity(layer)};
  return lowerLayer(layer);
}

std::string NetworkLowering::nameOfFunction() {
  StringRef name = network.getSymName();
  bool hasGradients = isTrained && name.consume_back(".loss");
  return (name + (hasGradients ? ".gradients" : "") + ".forward").str();
}

LogicalResult NetworkLowering::lower() {
  ReturnOp ret = network.getReturn();
  forward = func::FuncOp::create(
      network.getLoc(), nameOfFunction(),
      builder.getFunctionType(
          llvm::map_to_vector(network.getArgumentTypes(), storedTypeOf),
          llvm::map_to_vector(ret.getOperandTypes(), storedTypeOf)));
  forward.setPrivate();
  symbols.insert(forward, network->getIterator());
  forward->setAttr(kNetworkAttrName, network.getNetworkName());
  if (StringAttr entry = network.getEntryAttr())
    forward->setAttr(kEntryAttrName, entry);
  if (isBackward(network)) {
    forward->setAttr(kTrainingAttrName, builder.getStringAttr(kBackward));
    SmallVector<int64_t> inputs;
    for (BlockArgument input : network.getArguments())
      if (typeOf(input).getElementType().isF32())
        inputs.push_back(input.getArgNumber());
    forward->setAttr(kGradientInputsAttrName,
                     builder.getDenseI64ArrayAttr(inputs));
  } else if (network->hasAttr(kTrainingAttrName)) {
    forward->setAttr(kTrainingAttrName,
                     builder.getStringAttr(isTrained ? "gradients" : "loss"));
  }
  for (StringRef name : {kRowsAttrName, kBatchAttrName})
    if (Attribute number = network->getAttr(name))
      forward->setAttr(name, number);
  forward->setAttr(kParameterBytesAttrName,
                   network->getAttr(kParameterBytesAttrName));
  builder.setInsertionPointToStart(forward.addEntryBlock());
  for (auto [input, argument] :
       llvm::zip(network.getArguments(), forward.getArguments()))
    values[input] = argument;
  if (isTrained && isRandomInTraining(network)) {
    auto words = RankedTensorType::get(4, builder.getF32Type());
    random = forward.front().addArgument(words, network.getLoc());
    forward.setFunctionType(builder.getFunctionType(
        forward.front().getArgumentTypes(), forward.getResultTypes()));
  }
  for (Operation &op : network.getBody().front().without_terminator()) {
    FailureOr<SmallVector<Value>> results = lowerOp(&op);
    if (failed(results))
      return failure();
    for (auto [result, value] : llvm::zip_equal(op.getResults(), *results))
      values[result] = value;
  }
  SmallVector<Value> outputs;
  for (Value output : ret.getOperands())
    outputs.push_back(values.lookup(output));
  func::ReturnOp::create(builder, ret.getLoc(), outputs);
  return hasOpenSizes(network) ? declareOpenSizes(network, forward, symbols)
                               : success();
}

/// Nothing may be open but a batch that all values have in common, or what
/// follows from open sizes of the inputs.
LogicalResult verifyTypes(SequentialOp network,
                          SymbolTableCollection &symbols) {
  if (hasOpenSizes(network))
    return verifyOpenSizes(network, symbols);
  auto isOpenBatch = [](Type type) {
    auto tensor = cast<RankedTensorType>(type);
    return tensor.getRank() > 0 && tensor.isDynamicDim(0);
  };
  bool isOpen = hasOpenBatch(network);
  auto verify = [&](Operation *at, Type type) -> LogicalResult {
    if (isOpenBatch(type) == isOpen &&
        cast<RankedTensorType>(type).getNumDynamicDims() == isOpen)
      return success();
    return at->emitOpError()
           << "has a value of type " << type
           << ", whose sizes are not settled; run nn-infer-shapes and "
              "nn-verify-resolved first";
  };
  for (Type type : network.getArgumentTypes())
    if (failed(verify(network, type)))
      return failure();
  for (LayerOpInterface layer : network.getLayers())
    for (Type type : layer->getResultTypes())
      if (failed(verify(layer, type)))
        return failure();
  return success();
}

/// Values and parameters must be stored as the layers need them.
LogicalResult verifyOrders(SequentialOp network, SymbolTable &symbols) {
  for (LayerOpInterface layer : network.getLayers()) {
    LayerOrders needed = ordersOf(layer);
    auto isAsNeeded = [](auto pair) {
      auto [type, order] = pair;
      return orderOf(type) == order;
    };
    if (!llvm::all_of(llvm::zip(layer->getOperandTypes(), needed.inputs),
                      isAsNeeded) ||
        orderOf(layer->getResult(0).getType()) != needed.output)
      return emitLayerError(layer)
             << "has values that are not stored in the order that it needs; "
                "run nn-assign-orders first";
    for (auto [index, spatial] : llvm::enumerate(needed.spatial)) {
      auto parameter =
          symbols.lookup<ParameterOp>(layer.getParameterRef(index).getAttr());
      PanelsAttr layout = parameter.getLayoutAttr();
      if ((layout ? layout.getSpatial() : 1) == spatial)
        continue;
      InFlightDiagnostic diag =
          emitLayerError(layer)
          << "needs " << layer.getParameterRef(index)
          << " stored with a spatial size of " << spatial << ", got "
          << (layout ? layout.getSpatial() : 1)
          << "; run nn-assign-layouts after nn-assign-orders";
      diag.attachNote(parameter.getLoc()) << "the parameter is declared here";
      return diag;
    }
  }
  return success();
}

struct ConvertNNToLinalg : impl::ConvertNNToLinalgBase<ConvertNNToLinalg> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    SymbolTableCollection symbolTables;
    for (auto network :
         llvm::make_early_inc_range(getOperation().getOps<SequentialOp>())) {
      auto parameters = collectParameters(network, symbolTables);
      if (failed(parameters) ||
          failed(getParameterBytes(network, *parameters)) ||
          failed(verifyTypes(network, symbolTables)) ||
          failed(verifyOrders(network, symbols)) ||
          (!isBackward(network) &&
           failed(NetworkLowering(network, symbols).lower())))
        return signalPassFailure();
      // A loss is computed as at inference; its gradients are not.
      if (network->hasAttr(kTrainingAttrName) &&
          failed(NetworkLowering(network, symbols, /*isTrained=*/true).lower()))
        return signalPassFailure();
      symbols.erase(network);
    }
  }
};

} // namespace

} // namespace nascent::nn
