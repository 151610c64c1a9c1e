//===- AssignBuffers.cpp - A place for every value ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Launches are straight-line code: one walk gives every value its place. There
// is nothing for a bufferisation pass to find out, nor anything for it to copy.
//
//===----------------------------------------------------------------------===//

#include "BufferPlaces.h"
#include "ConstantTables.h"
#include "StateBuffer.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/Roles.h"
#include "nascent/Kernels/NetworkFunctions.h"
#include "nascent/Program/Passes.h"

namespace nascent::program {

#define GEN_PASS_DEF_ASSIGNBUFFERS
#include "nascent/Program/Passes.h.inc"

using namespace mlir;

namespace {

/// Moves one network's function from tensors to buffers.
class BufferAssignment {
public:
  /// `tables` are known to `symbols` already.
  BufferAssignment(func::FuncOp function, SymbolTable &symbols,
                   ConstantTables &tables)
      : function(function), symbols(symbols), tables(tables),
        builder(function.getContext()), places(function),
        numInputs(function.getNumArguments()) {}

  void run();

private:
  void addArguments();
  void assignLaunch(nn::LaunchOp launch);
  /// Has `launch` read what was in the buffer that it writes.
  void updateInPlace(nn::LaunchOp launch, Value buffer,
                     function_ref<bool(Value)> isOld);
  /// Whether a concatenation is what a ring of a stream will be, which begins
  /// with `operand` already.
  bool isInRing(tensor::ConcatOp concat, Value operand);
  /// Copies what could not be computed at its place in the result.
  void assignConcat(tensor::ConcatOp concat);
  /// Copies what could not be computed where it is stored.
  void assignStore(nn::StoreOpInterface store);
  void copyOutputs(func::ReturnOp ret);
  /// A value's buffer. Views and parameters become what they are in buffers
  /// where they are needed first.
  Value bufferOf(Value value);
  /// What `value` lies in, or is a view or a part of; null where it is neither.
  Value wholeOf(Value value);
  Value createBuffer(Value value);
  /// Where a parameter or its gradient is, a value of `type`.
  Value storageOf(nn::Storage storage, Location loc, Type type);
  /// A buffer as `view` shows it, or as what that shows is.
  Value createView(Operation *view, Value buffer, MemRefType type);
  /// A part of a value, in that one's buffer.
  Value createPart(tensor::ExtractSliceOp slice, Value buffer);
  /// Operand `index` of a concatenation, in its result's buffer.
  Value createPart(tensor::ConcatOp concat, unsigned index);
  /// A copy whose elements are neighbours.
  Value createCopy(Location loc, Value buffer);
  void copy(Location loc, Value from, Value to, const Twine &name);
  Value getOutput(unsigned index) {
    return function.getArgument(2 * numInputs + index);
  }

