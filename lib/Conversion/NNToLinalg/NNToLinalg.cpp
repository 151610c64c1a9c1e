//===- NNToLinalg.cpp - Networks to functions of fused layers -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One private function for each fused layer keeps the cost of everything that
// follows proportional to the number of distinct kernels: bufferisation and
// LLVM's loop passes are worse than linear in one large function.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "nascent/Codegen/CopyKernel.h"
#include "nascent/Codegen/KernelPlan.h"
#include "nascent/Conversion/NNToLinalg/LinalgLowering.h"
#include "nascent/Conversion/NNToLinalg/Passes.h"
#include "nascent/Dialect/NN/IR/NetworkParameters.h"

namespace nascent::nn {

#define GEN_PASS_DEF_CONVERTNNTOLINALG
#include "nascent/Conversion/NNToLinalg/Passes.h.inc"

using namespace mlir;

namespace {

/// A layer and the elementwise layers fused to its output.
using Group = SmallVector<LayerOpInterface, 2>;

/// Splits a network into groups; identity layers are in none.
SmallVector<Group> groupLayers(SequentialOp network) {
  SmallVector<Group> groups;
  llvm::DenseSet<Operation *> grouped;
  for (LayerOpInterface layer : network.getLayers()) {
    if (layer.isIdentity() || !grouped.insert(layer).second)
      continue;
    Group group = {layer};
    while (group.back()->hasOneUse()) {
      auto next = dyn_cast<LayerOpInterface>(*group.back()->user_begin());
      if (!next || !next.isElementwise() || next->getNumOperands() != 1)
        break;
      grouped.insert(next);
      group.push_back(next);
    }
    groups.push_back(std::move(group));
  }
  return groups;
}

/// The first dimension of a network's first input; 0 where there is none.
int64_t batchOf(SequentialOp network) {
  if (network.getArgumentTypes().empty())
    return 0;
  auto type = cast<RankedTensorType>(network.getArgumentTypes().front());
  return type.getRank() == 0 ? 0 : type.getDimSize(0);
}

/// The bytes that one row of a batch of `batch` has before and after a layer,
/// at most. None where rows are not independent of one another: where a value
/// has another first dimension, or a layer looks at several rows.
std::optional<int64_t> countRowBytes(SequentialOp network, int64_t batch) {
  auto bytes = [&](Value value) {
    auto type = cast<RankedTensorType>(value.getType());
    return type.getNumElements() / batch * int64_t(sizeof(float));
  };
  auto isBatch = [&](Type type) {
    auto tensor = cast<RankedTensorType>(type);
    return tensor.getRank() > 0 && tensor.getDimSize(0) == batch;
  };
  if (!llvm::all_of(network.getArgumentTypes(), isBatch))
    return std::nullopt;
  int64_t most = 0;
  for (LayerOpInterface layer : network.getLayers()) {
    if (!layer.isRowWise() || !llvm::all_of(layer->getResultTypes(), isBatch))
      return std::nullopt;
    int64_t moved = bytes(layer->getResult(0));
    for (Value input : layer->getOperands())
      moved += bytes(input);
    most = std::max(most, moved);
  }
  return most;
}

/// Builds the functions of one network for one number of rows.
class NetworkLowering {
public:
  NetworkLowering(SequentialOp network, std::optional<int64_t> rows,
                  SymbolTable &symbols)
      : network(network), rows(rows), symbols(symbols),
        builder(network.getContext()) {}

  LogicalResult lower();
  unsigned getNumKernels() const { return numKernels; }

private:
  /// A network value's type as a buffer, for `rows` of the batch.
  MemRefType bufferType(Value value) const {
    auto tensor = cast<RankedTensorType>(value.getType());
    SmallVector<int64_t> shape(tensor.getShape());
    if (rows)
      shape[0] = *rows;
    return MemRefType::get(shape, tensor.getElementType());
  }

  /// `buffer` with all dimensions but the last `kept` merged into one, of size
  /// 1 where there is none to merge.
  Value collapse(Location loc, Value buffer, unsigned kept);
  /// The same elements under another shape.
  Value reshape(Location loc, Value buffer, MemRefType type);

  std::string functionName(const Twine &suffix);
  func::FuncOp createFunction(Location loc, const Twine &suffix,
                              TypeRange inputs);
  /// The body of a kernel: the group on tensors, between its buffers.
  FailureOr<func::FuncOp> createKernel(const Group &group, TypeRange types,
                                       ArrayRef<ParameterOp> parameters);
  /// A kernel that copies a buffer, for outputs that no layer writes.
  func::FuncOp createCopy(Location loc, MemRefType type, unsigned index);
  LogicalResult lowerGroup(const Group &group, Value destination);

