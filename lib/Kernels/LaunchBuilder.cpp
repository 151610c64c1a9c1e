//===- LaunchBuilder.cpp - The launch of one group ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LaunchBuilder.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/RegionUtils.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Kernels/LinalgBody.h"
#include "nascent/Kernels/NetworkFunctions.h"

using namespace mlir;

namespace nascent::kernels {

static RankedTensorType typeOf(Value value) {
  return cast<RankedTensorType>(value.getType());
}

/// A tensor without values of the shape of `like`.
static Value emptyLike(OpBuilder &builder, Location loc, Value like) {
  return tensor::EmptyOp::create(builder, loc,
                                 tensor::getMixedSizes(builder, loc, like),
                                 typeOf(like).getElementType());
}

/// A value with its dimensions merged for what is elementwise: into one, which
/// vectorises best, or into rows and columns where rows may lie apart. Of size
/// 1 where it has none.
static Value merge(OpBuilder &builder, Location loc, Value value,
                   int64_t split) {
  RankedTensorType type = typeOf(value);
  if (type.getRank() == (split ? 2 : 1))
    return value;
  if (type.getRank() == 0)
    return tensor::ExpandShapeOp::create(builder, loc, type.clone({1}), value,
                                         ArrayRef<ReassociationIndices>());
  return tensor::CollapseShapeOp::create(builder, loc, value,
                                         splitDims(type.getRank(), split));
}

/// What `merge` has made of a value such as `like`, as it was.
static Value unmerge(OpBuilder &builder, Location loc, Value merged, Value like,
                     int64_t split) {
  RankedTensorType type = typeOf(like);
  if (type.getRank() == (split ? 2 : 1))
    return merged;
  if (type.getRank() == 0)
    return tensor::CollapseShapeOp::create(builder, loc, type, merged,
                                           ArrayRef<ReassociationIndices>());
  return tensor::ExpandShapeOp::create(
      builder, loc, type, merged, splitDims(type.getRank(), split),
      tensor::getMixedSizes(builder, loc, like));
}

LogicalResult LaunchBuilder::read(Value value) {
  SmallVector<Value> worklist = {value};
  while (!worklist.empty()) {
    Value next = worklist.pop_back_val();
    Operation *op = next.getDefiningOp();
    if (op && inside.contains(op))
      continue;
    if (op && isDescription(op)) {
      if (copied.insert(op)) {
        SetVector<Value> needed(op->operand_begin(), op->operand_end());
        getUsedValuesDefinedAbove(op->getRegions(), needed);
        llvm::append_range(worklist, llvm::reverse(needed.getArrayRef()));
      }
      continue;
    }
    if (op && isa<nn::LoadParameterOp>(op)) {
      parameters.insert(next);
      continue;
    }
    auto type = dyn_cast<RankedTensorType>(next.getType());
    if (!type || !type.getElementType().isF32()) {
      Operation *at = op ? op : function.getOperation();
      InFlightDiagnostic diag =
          at->emitOpError() << "computes a value of type " << next.getType()
                            << " for a kernel, which reads tensors of f32 and "
                               "parameters";
      diag.attachNote(loc) << "the kernel is formed here";
      return diag;
    }
    ins.insert(next);
  }
  return success();
}

/// Whether what is read by `map` has no element for each that is computed.
static bool hasOwnShape(AffineMap map) {
  return isPerColumn(map) || isScalar(map);
}

LogicalResult LaunchBuilder::collectElementwise(linalg::GenericOp op,
                                                OpOperand *chained) {
  for (OpOperand *operand : op.getDpsInputOperands()) {
    Value value = operand->get();
    if (operand == chained)
      continue;
    if (!changesShape() || hasOwnShape(op.getMatchingIndexingMap(operand))) {
      if (failed(read(value)))
        return failure();
      continue;
    }
    if (!typeOf(value).getElementType().isF32())
      return op.emitOpError()
             << "reads " << value.getType() << ", but kernels compute with f32";
    shapedIns.insert(value);
  }
  SetVector<Value> captured;
  getUsedValuesDefinedAbove(op->getRegions(), captured);
  for (Value value : captured)
    if (failed(read(value)))
      return failure();
  return success();
}

LogicalResult LaunchBuilder::collect() {
  if (group.isElementwise) {
    if (failed(collectElementwise(cast<linalg::GenericOp>(group.root.front()),
                                  nullptr)))
      return failure();
  } else {
    for (Operation *op : group.root) {
      SetVector<Value> values(op->operand_begin(), op->operand_end());
      getUsedValuesDefinedAbove(op->getRegions(), values);
      for (Value value : values)
        if (failed(read(value)))
          return failure();
    }
  }
  for (const Member &member : group.members)
    if (failed(collectElementwise(member.op, member.chained)))
      return failure();
  if (group.pack)
    for (Value value : group.pack->getOperands().drop_front())
      if (failed(read(value)))
        return failure();
  return success();
}

Value LaunchBuilder::toShape(Value value) {
  if (group.isMerged)
    return merge(builder, loc, value, group.split);
  if (auto view = dyn_cast<tensor::CollapseShapeOp>(group.view))
    return tensor::ExpandShapeOp::create(builder, loc, view.getSrcType(), value,
                                         view.getReassociationIndices());
  auto view = cast<tensor::ExpandShapeOp>(group.view);
  return tensor::CollapseShapeOp::create(builder, loc, view.getSrcType(), value,
                                         view.getReassociationIndices());
}

Value LaunchBuilder::fromShape(Value value) {
  if (group.isMerged) {
    auto root = cast<linalg::GenericOp>(group.root.front());
    OpOperand *like =
        *llvm::find_if(root.getDpsInputOperands(), [&](OpOperand *operand) {
          return root.getMatchingIndexingMap(operand).isIdentity();
        });
    return unmerge(builder, loc, value, like->get(), group.split);
  }
  if (!group.view)
    return value;
  IRMapping mapping;
  mapping.map(group.view->getOperand(0), value);
  Operation *view = builder.clone(*group.view, mapping);
  view->removeAttr(nn::kLayerAttrName);
  return view->getResult(0);
}

std::string LaunchBuilder::chooseName() {
  Operation *root = group.root.back();
  auto layer = root->getAttrOfType<StringAttr>(nn::kLayerAttrName);
  auto part = root->getAttrOfType<StringAttr>(nn::kLayerPartAttrName);
  std::string name =
      (layer ? "layer_" + layer.getValue() : "kernel_" + Twine(index)).str();
  if (part)
    name += ("." + part.getValue()).str();
  return nameOfPart(function, name);
}

Value LaunchBuilder::emitElementwise(
    OpBuilder &inner, linalg::GenericOp op, Value chained,
    OpOperand *chainedOperand, IRMapping &mapping,
    const llvm::DenseMap<Value, Value> &shaped) {
  SmallVector<Value> inputs;
  SmallVector<AffineMap> read;
  Value like = chained;
  for (OpOperand *operand : op.getDpsInputOperands()) {
    read.push_back(op.getMatchingIndexingMap(operand));
    bool isShaped = changesShape() && !hasOwnShape(read.back());
    inputs.push_back(operand == chainedOperand ? chained
                     : isShaped ? shaped.lookup(operand->get())
                                : mapping.lookup(operand->get()));
    if (!like && !hasOwnShape(read.back()))
      like = inputs.back();
  }
  int64_t rank = typeOf(like).getRank();
  AffineMap identity = inner.getMultiDimIdentityMap(rank);
  SmallVector<AffineMap> maps;
  for (AffineMap map : read)
    maps.push_back(isScalar(map) ? AffineMap::get(rank, 0, map.getResults(),
                                                  op.getContext())
                   : isPerColumn(map) ? identity.getMinorSubMap(1)
                                      : identity);
  maps.push_back(identity);
  Value empty = emptyLike(inner, op.getLoc(), like);
  auto result = linalg::GenericOp::create(
      inner, op.getLoc(), empty.getType(), inputs, empty, maps,
      SmallVector<utils::IteratorType>(rank, utils::IteratorType::parallel));
  IRMapping body(mapping);
  op.getRegion().cloneInto(&result.getRegion(), body);
  return result.getResult(0);
}

Value LaunchBuilder::emitHalo(OpBuilder &inner, Value value) {
  SmallVector<int64_t> low(group.halo.getStaticLow());
  SmallVector<int64_t> high(group.halo.getStaticHigh());
  SmallVector<int64_t> shape(typeOf(value).getShape());
  if (auto view = cast_or_null<tensor::CollapseShapeOp>(group.view)) {
    // Only dimensions that the view leaves as they are have a halo.
    SmallVector<int64_t> seenLow = low, seenHigh = high;
    low.assign(shape.size(), 0);
    high.assign(shape.size(), 0);
    for (auto [dim, dims] : llvm::enumerate(view.getReassociationIndices()))
      if (dims.size() == 1) {
        low[dims.front()] = seenLow[dim];
        high[dims.front()] = seenHigh[dim];
      }
  }
  auto numbers = [&](ArrayRef<int64_t> values) {
    return getAsIndexOpFoldResult(inner.getContext(), values);
  };
  for (auto [size, before, after] : llvm::zip(shape, low, high))
    if (!ShapedType::isDynamic(size))
      size += before + after;
  Value constant = group.halo.getConstantPaddingValue();
  Value own = inner.clone(*constant.getDefiningOp())->getResult(0);
  return tensor::PadOp::create(inner, loc, typeOf(value).clone(shape), value,
                               numbers(low), numbers(high), own);
}

void LaunchBuilder::emitBody(nn::LaunchOp launch) {
  Block *block = &launch.getBody().emplaceBlock();
  auto inner = OpBuilder::atBlockBegin(block);
  auto addArgument = [&](Value operand) {
    return block->addArgument(operand.getType(), operand.getLoc());
  };
  IRMapping mapping;
  llvm::DenseMap<Value, Value> shaped;
  for (Value value : ins)
    mapping.map(value, addArgument(value));
  for (auto [value, operand] :
       llvm::zip(shapedIns, launch.getIns().drop_front(ins.size())))
    shaped[value] = addArgument(operand);
  for (Value value : parameters)
    mapping.map(value, addArgument(value));

  SmallVector<Operation *> ops(copied.begin(), copied.end());
  if (!group.isElementwise)
    llvm::append_range(ops, group.root);
  llvm::sort(ops, [&](Operation *a, Operation *b) {
    return positions.lookup(a) < positions.lookup(b);
  });
  for (Operation *op : ops) {
    Operation *copy = inner.clone(*op, mapping);
    for (StringRef name :
         {nn::kLayerAttrName, nn::kLayerPartAttrName, nn::kPlanAttrName})
      copy->removeAttr(name);
  }
  Value value =
      group.isElementwise
          ? emitElementwise(inner, cast<linalg::GenericOp>(group.root.front()),
                            /*chained=*/{}, nullptr, mapping, shaped)
          : mapping.lookup(group.result);
  for (const Member &member : group.members)
    value = emitElementwise(inner, member.op, value, member.chained, mapping,
                            shaped);
  if (group.halo)
    value = emitHalo(inner, value);
  if (group.pack) {
    mapping.map(group.pack.getSource(), value);
    value = inner.clone(*group.pack, mapping)->getResult(0);
  }
  SmallVector<Value> yielded = {value};
  for (Value other : getOthers())
    yielded.push_back(mapping.lookup(other));
  nn::LaunchYieldOp::create(inner, loc, yielded);
}

/// Has what comes after `result` ask it for sizes instead of `value`.
static void askInstead(Value value, Value result) {
  for (OpOperand &use : llvm::make_early_inc_range(value.getUses()))
    if (isSize(use.getOwner()) &&
        !use.getOwner()->isBeforeInBlock(result.getDefiningOp()))
      use.set(result);
}

LogicalResult LaunchBuilder::build() {
  if (failed(collect()))
    return failure();
  SmallVector<Value> operands(ins.begin(), ins.end());
  for (Value value : shapedIns)
    operands.push_back(toShape(value));
  Type type = group.pack       ? group.pack.getResult().getType()
              : group.isMerged ? operands[ins.size()].getType()
                               : group.result.getType();
  SmallVector<Type> types = {type};
  llvm::append_range(types, getOthers().getTypes());
  auto launch = nn::LaunchOp::create(builder, loc, types, chooseName(),
                                     operands, parameters.getArrayRef(),
                                     /*outs=*/ValueRange());
  if (Attribute plan = group.root.back()->getAttr(nn::kPlanAttrName))
    launch->setAttr(nn::kPlanAttrName, plan);
  emitBody(launch);
  Value result = launch.getResult(0);
  if (group.halo) {
    result.setType(launch.getYielded().front().getType());
    if (auto view = cast_or_null<tensor::CollapseShapeOp>(group.view))
      result = tensor::CollapseShapeOp::create(builder, loc,
                                               group.halo.getType(), result,
                                               view.getReassociationIndices());
    // Of what is inside, only the size of the batch is asked, which is the
    // same.
    if (group.view)
      askInstead(group.view->getResult(0), result);
    askInstead(group.result, result);
    group.halo.getSource().replaceAllUsesExcept(result, group.halo);
    group.halo.replaceAllUsesWith(result);
    return success();
  }
  if (group.pack) {
    group.pack.getResult().replaceAllUsesWith(result);
    return success();
  }
  if (group.members.empty() && !group.isElementwise) {
    for (auto [other, stored] :
         llvm::zip_equal(getOthers(), launch.getResults().drop_front()))
      other.replaceAllUsesWith(stored);
    group.result.replaceAllUsesWith(result);
    return success();
  }
  group.getLast()->getResult(0).replaceAllUsesWith(fromShape(result));
  return success();
}

} // namespace nascent::kernels