  func::FuncOp function;
  SymbolTable &symbols;
  ConstantTables &tables;
  OpBuilder builder;
  BufferPlaces places;
  unsigned numInputs;
  SmallVector<nn::StoreOpInterface> stores;
  unsigned numCopies = 0;
  llvm::DenseMap<Value, Value> buffers;
  llvm::DenseMap<nn::Storage, Value> storages;
  /// Of buffers whose elements are no neighbours: copies where they are.
  llvm::DenseMap<Value, Value> copies;
};

/// Adds the buffers behind the tensors, whose places they take in the end.
void BufferAssignment::addArguments() {
  for (unsigned i = 0; i < numInputs; ++i) {
    BlockArgument input = function.getArgument(i);
    buffers[input] = function.front().addArgument(bufferType(input.getType()),
                                                  input.getLoc());
  }
  for (Value output : function.front().getTerminator()->getOperands())
    function.front().addArgument(bufferType(output.getType()),
                                 function.getLoc());
}

Value BufferAssignment::wholeOf(Value value) {
  if (const Place *place = places.lookup(value))
    return place->kind == Place::Over ? Value() : place->whole;
  Operation *op = value.getDefiningOp();
  return op && (kernels::isView(op) || isa<tensor::ExtractSliceOp>(op))
             ? op->getOperand(0)
             : Value();
}

Value BufferAssignment::createView(Operation *view, Value buffer,
                                   MemRefType type) {
  Location loc = view->getLoc();
  SmallVector<ReassociationIndices> groups = groupsOf(view);
  auto viewed = reshaped(cast<MemRefType>(buffer.getType()), type, groups);
  if (!viewed) {
    buffer = createCopy(loc, buffer);
    viewed = type;
  }
  if (cast<MemRefType>(buffer.getType()).getRank() < viewed.getRank())
    return memref::ExpandShapeOp::create(builder, loc, viewed, buffer, groups);
  return memref::CollapseShapeOp::create(builder, loc, buffer, groups);
}

Value BufferAssignment::createPart(tensor::ExtractSliceOp slice, Value buffer) {
  return memref::SubViewOp::create(
      builder, slice.getLoc(), buffer, slice.getMixedOffsets(),
      slice.getMixedSizes(), slice.getMixedStrides());
}

Value BufferAssignment::createPart(tensor::ConcatOp concat, unsigned index) {
  auto part = cast<RankedTensorType>(concat.getInputs()[index].getType());
  auto numbers = [&](ArrayRef<int64_t> values) {
    return getAsIndexOpFoldResult(function.getContext(), values);
  };
  return memref::SubViewOp::create(
      builder, concat.getLoc(), bufferOf(concat.getResult()),
      numbers(offsetsOf(concat, index)), numbers(part.getShape()),
      numbers(SmallVector<int64_t>(part.getRank(), 1)));
}

Value BufferAssignment::createBuffer(Value value) {
  MemRefType type = bufferType(value.getType());
  if (const Place *place = places.lookup(value)) {
    Operation *whole = place->whole ? place->whole.getDefiningOp() : nullptr;
    switch (place->kind) {
    case Place::Own:
      return memref::AllocOp::create(builder, value.getLoc(), type);
    case Place::Output:
      return getOutput(place->index);
    case Place::Storage:
      return storageOf(stores[place->index].getStorage(), value.getLoc(),
                       value.getType());
    case Place::View:
      return createView(whole, buffers.lookup(place->whole), type);
    case Place::Part:
      return createPart(cast<tensor::ConcatOp>(whole), place->index);
    case Place::Over:
      return bufferOf(place->whole);
    }
  }
  Operation *op = value.getDefiningOp();
  if (kernels::isTable(op))
    return tables.get(builder, cast<arith::ConstantOp>(op), function, symbols);
  if (auto load = dyn_cast<nn::LoadOpInterface>(op))
    return storageOf(load.getStorage(), op->getLoc(), value.getType());
  Value whole = buffers.lookup(op->getOperand(0));
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op))
    return createPart(slice, whole);
  return createView(op, whole, type);
}

Value BufferAssignment::storageOf(nn::Storage storage, Location loc,
                                  Type type) {
  Value &buffer = storages[storage];
  auto parameter = FlatSymbolRefAttr::get(storage.first);
  if (!buffer && storage.second == nn::Role::Gradients)
    buffer =
        nn::LoadGradientOp::create(builder, loc, bufferType(type), parameter);
  else if (!buffer)
    buffer =
        nn::LoadParameterOp::create(builder, loc, bufferType(type), parameter);
  return buffer;
}

Value BufferAssignment::bufferOf(Value value) {
  // The way to a value that has a buffer, or whose buffer is part of no other.
  SmallVector<Value> path;
  for (Value next = value; next && !buffers.contains(next);
       next = wholeOf(next))
    path.push_back(next);
  for (Value next : llvm::reverse(path)) {
    Value buffer = createBuffer(next);
    buffers[next] = buffer;
  }
  return buffers.lookup(value);
}

void BufferAssignment::updateInPlace(nn::LaunchOp launch, Value buffer,
                                     function_ref<bool(Value)> isOld) {
  for (Value operand : launch.getOperands()) {
    Value whole = operand;
    while (whole && !isOld(whole))
      whole = wholeOf(whole);
    if (whole)
      buffers[operand] = buffer;
  }
}

