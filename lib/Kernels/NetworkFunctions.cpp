//===- NetworkFunctions.cpp - What passes may take for granted ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Kernels/NetworkFunctions.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"

using namespace mlir;

namespace nascent::kernels {

SmallVector<func::FuncOp> getNetworkFunctions(ModuleOp module) {
  SmallVector<func::FuncOp> functions;
  for (auto function : module.getOps<func::FuncOp>())
    if (function->hasAttr(nn::kParameterBytesAttrName) &&
        !function.isDeclaration())
      functions.push_back(function);
  return functions;
}

bool isSize(Operation *op) {
  return isa<tensor::DimOp>(op) ||
         (op->hasTrait<OpTrait::ConstantLike>() && op->getNumResults() == 1 &&
          op->getResult(0).getType().isIndex());
}

OpOperand *findReader(Value value) {
  OpOperand *reader = nullptr;
  for (OpOperand &use : value.getUses()) {
    if (isSize(use.getOwner()))
      continue;
    if (reader)
      return nullptr;
    reader = &use;
  }
  return reader;
}

bool isTable(Operation *op) {
  auto constant = dyn_cast<arith::ConstantOp>(op);
  return constant && isa<DenseElementsAttr>(constant.getValue());
}

/// Whether `op` shows a parameter, or what is a description itself, by groups.
static bool isViewOfDescription(Operation *op) {
  auto expand = dyn_cast<tensor::ExpandShapeOp>(op);
  Operation *source = expand ? expand.getSrc().getDefiningOp() : nullptr;
  return source && (isa<nn::LoadOpInterface>(source) || isDescription(source));
}

bool isDescription(Operation *op) {
  return isSize(op) ||
         (op->hasTrait<OpTrait::ConstantLike>() && !isTable(op)) ||
         isa<tensor::EmptyOp, linalg::FillOp, linalg::BroadcastOp,
             linalg::UnPackOp>(op) ||
         (isa<tensor::PadOp>(op) && !op->hasAttr(nn::kHaloAttrName)) ||
         isViewOfDescription(op);
}

bool isView(Operation *op) {
  return isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp>(op);
}

SmallVector<ReassociationIndices> splitDims(int64_t rank, int64_t split) {
  SmallVector<ReassociationIndices> groups(split ? 2 : 1);
  for (int64_t dim = 0; dim < rank; ++dim)
    groups[split && dim >= split].push_back(dim);
  return groups;
}

std::string nameOfPart(func::FuncOp function, const Twine &part) {
  constexpr StringLiteral forward = ".forward";
  StringRef name = function.getSymName();
  size_t at = name.rfind(forward);
  if (at == StringRef::npos)
    return (name + "." + part).str();
  return (name.take_front(at) + "." + part +
          name.drop_front(at + forward.size()))
      .str();
}

/// Whether `type` is a tensor of which at most the first dimension is open, and
/// whose elements can be counted.
static bool isCountable(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || tensor.getEncoding())
    return false;
  SmallVector<int64_t> sizes(tensor.getShape());
  if (!sizes.empty() && ShapedType::isDynamic(sizes.front()))
    sizes.front() = 1;
  if (llvm::any_of(sizes, [](int64_t size) { return size <= 0; }))
    return false;
  sizes.push_back(sizeof(float));
  return nn::checkedProduct(sizes).has_value();
}

using Storages = llvm::DenseMap<nn::Storage, Operation *>;

static std::string nameOf(nn::Storage storage) {
  StringRef of =
      storage.second == nn::Role::Gradients ? "the gradient of @" : "@";
  return (of + storage.first.getValue()).str();
}

/// Fails, after an error, where `value`, which `op` stores or returns at the
/// end of a function, is loaded from what has its new value by then.
static LogicalResult verifyNotLoaded(Operation &op, Value value,
                                     const Storages &stored) {
  Operation *source = value.getDefiningOp();
  while (source && (isView(source) || isa<tensor::ExtractSliceOp>(source)))
    source = source->getOperand(0).getDefiningOp();
  auto load = dyn_cast_or_null<nn::LoadOpInterface>(source);
  if (!load || (isa<func::ReturnOp>(op) && !stored.contains(load.getStorage())))
    return success();
  InFlightDiagnostic diag =
      op.emitOpError() << (isa<func::ReturnOp>(op) ? "returns " : "stores ")
                       << nameOf(load.getStorage())
                       << " as it is loaded, but it may have its new value by "
                          "then; compute another value from it";
  diag.attachNote(load.getLoc()) << "it is loaded here";
  return diag;
}