  SequentialOp network;
  std::optional<int64_t> rows;
  SymbolTable &symbols;
  OpBuilder builder;
  llvm::DenseMap<Value, Value> buffers;
  unsigned numKernels = 0;
};

Value NetworkLowering::collapse(Location loc, Value buffer, unsigned kept) {
  auto type = cast<MemRefType>(buffer.getType());
  int64_t rank = type.getRank();
  int64_t merged = rank - kept;
  if (merged == 1)
    return buffer;
  SmallVector<ReassociationIndices> groups;
  if (merged == 0) {
    SmallVector<int64_t> shape = {1};
    llvm::append_range(shape, type.getShape());
    for (int64_t dim = 1; dim <= rank; ++dim)
      groups.push_back({dim});
    if (rank > 0)
      groups.front().insert(groups.front().begin(), 0);
    return memref::ExpandShapeOp::create(
        builder, loc, MemRefType::get(shape, type.getElementType()), buffer,
        groups);
  }
  groups.emplace_back();
  for (int64_t dim = 0; dim < merged; ++dim)
    groups[0].push_back(dim);
  for (int64_t dim = merged; dim < rank; ++dim)
    groups.push_back({dim});
  return memref::CollapseShapeOp::create(builder, loc, buffer, groups);
}

Value NetworkLowering::reshape(Location loc, Value buffer, MemRefType type) {
  if (buffer.getType() == type)
    return buffer;
  Value flat = collapse(loc, buffer, /*kept=*/0);
  if (type.getRank() == 1)
    return flat;
  auto all = llvm::to_vector<2>(llvm::seq<int64_t>(0, type.getRank()));
  return memref::ExpandShapeOp::create(builder, loc, type, flat,
                                       ArrayRef<ReassociationIndices>(all));
}

std::string NetworkLowering::functionName(const Twine &suffix) {
  std::string name = (network.getSymName() + "." + suffix).str();
  return rows ? name + ".rows_" + std::to_string(*rows) : name;
}

func::FuncOp NetworkLowering::createFunction(Location loc, const Twine &suffix,
                                             TypeRange inputs) {
  auto function = func::FuncOp::create(loc, functionName(suffix),
                                       builder.getFunctionType(inputs, {}));
  function.setPrivate();
  symbols.insert(function, network->getIterator());
  function.addEntryBlock();
  // Buffers never overlap: part of the C interface's contract.
  for (unsigned i = 0, e = inputs.size(); i < e; ++i)
    function.setArgAttr(i, LLVM::LLVMDialect::getNoAliasAttrName(),
                        builder.getUnitAttr());
  return function;
}

/// The canonical tensor of a parameter that is stored as `buffer`.
Value loadParameter(OpBuilder &builder, Location loc, ParameterOp parameter,
                    Value buffer) {
  auto stored = cast<MemRefType>(buffer.getType());
  Value tensor = bufferization::ToTensorOp::create(
      builder, loc,
      RankedTensorType::get(stored.getShape(), stored.getElementType()), buffer,
      /*restrict=*/true);
  PanelsAttr layout = parameter.getLayoutAttr();
  if (!layout || layout.getWidth() == 1)
    return tensor;
  RankedTensorType type = parameter.getTensorType();
  Value empty = tensor::EmptyOp::create(builder, loc, type.getShape(),
                                        stored.getElementType());
  OpFoldResult width = builder.getIndexAttr(layout.getWidth());
  return linalg::UnPackOp::create(builder, loc, tensor, empty,
                                  /*innerDimsPos=*/ArrayRef<int64_t>{0}, width)
      ->getResult(0);
}

FailureOr<func::FuncOp>
NetworkLowering::createKernel(const Group &group, TypeRange types,
                              ArrayRef<ParameterOp> parameters) {
  LayerOpInterface first = group.front();
  Location loc = first.getLoc();
  func::FuncOp kernel =
      createFunction(loc, "layer_" + first.getLayerName().getValue(), types);
  kernel->setAttr(kKernelAttrName, builder.getUnitAttr());
  if (Attribute plan = first->getAttr(kPlanAttrName))
    kernel->setAttr(kPlanAttrName, plan);
  ++numKernels;
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(&kernel.front());
  auto inputType = cast<MemRefType>(types.front());
  Value value = bufferization::ToTensorOp::create(
      builder, loc,
      RankedTensorType::get(inputType.getShape(), inputType.getElementType()),
      kernel.getArgument(0), /*restrict=*/true);
  SmallVector<Value> tensors;
  for (auto [index, parameter] : llvm::enumerate(parameters)) {
    kernel.setArgAttr(index + 1, kPaddedAttrName, builder.getUnitAttr());
    tensors.push_back(
        loadParameter(builder, loc, parameter, kernel.getArgument(index + 1)));
  }
  for (LayerOpInterface layer : group) {
    auto lowering = dyn_cast<LinalgLoweringOpInterface>(layer.getOperation());
    if (!lowering)
      return layer.emitOpError()
             << quotedName(layer) << " has no lowering to linalg";
    value = lowering.lowerToLinalg(builder, layer.getLoc(), value, tensors);
    tensors.clear();
  }
  auto store = bufferization::MaterializeInDestinationOp::create(
      builder, loc, /*result=*/Type(), value, kernel.getArguments().back());
  store.setRestrict(true);
  store.setWritable(true);
  func::ReturnOp::create(builder, loc);
  return kernel;
}

func::FuncOp NetworkLowering::createCopy(Location loc, MemRefType type,
                                         unsigned index) {
  func::FuncOp kernel =
      createFunction(loc, "output_" + Twine(index), {type, type});
  codegen::buildCopyKernel(kernel);
  return kernel;
}

LogicalResult NetworkLowering::lowerGroup(const Group &group,
                                          Value destination) {
  LayerOpInterface first = group.front();
  Location loc = first.getLoc();
  // Elementwise kernels need no columns: one dimension vectorises best.
  unsigned kept =
      llvm::all_of(group,
                   [](LayerOpInterface layer) { return layer.isElementwise(); })
          ? 0
          : 1;
  SmallVector<Value> operands = {
      collapse(loc, buffers[first->getOperand(0)], kept)};
  SmallVector<ParameterOp> parameters;
  for (unsigned i = 0, e = first.getParameters().size(); i < e; ++i) {
    FlatSymbolRefAttr ref = first.getParameterRef(i);
    parameters.push_back(symbols.lookup<ParameterOp>(ref.getAttr()));
    operands.push_back(GetParameterOp::create(
        builder, loc, parameters.back().getStorageType(), ref));
  }
  operands.push_back(collapse(loc, destination, kept));
  FailureOr<func::FuncOp> kernel =
      createKernel(group, ValueRange(operands).getTypes(), parameters);
  if (failed(kernel))
    return failure();
  func::CallOp::create(builder, loc, *kernel, operands);
  buffers[group.back()->getResult(0)] = destination;
  return success();
}

LogicalResult NetworkLowering::lower() {
  ReturnOp ret = network.getReturn();
  SmallVector<Type> types;
  for (Value input : network.getArguments())
    types.push_back(bufferType(input));
  for (Value output : ret.getOperands())
    types.push_back(bufferType(output));
  func::FuncOp forward = createFunction(network.getLoc(), "forward", types);
  forward->setAttr(kNetworkAttrName, network.getNetworkName());
  if (StringAttr entry = network.getEntryAttr())
    forward->setAttr(kEntryAttrName, entry);
  forward->setAttr(kParameterBytesAttrName,
                   network->getAttr(kParameterBytesAttrName));
  forward->setAttr(kNumInputsAttrName,
                   builder.getI64IntegerAttr(network.getNumArguments()));
  if (rows) {
    forward->setAttr(kRowsAttrName, builder.getI64IntegerAttr(*rows));
    int64_t batch = batchOf(network);
    if (!ShapedType::isDynamic(batch))
      forward->setAttr(kBatchAttrName, builder.getI64IntegerAttr(batch));
  }
  builder.setInsertionPointToStart(&forward.front());

  unsigned numInputs = network.getNumArguments();
  for (auto [input, buffer] :
       llvm::zip(network.getArguments(), forward.getArguments()))
    buffers[input] = buffer;
  // A layer's output that is returned is written where the caller wants it.
  llvm::DenseMap<Value, Value> destinations;
  for (auto [index, output] : llvm::enumerate(ret.getOperands()))
    destinations.try_emplace(output, forward.getArgument(numInputs + index));

  // Identity layers share their input's buffer; the rest, in order, write one.
  SmallVector<Group> groups = groupLayers(network);
  auto *group = groups.begin();
  for (LayerOpInterface layer : network.getLayers()) {
    Value output = layer->getResult(0);
    if (layer.isIdentity()) {
      buffers[output] = reshape(layer.getLoc(), buffers[layer->getOperand(0)],
                                bufferType(output));
      continue;
    }
    if (group == groups.end() || group->front() != layer)
      continue; // fused into an earlier group
    Value result = group->back()->getResult(0);
    Value destination = destinations.lookup(result);
    if (!destination)
      destination =
          memref::AllocOp::create(builder, layer.getLoc(), bufferType(result));
    if (failed(lowerGroup(*group++, destination)))
      return failure();
  }
  for (auto [index, output] : llvm::enumerate(ret.getOperands())) {
    Value destination = forward.getArgument(numInputs + index);
    if (buffers[output] == destination)
      continue;
    Location loc = ret.getLoc();
    Value source = collapse(loc, buffers[output], /*kept=*/0);
    func::FuncOp copy =
        createCopy(loc, cast<MemRefType>(source.getType()), index);
    func::CallOp::create(
        builder, loc, copy,
        ValueRange{source, collapse(loc, destination, /*kept=*/0)});
  }
  func::ReturnOp::create(builder, ret.getLoc());
  return success();
}

bool isOpenBatch(Type type) {
  auto tensor = cast<RankedTensorType>(type);
  return tensor.getRank() > 0 && tensor.isDynamicDim(0);
}

/// Buffers have fixed sizes: nothing may be open but a batch that all values
/// have in common.
LogicalResult verifyTypes(SequentialOp network, bool isOpen) {
  auto verify = [&](Operation *at, Type type) -> LogicalResult {
    auto tensor = cast<RankedTensorType>(type);
    if (isOpenBatch(type) == isOpen && tensor.getNumDynamicDims() == isOpen) {
      SmallVector<int64_t> sizes(tensor.getShape());
      if (isOpen)
        sizes[0] = codegen::openBatchRows().front();
      return verifySize(sizes, "a block of rows",
                        [&] { return at->emitOpError(); });
    }
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
  using ConvertNNToLinalgBase::ConvertNNToLinalgBase;

  void runOnOperation() override {
    if (blockRows < -1) {
      getOperation().emitError()
          << "block-rows must be a number of rows, or -1 to choose, got "
          << int64_t(blockRows);
      return signalPassFailure();
    }
    SymbolTable symbols(getOperation());
    for (auto network :
         llvm::make_early_inc_range(getOperation().getOps<SequentialOp>())) {
      if (failed(lower(network, symbols)))
        return signalPassFailure();
      symbols.erase(network);
    }
  }

  /// The rows of a fixed batch that go through all layers at a time.
  int64_t getBlock(SequentialOp network) {
    int64_t batch = batchOf(network);
    if (batch == 0 || blockRows == 0 || groupLayers(network).size() < 2)
      return batch;
    std::optional<int64_t> rowBytes = countRowBytes(network, batch);
    if (!rowBytes)
      return batch;
    if (blockRows > 0)
      return std::min<int64_t>(batch, blockRows);
    auto bytes = network->getAttrOfType<IntegerAttr>(kParameterBytesAttrName);
    return codegen::chooseBlockRows(codegen::VectorTarget::of(getOperation()),
                                    batch, *rowBytes, bytes.getInt());
  }

  LogicalResult lower(SequentialOp network, SymbolTable &symbols) {
    SymbolTableCollection symbolTables;
    auto parameters = collectParameters(network, symbolTables);
    if (failed(parameters) || failed(getParameterBytes(network, *parameters)))
      return failure();
    bool isOpen = llvm::any_of(network.getArgumentTypes(), isOpenBatch);
    if (failed(verifyTypes(network, isOpen)))
      return failure();
    SmallVector<std::optional<int64_t>> variants;
    int64_t batch = batchOf(network), block = isOpen ? 0 : getBlock(network);
    if (isOpen) {
      llvm::append_range(variants, codegen::openBatchRows());
    } else if (block == batch) {
      variants.push_back(std::nullopt);
    } else {
      variants.push_back(block);
      if (batch % block)
        variants.push_back(batch % block);
      if (remarks)
        emitRemark(network.getLoc())
            << "the batch of " << batch << " rows goes through all layers in "
            << "blocks of " << block;
    }
    for (std::optional<int64_t> rows : variants) {
      NetworkLowering lowering(network, rows, symbols);
      if (failed(lowering.lower()))
        return failure();
      numKernels += lowering.getNumKernels();
    }
    return success();
  }
};

} // namespace

} // namespace nascent::nn