void BufferAssignment::assignLaunch(nn::LaunchOp launch) {
  auto buffersOf = [&](ValueRange values) {
    SmallVector<Value> found;
    for (Value value : values)
      found.push_back(bufferOf(value));
    return found;
  };
  for (Value result : launch.getResults()) {
    Value outermost = result;
    while (Value whole = wholeOf(outermost))
      outermost = whole;
    bufferOf(outermost);
    const Place *place = places.lookup(outermost);
    if (place && place->kind == Place::Storage) {
      nn::Storage storage = stores[place->index].getStorage();
      updateInPlace(launch, bufferOf(result), [&](Value value) {
        auto load = value.getDefiningOp<nn::LoadOpInterface>();
        return load && load.getStorage() == storage;
      });
    } else if (place && place->kind == Place::Over) {
      updateInPlace(launch, bufferOf(result),
                    [&](Value value) { return value == place->whole; });
    }
  }
  SmallVector<Value> ins = buffersOf(launch.getIns());
  SmallVector<Value> parameters = buffersOf(launch.getParameters());
  SmallVector<Value> outs = buffersOf(launch.getResults());
  for (Value out : outs)
    copies.erase(out);
  auto stored = nn::LaunchOp::create(builder, launch.getLoc(), TypeRange(),
                                     launch.getKernel(), ins, parameters, outs);
  stored->setDiscardableAttrs(launch->getDiscardableAttrDictionary());
  stored.getBody().takeBody(launch.getBody());
}

bool BufferAssignment::isInRing(tensor::ConcatOp concat, Value operand) {
  auto input = dyn_cast<BlockArgument>(operand);
  unsigned behind = input ? numInputs - input.getArgNumber() : 0;
  if (!input || behind > countStates(function) ||
      !function->hasAttr(kRingStepsAttrName))
    return false;
  ValueRange outputs = function.front().getTerminator()->getOperands();
  return outputs[outputs.size() - behind] == concat.getResult();
}

void BufferAssignment::assignConcat(tensor::ConcatOp concat) {
  for (auto [index, operand] : llvm::enumerate(concat.getInputs())) {
    const Place *place = places.lookup(operand);
    if (place && place->kind == Place::Part &&
        place->whole == concat.getResult() && place->index == index)
      continue;
    if (isInRing(concat, operand))
      continue;
    Value from = bufferOf(operand);
    copy(concat.getLoc(), from, createPart(concat, index),
         "copy_" + Twine(numCopies++));
  }
}

void BufferAssignment::assignStore(nn::StoreOpInterface store) {
  Location loc = store.getLoc();
  Value value = store.getNewValue();
  Value from = bufferOf(value);
  nn::Storage storage = store.getStorage();
  Value to = storageOf(storage, loc, value.getType());
  auto [parameter, role] = storage;
  StringRef name = role == nn::Role::Gradients ? "store_gradient_" : "store_";
  if (from != to)
    copy(loc, from, to, name + parameter.getValue());
}

Value BufferAssignment::createCopy(Location loc, Value buffer) {
  // Whoever needs a copy of a value has the same one.
  if (Value known = copies.lookup(buffer))
    return known;
  auto type = cast<MemRefType>(buffer.getType());
  Value copied = memref::AllocOp::create(
      builder, loc, MemRefType::get(type.getShape(), type.getElementType()));
  copies[buffer] = copied;
  copy(loc, buffer, copied, "copy_" + Twine(numCopies++));
  return copied;
}

