//===- BufferPlaces.cpp - Where the values of a network are ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BufferPlaces.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/TrainedNetworks.h"
#include "nascent/Kernels/InPlace.h"
#include "nascent/Kernels/NetworkFunctions.h"

using namespace mlir;

namespace nascent::program {

//===----------------------------------------------------------------------===//
// Buffers' types
//===----------------------------------------------------------------------===//

MemRefType bufferType(Type type) {
  auto tensor = cast<RankedTensorType>(type);
  return MemRefType::get(tensor.getShape(), tensor.getElementType());
}

SmallVector<ReassociationIndices> groupsOf(Operation *view) {
  if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(view))
    return collapse.getReassociationIndices();
  return cast<tensor::ExpandShapeOp>(view).getReassociationIndices();
}

/// A buffer with groups of its dimensions merged. Null where their elements are
/// not at equal distances, or neighbours in no dimension: a row has none
/// between its elements.
static MemRefType collapsed(MemRefType type,
                            ArrayRef<ReassociationIndices> groups) {
  if (!memref::CollapseShapeOp::isGuaranteedCollapsible(type, groups))
    return {};
  MemRefType result =
      memref::CollapseShapeOp::computeCollapsedType(type, groups);
  SmallVector<int64_t> strides = result.getStridesAndOffset().first;
  return strides.empty() || strides.back() == 1 ? result : MemRefType();
}

MemRefType reshaped(MemRefType type, ShapedType shape,
                    ArrayRef<ReassociationIndices> groups) {
  if (type.getRank() >= shape.getRank())
    return collapsed(type, groups);
  FailureOr<MemRefType> expanded = memref::ExpandShapeOp::computeExpandedType(
      type, shape.getShape(), groups);
  return succeeded(expanded) ? *expanded : MemRefType();
}

MemRefType splitAt(MemRefType type, int64_t split) {
  if (type.getRank() == 0)
    return MemRefType::get({1}, type.getElementType());
  return collapsed(type, kernels::splitDims(type.getRank(), split));
}

Value createSplit(OpBuilder &builder, Location loc, Value buffer,
                  int64_t split) {
  auto type = cast<MemRefType>(buffer.getType());
  MemRefType result = splitAt(type, split);
  if (result == type)
    return buffer;
  if (type.getRank() == 0)
    return memref::ExpandShapeOp::create(builder, loc, result, buffer,
                                         ArrayRef<ReassociationIndices>());
  return memref::CollapseShapeOp::create(
      builder, loc, buffer, kernels::splitDims(type.getRank(), split));
}

SmallVector<int64_t> offsetsOf(tensor::ConcatOp concat, unsigned index) {
  SmallVector<int64_t> offsets(concat.getResultType().getRank(), 0);
  for (Value before : concat.getInputs().take_front(index))
    offsets[concat.getDim()] +=
        cast<RankedTensorType>(before.getType()).getDimSize(concat.getDim());
  return offsets;
}

/// The buffer of an operand of a concatenation whose result is in `whole`.
static MemRefType partType(tensor::ConcatOp concat, unsigned index,
                           MemRefType whole) {
  auto part = cast<RankedTensorType>(concat.getInputs()[index].getType());
  SmallVector<int64_t> steps(part.getRank(), 1);
  return memref::SubViewOp::inferResultType(whole, offsetsOf(concat, index),
                                            part.getShape(), steps);
}

//===----------------------------------------------------------------------===//
// Places
//===----------------------------------------------------------------------===//

void BufferPlaces::claim(Value value, Place place, MemRefType type) {
  SmallVector<std::pair<Value, TypedPlace>> path;
  Operation *source;
  while (true) {
    if (places.contains(value) || !type)
      return;
    path.push_back({value, {place, type}});
    source = value.getDefiningOp();
    if (!source || !kernels::isView(source))
      break;
    place = {Place::View, value, 0};
    value = source->getOperand(0);
    type = reshaped(type, cast<ShapedType>(value.getType()), groupsOf(source));
  }
  // By the launch whose result it is, or operand by operand.
  if (type && isa_and_nonnull<nn::LaunchOp, tensor::ConcatOp>(source))
    places.insert(path.begin(), path.end());
}

/// Whether `op` shows elements of what it reads, and computes nothing.
static bool showsElements(Operation *op) {
  return kernels::isView(op) || isa<tensor::ExtractSliceOp>(op);
}

/// Whether `launch` may write its result where `old` is: whatever else reads
/// that has done so, and `launch` reads each element for the new one only.
static bool canUpdate(nn::LaunchOp launch, Value old) {
  Type updated = launch.getResult(0).getType();
  SmallVector<Value> seen = {old};
  while (!seen.empty())
    for (OpOperand &use : seen.pop_back_val().getUses()) {
      Operation *user = use.getOwner();
      if (showsElements(user))
        seen.push_back(user->getResult(0));
      else if (user != launch && !user->isBeforeInBlock(launch))
        return false;
      else if (user == launch &&
               (use.get().getType() != updated ||
                !kernels::isReadInPlace(
                    launch.getBody().getArgument(use.getOperandNumber()))))
        return false;
    }
  return true;
}

