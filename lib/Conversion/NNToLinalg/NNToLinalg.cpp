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

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"
#include "nascent/Conversion/NNToLinalg/LinalgLowering.h"
#include "nascent/Conversion/NNToLinalg/Passes.h"
#include "nascent/Dialect/NN/IR/NetworkParameters.h"

namespace nascent::nn {

#define GEN_PASS_DEF_CONVERTNNTOLINALG
#include "nascent/Conversion/NNToLinalg/Passes.h.inc"

using namespace mlir;

namespace {

using Reassociation = SmallVector<ReassociationIndices>;

RankedTensorType typeOf(Value value) {
  return cast<RankedTensorType>(value.getType());
}

/// Which dimensions of a tensor of `rank` are the rows of it as a matrix, and
/// which its columns. A vector is one row.
Reassociation rowsAndColumns(int64_t rank) {
  if (rank < 2)
    return {{0, 1}};
  Reassociation groups(2);
  llvm::append_range(groups[0], llvm::seq<int64_t>(0, rank - 1));
  groups[1].push_back(rank - 1);
  return groups;
}

/// `value` as `type`, which has more dimensions.
Value expand(OpBuilder &builder, Location loc, Value value,
             RankedTensorType type, ArrayRef<ReassociationIndices> groups,
             Value like) {
  SmallVector<OpFoldResult> sizes;
  for (auto [dim, size] : llvm::enumerate(type.getShape()))
    if (ShapedType::isDynamic(size))
      sizes.push_back(
          tensor::DimOp::create(builder, loc, like, int64_t(0)).getResult());
    else
      sizes.push_back(builder.getIndexAttr(size));
  return tensor::ExpandShapeOp::create(builder, loc, type, value, groups,
                                       sizes);
}

/// A value as a matrix.
Value toMatrix(OpBuilder &builder, Location loc, Value value) {
  RankedTensorType type = typeOf(value);
  int64_t rank = type.getRank();
  if (rank == 2)
    return value;
  Reassociation groups = rowsAndColumns(rank);
  if (rank > 2)
    return tensor::CollapseShapeOp::create(builder, loc, value, groups);
  SmallVector<int64_t> shape(2 - rank, 1);
  llvm::append_range(shape, type.getShape());
  return expand(builder, loc, value, type.clone(shape),
                rank == 0 ? Reassociation() : groups, value);
}

/// A matrix as a value of `type`, whose rows are those of `input`.
Value fromMatrix(OpBuilder &builder, Location loc, Value matrix,
                 RankedTensorType type, Value input) {
  if (type.getRank() == 2)
    return matrix;
  Reassociation groups = rowsAndColumns(type.getRank());
  if (type.getRank() > 2)
    return expand(builder, loc, matrix, type, groups, input);
  return tensor::CollapseShapeOp::create(
      builder, loc, matrix, type.getRank() == 0 ? Reassociation() : groups);
}

/// Builds one network's function.
class NetworkLowering {
public:
  NetworkLowering(SequentialOp network, SymbolTable &symbols)
      : network(network), symbols(symbols), builder(network.getContext()) {}

  LogicalResult lower();

private:
  FailureOr<Value> lowerIdentity(LayerOpInterface layer);
  FailureOr<Value> lowerLayer(LayerOpInterface layer);
  Value load(Location loc, FlatSymbolRefAttr ref);
  Value loadCanonical(Location loc, FlatSymbolRefAttr ref);
  /// Marks what has been emitted after `last` as the layer's.
  void mark(LayerOpInterface layer, Operation *last);