/// Parameters and gradients are loaded once, and stored once, when nothing is
/// read any more: an old value and its new one are in one place.
static LogicalResult verifyStorages(func::FuncOp function) {
  Storages loaded, stored;
  auto isAgain = [](Storages &known, Operation &op, nn::Storage storage,
                    StringRef does, StringRef done) -> LogicalResult {
    auto [it, isFirst] = known.try_emplace(storage, &op);
    if (isFirst)
      return success();
    InFlightDiagnostic diag = op.emitOpError()
                              << does << " " << nameOf(storage)
                              << " again; a function " << does
                              << (storage.second == nn::Role::Gradients
                                      ? " a gradient once"
                                      : " a parameter once");
    diag.attachNote(it->second->getLoc()) << "it is " << done << " here";
    return diag;
  };
  for (Operation &op : function.front()) {
    if (auto load = dyn_cast<nn::LoadOpInterface>(op);
        load &&
        failed(isAgain(loaded, op, load.getStorage(), "loads", "loaded")))
      return failure();
    auto store = dyn_cast<nn::StoreOpInterface>(op);
    if (store &&
        failed(isAgain(stored, op, store.getStorage(), "stores", "stored")))
      return failure();
    if (stored.empty())
      continue;
    if (!store && !isa<func::ReturnOp>(op)) {
      InFlightDiagnostic diag =
          op.emitOpError("stands behind a parameter's new value; a function "
                         "stores parameters and gradients at its end");
      diag.attachNote(op.getPrevNode()->getLoc()) << "it is stored here";
      return diag;
    }
    for (Value value : op.getOperands())
      if (failed(verifyNotLoaded(op, value, stored)))
        return failure();
  }
  return success();
}

/// What all kinds of networks' functions have in common.
static LogicalResult
verifyFrame(func::FuncOp function,
            function_ref<LogicalResult(Operation *, Type)> verifyType) {
  if (!function.getBody().hasOneBlock())
    return function.emitOpError()
           << "is a network's function, which is one block, but has "
           << function.getBody().getBlocks().size();
  if (!isa<func::ReturnOp>(function.front().getTerminator()))
    return function.front().getTerminator()->emitOpError(
        "does not end a network's function; func.return does");
  for (Type type : function.getArgumentTypes())
    if (failed(verifyType(function, type)))
      return failure();
  for (Operation &op : function.front())
    for (Type type : op.getResultTypes())
      if (failed(verifyType(&op, type)))
        return failure();
  return verifyStorages(function);
}

LogicalResult verifyOnTensors(func::FuncOp function) {
  auto verifyType = [&](Operation *at, Type type) -> LogicalResult {
    if (isCountable(type) || (at != function && type.isIntOrIndexOrFloat()))
      return success();
    return at->emitOpError()
           << "has a value of type " << type
           << ", but a network's function is on tensors of which at most the "
              "first dimension is open; run convert-nn-to-linalg first";
  };
  for (Type type : function.getFunctionType().getInputs())
    if (isa<ShapedType>(type) &&
        !cast<ShapedType>(type).getElementType().isF32())
      return function.emitOpError()
             << "is a network's function, whose inputs are of f32, but has "
             << type;
  return verifyFrame(function, verifyType);
}

/// Padding is one constant around each row of the batch.
static LogicalResult verifyPad(tensor::PadOp pad) {
  auto isKnown = [](int64_t size) { return !ShapedType::isDynamic(size); };
  if (pad.getConstantPaddingValue() &&
      llvm::all_of(pad.getStaticLow(), isKnown) &&
      llvm::all_of(pad.getStaticHigh(), isKnown) &&
      pad.getStaticLow().front() == 0 && pad.getStaticHigh().front() == 0)
    return success();
  return pad.emitOpError("pads a value by what is not one constant and a known "
                         "number of times, or pads the batch");
}