void BufferPlaces::claimStorages(func::FuncOp function) {
  llvm::DenseMap<nn::Storage, nn::LoadOpInterface> loads;
  for (auto load : function.front().getOps<nn::LoadOpInterface>())
    loads[load.getStorage()] = load;
  for (auto [index, store] :
       llvm::enumerate(function.front().getOps<nn::StoreOpInterface>())) {
    Value value = store.getNewValue();
    Operation *source = value.getDefiningOp();
    while (source && kernels::isView(source))
      source = source->getOperand(0).getDefiningOp();
    auto launch = dyn_cast_or_null<nn::LaunchOp>(source);
    nn::LoadOpInterface load = loads.lookup(store.getStorage());
    if (launch && (!load || canUpdate(launch, load->getResult(0))))
      claim(value, {Place::Storage, {}, unsigned(index)},
            bufferType(value.getType()));
  }
}

void BufferPlaces::claimOperands(tensor::ConcatOp concat) {
  Value whole = concat.getResult();
  MemRefType type = places.find(whole)->second.type;
  for (auto [index, operand] : llvm::enumerate(concat.getInputs()))
    claim(operand, {Place::Part, whole, unsigned(index)},
          partType(concat, index, type));
}

/// A launch's result that is only seen as something else is that in memory.
void BufferPlaces::allocate(Value result) {
  if (places.contains(result))
    return;
  Operation *user = result.hasOneUse() ? *result.user_begin() : nullptr;
  if (user && kernels::isView(user) && result.getDefiningOp<nn::LaunchOp>()) {
    Value seen = user->getResult(0);
    places[result] = {{Place::View, seen, 0}, bufferType(result.getType())};
    result = seen;
  }
  places[result] = {{Place::Own, {}, 0}, bufferType(result.getType())};
}

Operation *BufferPlaces::lastReaderOf(Value value) {
  auto [it, isNew] = lastReaders.try_emplace(value, nullptr);
  if (!isNew)
    return it->second;
  Operation *last = nullptr;
  SmallVector<Value> seen = {value};
  while (!seen.empty())
    for (Operation *user : seen.pop_back_val().getUsers())
      if (showsElements(user))
        seen.push_back(user->getResult(0));
      else if (!last || last->isBeforeInBlock(user))
        last = user;
  return lastReaders[value] = last;
}

void BufferPlaces::writeOver(nn::LaunchOp launch) {
  auto isOwn = [&](Value value) {
    const Place *place = lookup(value);
    return place && (place->kind == Place::Own || place->kind == Place::Over);
  };
  // What is joined has parts that others may read.
  auto ownerOf = [&](Value value) {
    while (!isOwn(value)) {
      Operation *view = value.getDefiningOp();
      if (!view || !kernels::isView(view))
        return Value();
      value = view->getOperand(0);
    }
    return value.getDefiningOp<tensor::ConcatOp>() ? Value() : value;
  };
  if (launch->getNumResults() != 1)
    return;
  Value result = launch.getResult(0), written = result;
  if (const Place *place = lookup(result); place->kind == Place::View)
    written = place->whole;
  if (!isOwn(written))
    return;
  for (Value operand : launch.getIns()) {
    Value old = ownerOf(operand);
    if (old && lastReaderOf(old) == launch &&
        old.getType() == written.getType() &&
        operand.getType() == result.getType() && canUpdate(launch, old)) {
      places[written].place = {Place::Over, old, 0};
      return;
    }
  }
}

BufferPlaces::BufferPlaces(func::FuncOp function) {
  Operation *ret = function.front().getTerminator();
  for (auto [index, output] : llvm::enumerate(ret->getOperands()))
    claim(output, {Place::Output, {}, unsigned(index)},
          bufferType(output.getType()));
  claimStorages(function);
  // From the last one, so that what joins others has its place before them.
  for (Operation &op : llvm::reverse(function.front())) {
    auto concat = dyn_cast<tensor::ConcatOp>(op);
    if (!concat && !isa<nn::LaunchOp>(op))
      continue;
    for (Value result : op.getResults())
      allocate(result);
    if (concat)
      claimOperands(concat);
  }
  // Of the caller's loss, the backward part may be called again.
  if (function->hasAttr(nn::kTrainingAttrName) && !nn::isBackward(function))
    for (auto launch : function.front().getOps<nn::LaunchOp>())
      writeOver(launch);
}

} // namespace nascent::program