  SequentialOp network;
  SymbolTable &symbols;
  OpBuilder builder;
  func::FuncOp forward;
  llvm::DenseMap<Value, Value> values;
  llvm::DenseMap<StringAttr, Value> loaded;
};

/// The same elements under another shape.
FailureOr<Value> NetworkLowering::lowerIdentity(LayerOpInterface layer) {
  Location loc = layer.getLoc();
  Value input = values.lookup(layer->getOperand(0));
  RankedTensorType from = typeOf(input), to = typeOf(layer->getResult(0));
  if (from == to)
    return input;
  auto groups = getReassociationIndicesForReshape(from, to);
  if (!groups)
    return layer.emitOpError() << quotedName(layer) << " makes " << to << " of "
                               << from << ", which is not a view of it";
  if (from.getRank() < to.getRank())
    return expand(builder, loc, input, to, *groups, input);
  return tensor::CollapseShapeOp::create(builder, loc, to, input, *groups)
      .getResult();
}

/// A parameter as it is stored, loaded once.
Value NetworkLowering::load(Location loc, FlatSymbolRefAttr ref) {
  Value &value = loaded[ref.getAttr()];
  if (!value) {
    MemRefType stored =
        symbols.lookup<ParameterOp>(ref.getAttr()).getStorageType();
    value = LoadParameterOp::create(
        builder, loc,
        RankedTensorType::get(stored.getShape(), stored.getElementType()), ref);
  }
  return value;
}

/// A parameter in its canonical shape: `linalg.unpack` says how panels are
/// read.
Value NetworkLowering::loadCanonical(Location loc, FlatSymbolRefAttr ref) {
  Value stored = load(loc, ref);
  auto parameter = symbols.lookup<ParameterOp>(ref.getAttr());
  PanelsAttr layout = parameter.getLayoutAttr();
  if (!layout || layout.getWidth() == 1)
    return stored;
  Value empty = tensor::EmptyOp::create(builder, loc,
                                        parameter.getTensorType().getShape(),
                                        typeOf(stored).getElementType());
  OpFoldResult width = builder.getIndexAttr(layout.getWidth());
  return linalg::UnPackOp::create(builder, loc, stored, empty,
                                  /*innerDimsPos=*/ArrayRef<int64_t>{0}, width)
      ->getResult(0);
}

void NetworkLowering::mark(LayerOpInterface layer, Operation *last) {
  Attribute plan = layer->getAttr(kPlanAttrName);
  Block::iterator first =
      last ? std::next(last->getIterator()) : forward.front().begin();
  for (Operation &op : llvm::make_range(first, forward.front().end())) {
    // What only fills a tensor with what is known is computed anywhere.
    if (!isa<linalg::LinalgOp>(op) ||
        isa<linalg::FillOp, linalg::BroadcastOp>(op))
      continue;
    op.setAttr(kLayerAttrName, layer.getLayerName());
    if (plan)
      op.setAttr(kPlanAttrName, plan);
  }
}

FailureOr<Value> NetworkLowering::lowerLayer(LayerOpInterface layer) {
  auto lowering = dyn_cast<LinalgLoweringOpInterface>(layer.getOperation());
  if (!lowering)
    return layer.emitOpError()
           << quotedName(layer) << " has no lowering to linalg";
  Location loc = layer.getLoc();
  bool isElementwise = layer.isElementwise();
  SmallVector<Value> inputs, parameters;
  for (Value operand : layer->getOperands()) {
    Value input = values.lookup(operand);
    inputs.push_back(isElementwise ? input : toMatrix(builder, loc, input));
  }
  for (unsigned i = 0, e = layer.getParameters().size(); i < e; ++i)
    parameters.push_back(loadCanonical(loc, layer.getParameterRef(i)));
  Block &body = forward.front();
  Operation *last = body.empty() ? nullptr : &body.back();
  Value result = lowering.lowerToLinalg(builder, loc, inputs, parameters);
  mark(layer, last);
  if (isElementwise)
    return result;
  Value output = fromMatrix(builder, loc, result, typeOf(layer->getResult(0)),
                            values.lookup(layer->getOperand(0)));
  // The layer's own view, unlike that of a layer which is nothing else.
  if (output != result)
    output.getDefiningOp()->setAttr(kLayerAttrName, layer.getLayerName());
  return output;
}

LogicalResult NetworkLowering::lower() {
  ReturnOp ret = network.getReturn();
  forward = func::FuncOp::create(
      network.getLoc(), (network.getSymName() + ".forward").str(),
      builder.getFunctionType(network.getArgumentTypes(),
                              ret.getOperandTypes()));
  forward.setPrivate();
  symbols.insert(forward, network->getIterator());
  forward->setAttr(kNetworkAttrName, network.getNetworkName());
  if (StringAttr entry = network.getEntryAttr())
    forward->setAttr(kEntryAttrName, entry);
  forward->setAttr(kParameterBytesAttrName,
                   network->getAttr(kParameterBytesAttrName));
  builder.setInsertionPointToStart(forward.addEntryBlock());
  for (auto [input, argument] :
       llvm::zip(network.getArguments(), forward.getArguments()))
    values[input] = argument;
  for (LayerOpInterface layer : network.getLayers()) {
    FailureOr<Value> result =
        layer.isIdentity() ? lowerIdentity(layer) : lowerLayer(layer);
    if (failed(result))
      return failure();
    values[layer->getResult(0)] = *result;
  }
  SmallVector<Value> outputs;
  for (Value output : ret.getOperands())
    outputs.push_back(values.lookup(output));
  func::ReturnOp::create(builder, ret.getLoc(), outputs);
  return success();
}

bool isOpenBatch(Type type) {
  auto tensor = cast<RankedTensorType>(type);
  return tensor.getRank() > 0 && tensor.isDynamicDim(0);
}

/// Nothing may be open but a batch that all values have in common.
LogicalResult verifyTypes(SequentialOp network) {
  bool isOpen = llvm::any_of(network.getArgumentTypes(), isOpenBatch);
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

struct ConvertNNToLinalg : impl::ConvertNNToLinalgBase<ConvertNNToLinalg> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    SymbolTableCollection symbolTables;
    for (auto network :
         llvm::make_early_inc_range(getOperation().getOps<SequentialOp>())) {
      auto parameters = collectParameters(network, symbolTables);
      if (failed(parameters) ||
          failed(getParameterBytes(network, *parameters)) ||
          failed(verifyTypes(network)) ||
          failed(NetworkLowering(network, symbols).lower()))
        return signalPassFailure();
      symbols.erase(network);
    }
  }
};

} // namespace

} // namespace nascent::nn