/// What is inside of a launch on tensors.
static LogicalResult verifyBody(nn::LaunchOp launch) {
  for (BlockArgument argument : launch.getBody().getArguments())
    if (!isCountable(argument.getType()))
      return launch.emitOpError()
             << "has an operand of type " << argument.getType()
             << ", of which more than the first dimension "
                "is open, or which is too large";
  for (Operation &op : launch.getBody().front()) {
    for (Type type : op.getResultTypes())
      if (!isCountable(type) && !type.isIntOrIndexOrFloat())
        return op.emitOpError() << "has a value of type " << type
                                << ", which kernels do not support";
    if (auto pad = dyn_cast<tensor::PadOp>(op)) {
      if (failed(verifyPad(pad)))
        return failure();
      continue;
    }
    if (isa<nn::LaunchYieldOp, nn::RecurrenceOp, tensor::EmptyOp,
            tensor::ExpandShapeOp, linalg::PackOp, linalg::UnPackOp>(op) ||
        isSize(&op) || op.hasTrait<OpTrait::ConstantLike>())
      continue;
    auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
    if (!linalgOp || !linalgOp.hasPureTensorSemantics() ||
        op.getNumResults() != 1)
      return op.emitOpError("is not something that kernels support");
  }
  return success();
}

/// A part of a value is neighbouring elements of one dimension, which is not
/// the batch.
static LogicalResult verifySlice(tensor::ExtractSliceOp slice) {
  auto isZero = [](int64_t offset) { return offset == 0; };
  auto isOne = [](int64_t step) { return step == 1; };
  ArrayRef<int64_t> offsets = slice.getStaticOffsets();
  RankedTensorType type = slice.getType(), source = slice.getSourceType();
  auto isCut = [](auto sizes) {
    auto [size, whole] = sizes;
    return size != whole;
  };
  if (type.getRank() == 0 || type.getRank() != source.getRank() ||
      ShapedType::isDynamicShape(offsets) || !isZero(offsets.front()) ||
      type.getDimSize(0) != source.getDimSize(0) ||
      llvm::count_if(llvm::zip(type.getShape(), source.getShape()), isCut) >
          1 ||
      !llvm::all_of(slice.getStaticStrides(), isOne))
    return slice.emitOpError("takes a part of a value that is not of the whole "
                             "batch, not of one dimension, or not of "
                             "neighbouring elements");
  return success();
}

static LogicalResult verifyConcat(tensor::ConcatOp concat) {
  if (concat.getDim() > 0)
    return success();
  return concat.emitOpError("joins values along the batch, which kernels "
                            "compute some rows of at a time");
}

LogicalResult verifyLaunches(func::FuncOp function) {
  if (failed(verifyOnTensors(function)))
    return failure();
  for (Operation &op : function.front()) {
    if (auto launch = dyn_cast<nn::LaunchOp>(op)) {
      if (failed(verifyBody(launch)))
        return failure();
      continue;
    }
    if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op)) {
      if (failed(verifySlice(slice)))
        return failure();
      continue;
    }
    if (auto concat = dyn_cast<tensor::ConcatOp>(op)) {
      if (failed(verifyConcat(concat)))
        return failure();
      continue;
    }
    if (!isa<func::ReturnOp, nn::LoadOpInterface, nn::StoreOpInterface,
             tensor::CollapseShapeOp, tensor::ExpandShapeOp>(op) &&
        !isSize(&op) && !isTable(&op))
      return op.emitOpError("does not belong into a network of kernels, which "
                            "has parameters, views, parts and launches; run "
                            "nascent-form-kernels first");
  }
  return success();
}

LogicalResult verifyOnBuffers(func::FuncOp function) {
  auto verifyType = [&](Operation *at, Type type) -> LogicalResult {
    auto buffer = dyn_cast<MemRefType>(type);
    if ((buffer && buffer.hasStaticShape()) ||
        (at != function && type.isIntOrIndexOrFloat()))
      return success();
    return at->emitOpError()
           << "has a value of type " << type
           << ", but a network's function is on buffers of known sizes; run "
              "nascent-assign-buffers first";
  };
  if (failed(verifyFrame(function, verifyType)))
    return failure();
  if (function.getNumResults() != 0)
    return function.emitOpError("returns values; its outputs are buffers");
  for (auto launch : function.front().getOps<nn::LaunchOp>())
    for (Operation &op : launch.getBody().front())
      if (isSize(&op))
        return op.emitOpError("is left in a kernel, whose sizes are known; run "
                              "nascent-walk-batch first");
  return success();
}

} // namespace nascent::kernels