void BufferAssignment::copy(Location loc, Value from, Value to,
                            const Twine &name) {
  auto typeOf = [](Value buffer) { return cast<MemRefType>(buffer.getType()); };
  int64_t rank = typeOf(from).getRank(), split = 0;
  auto canSplit = [&] {
    return splitAt(typeOf(from), split) && splitAt(typeOf(to), split);
  };
  while (split < rank && !canSplit())
    ++split;
  // Rows of one may be none of the other.
  bool hasRows = rank == 0 || split < rank;
  Value source = hasRows ? createSplit(builder, loc, from, split) : from;
  Value destination = hasRows ? createSplit(builder, loc, to, split) : to;
  auto launch = nn::LaunchOp::create(
      builder, loc, TypeRange(), kernels::nameOfPart(function, name), source,
      /*parameters=*/ValueRange(), destination);
  Block &body = launch.getBody().emplaceBlock();
  Value value =
      body.addArgument(nn::LaunchOp::getTensorType(source.getType()), loc);
  auto inner = OpBuilder::atBlockEnd(&body);
  nn::LaunchYieldOp::create(inner, loc, value);
}

/// Returns nothing, once outputs that no launch has written where the caller
/// wants them are copied there.
void BufferAssignment::copyOutputs(func::ReturnOp ret) {
  for (auto [index, output] : llvm::enumerate(ret.getOperands())) {
    Value buffer = bufferOf(output);
    if (buffer != getOutput(index))
      copy(ret.getLoc(), buffer, getOutput(index), "output_" + Twine(index));
  }
  func::ReturnOp::create(builder, ret.getLoc());
}

void BufferAssignment::run() {
  auto old = llvm::to_vector(llvm::make_pointer_range(function.front()));
  llvm::append_range(stores, function.front().getOps<nn::StoreOpInterface>());
  addArguments();
  for (Operation *op : old) {
    builder.setInsertionPoint(op);
    if (auto launch = dyn_cast<nn::LaunchOp>(op))
      assignLaunch(launch);
    else if (auto concat = dyn_cast<tensor::ConcatOp>(op))
      assignConcat(concat);
    else if (auto store = dyn_cast<nn::StoreOpInterface>(op))
      assignStore(store);
    else if (auto ret = dyn_cast<func::ReturnOp>(op))
      copyOutputs(ret);
  }
  for (Operation *op : llvm::reverse(old))
    op->erase();
  Block &body = function.front();
  body.eraseArguments(0, numInputs);
  function.setFunctionType(
      builder.getFunctionType(body.getArgumentTypes(), {}));
  // Buffers never overlap: part of the C interface's contract.
  SmallVector<DictionaryAttr> attributes(
      body.getNumArguments(),
      builder.getDictionaryAttr(builder.getNamedAttr(
          LLVM::LLVMDialect::getNoAliasAttrName(), builder.getUnitAttr())));
  function.setAllArgAttrs(attributes);
  function.setAllResultAttrs(ArrayRef<DictionaryAttr>());
  for (unsigned i = 0, e = function.getNumArguments(); i < e; ++i)
    nn::setRole(function, i,
                i < numInputs ? nn::Role::Input : nn::Role::Output);
}

struct AssignBuffersPass : impl::AssignBuffersBase<AssignBuffersPass> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    ConstantTables tables;
    for (func::FuncOp function : kernels::getNetworkFunctions(getOperation())) {
      if (failed(kernels::verifyLaunches(function)) ||
          failed(verifySizes(function)))
        return signalPassFailure();
      BufferAssignment(function, symbols, tables).run();
    }
  }

  /// Buffers have known sizes, and a value of a network is one.
  LogicalResult verifySizes(func::FuncOp function) {
    auto verify = [&](Operation *at, Value value) -> LogicalResult {
      auto type = dyn_cast<RankedTensorType>(value.getType());
      if (!type || type.hasStaticShape())
        return success();
      return at->emitOpError()
             << "has a value of type " << type
             << ", whose size is open; run nascent-walk-batch first";
    };
    for (Value input : function.getArguments())
      if (failed(verify(function, input)))
        return failure();
    auto verifyResults = [&](Operation *op) -> WalkResult {
      for (Value result : op->getResults())
        if (failed(verify(op, result)))
          return failure();
      return success();
    };
    return failure(function.walk(verifyResults).wasInterrupted());
  }
};

} // namespace

} // namespace nascent::program
