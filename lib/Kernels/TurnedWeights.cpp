//===- TurnedWeights.cpp - Weights that are read across panels ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A weight's columns lie side by side in panels, for the products of the
// forward pass. Those of the backward pass have the other dimension as columns.
// Turning the weight once costs little beside them: each element of the copy is
// used for every row of the batch. A dense layer's product turns the columns of
// a tile by itself, just before it reads them, so that there is no whole copy.
//
//===----------------------------------------------------------------------===//

#include "TurnedWeights.h"
#include "PanelLayout.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/TypeUtilities.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Kernels/LinalgBody.h"

using namespace mlir;

namespace nascent::kernels {

/// Whether kernels read the panels of `operand` as they are: its dimension with
/// panels is that of columns, which are in the second operand and the result;
/// or that of a depthwise window, which are last everywhere.
static bool readsAlongPanels(linalg::LinalgOp op, OpOperand &operand,
                             linalg::UnPackOp unpack) {
  ArrayRef<int64_t> tiled = unpack.getInnerDimsPos();
  AffineMap map = op.getMatchingIndexingMap(&operand);
  if (operand.getOperandNumber() != 1 || tiled.size() != 1)
    return false;
  auto dim = dyn_cast<AffineDimExpr>(map.getResult(tiled.front()));
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  if (!dim || !maps[2].isFunctionOfDim(dim.getPosition()))
    return false;
  auto isLast = [&](AffineMap map) { return map.getResults().back() == dim; };
  return !maps[0].isFunctionOfDim(dim.getPosition()) ||
         (isLast(maps[0]) && isLast(maps[2]));
}

static Value createTurned(Operation *op, linalg::UnPackOp unpack) {
  OpBuilder builder(op);
  Location loc = op->getLoc();
  auto type = cast<RankedTensorType>(unpack.getResult().getType());
  Value empty = tensor::EmptyOp::create(builder, loc, type.getShape(),
                                        builder.getF32Type());
  SmallVector<AffineMap> maps(2,
                              builder.getMultiDimIdentityMap(type.getRank()));
  SmallVector<utils::IteratorType> loops(type.getRank(),
                                         utils::IteratorType::parallel);
  auto turned = linalg::GenericOp::create(
      builder, loc, empty.getType(), unpack.getResult(), empty, maps, loops,
      [](OpBuilder &b, Location at, ValueRange values) {
        linalg::YieldOp::create(b, at, values.front());
      });
  if (Attribute layer = op->getAttr(nn::kLayerAttrName)) {
    turned->setAttr(nn::kLayerAttrName, layer);
    turned->setAttr(nn::kLayerPartAttrName, builder.getStringAttr("turned"));
  }
  return turned.getResult(0);
}

/// The dimension of what `op` computes whose elements lie side by side: the
/// last one, unless that is stored in panels of another.
static unsigned innermostDim(linalg::GenericOp op) {
  Value value = op.getResult(0);
  while (value.hasOneUse()) {
    Operation *user = *value.user_begin();
    if (auto pack = dyn_cast<linalg::PackOp>(user);
        pack && pack.getInnerDimsPos().size() == 1)
      return pack.getInnerDimsPos().front();
    auto next = dyn_cast<linalg::GenericOp>(user);
    if (!next || next.getNumReductionLoops() > 0 ||
        next->getResultTypes() != TypeRange(value.getType()))
      break;
    value = next.getResult(0);
  }
  return cast<RankedTensorType>(value.getType()).getRank() - 1;
}

/// The loops that `first` and the result are read by, but not `second`.
static SmallVector<unsigned> loopsOf(AffineMap first, AffineMap second,
                                     AffineMap result) {
  SmallVector<unsigned> loops;
  for (unsigned loop = 0; loop < first.getNumDims(); ++loop)
    if (first.isFunctionOfDim(loop) && result.isFunctionOfDim(loop) &&
        !second.isFunctionOfDim(loop))
      loops.push_back(loop);
  return loops;
}

/// Has `op` store its loop `column` last, and puts that where it was by a copy.
/// A kernel's first loops are those of its result, in order.
static linalg::GenericOp storeLast(linalg::GenericOp op, unsigned column) {
  auto fill = op.getDpsInits().front().getDefiningOp<linalg::FillOp>();
  if (!fill)
    return op;
  OpBuilder builder(op);
  Location loc = op.getLoc();
  auto type = cast<RankedTensorType>(op.getResult(0).getType());
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  unsigned rank = type.getRank(), numLoops = op.getNumLoops();
  SmallVector<int64_t> shape, back(rank);
  SmallVector<AffineExpr> moved(numLoops);
  auto place = [&](unsigned dim) {
    unsigned loop = cast<AffineDimExpr>(maps[2].getResult(dim)).getPosition();
    moved[loop] = builder.getAffineDimExpr(shape.size());
    back[dim] = shape.size();
    shape.push_back(type.getDimSize(dim));
  };
  std::optional<unsigned> last =
      maps[2].getResultPosition(builder.getAffineDimExpr(column));
  for (unsigned dim = 0; dim < rank; ++dim)
    if (dim != last)
      place(dim);
  place(*last);
  for (unsigned loop = 0, next = rank; loop < numLoops; ++loop)
    if (!moved[loop])
      moved[loop] = builder.getAffineDimExpr(next++);
  for (AffineMap &map : maps)
    map = map.replaceDimsAndSymbols(moved, {}, numLoops, 0);
  maps[2] = builder.getMultiDimIdentityMap(numLoops).getMajorSubMap(rank);
  Value empty =
      tensor::EmptyOp::create(builder, loc, shape, type.getElementType());
  Value zeros =
      linalg::FillOp::create(builder, loc, fill.value(), empty).getResult(0);
  Value there = tensor::EmptyOp::create(builder, loc, type.getShape(),
                                        type.getElementType());
  auto stored =
      linalg::GenericOp::create(builder, loc, zeros.getType(), op.getInputs(),
                                zeros, maps, op.getIteratorTypesArray());
  stored.getRegion().takeBody(op.getRegion());
  stored->setDiscardableAttrs(op->getDiscardableAttrDictionary());
  auto result = linalg::TransposeOp::create(builder, loc, stored.getResult(0),
                                            there, back);
  op.getResult(0).replaceAllUsesWith(result->getResult(0));
  op.erase();
  return stored;
}

/// Has columns be of the second operand, as kernels take them, and the last of
/// what they store. Products are the same either way. Where a convolution's
/// weight has one channel, and is no matrix, its gradient has several columns:
/// that is a window's sum, with loops of one turn out of the way.
static linalg::GenericOp orderOperands(linalg::GenericOp op) {
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  auto type = cast<RankedTensorType>(op.getResult(0).getType());
  if (type.getRank() == 0 || getElementTypeOrSelf(op.getInputs()[0]) !=
                                 getElementTypeOrSelf(op.getInputs()[1]))
    return op;
  auto last = dyn_cast<AffineDimExpr>(maps.back().getResult(innermostDim(op)));
  if (!last || !maps[0].isFunctionOfDim(last.getPosition()) ||
      maps[1].isFunctionOfDim(last.getPosition()))
    return op;
  SmallVector<unsigned> columns = loopsOf(maps[1], maps[0], maps[2]);
  // Kernels take padding of the first operand only.
  bool isPadded = op.getInputs()[0].getDefiningOp<tensor::PadOp>() != nullptr;
  if (!isPadded && loopsOf(maps[0], maps[1], maps[2]).size() == 1) {
    SmallVector<Value> inputs = {op.getInputs()[1], op.getInputs()[0]};
    op.getInputsMutable().assign(inputs);
    std::swap(maps[0], maps[1]);
  } else if (columns.size() == 1 && type.hasStaticShape() &&
             maps[2].isProjectedPermutation() &&
             op.getStaticLoopRanges()[columns.front()] > 1) {
    // What is added to others before it is stored in panels.
    return storeLast(op, columns.front());
  } else {
    for (unsigned loop : columns)
      if (op.getStaticLoopRanges()[loop] == 1)
        maps[1] = maps[1].replace(getAffineDimExpr(loop, op.getContext()),
                                  getAffineConstantExpr(0, op.getContext()),
                                  maps[1].getNumDims(), 0);
  }
  op.setIndexingMapsAttr(Builder(op.getContext()).getAffineMapArrayAttr(maps));
  return op;
}

/// Whether the kernel of `op` turns what it reads across panels by itself.
/// Tiles of fewer rows take several panels; threads would need a buffer each.
static bool isTurnedInside(linalg::LinalgOp op) {
  if (!findAcrossPanels(op) || op.hasDynamicShape() ||
      op->getParentOfType<ModuleOp>()->hasAttr(nn::kThreadsAttrName))
    return false;
  AffineMap weight = op.getMatchingIndexingMap(op.getDpsInputOperand(1));
  int64_t rows = 1;
  for (auto [loop, size] : llvm::enumerate(op.getStaticLoopRanges()))
    rows *= weight.isFunctionOfDim(loop) ? 1 : size;
  return rows >= 8;
}

void turnWeights(func::FuncOp function) {
  llvm::DenseMap<Operation *, Value> known;
  auto turn = [&](Operation *op, OpOperand &operand, linalg::UnPackOp unpack) {
    Value &turned = known[unpack];
    if (!turned)
      turned = createTurned(op, unpack);
    operand.set(turned);
  };
  for (Operation &each : llvm::make_early_inc_range(function.front())) {
    if (auto recurrence = dyn_cast<nn::RecurrenceOp>(each)) {
      auto unpack = recurrence.getWeight().getDefiningOp<linalg::UnPackOp>();
      if (recurrence.getTransposed() && unpack)
        turn(recurrence, recurrence.getWeightMutable(), unpack);
      continue;
    }
    auto op = dyn_cast<linalg::LinalgOp>(each);
    if (!op || op.getNumDpsInputs() != 2 || !isSumOfProducts(op))
      continue;
    if (auto generic = dyn_cast<linalg::GenericOp>(each))
      op = orderOperands(generic);
    if (isTurnedInside(op))
      continue;
    for (OpOperand *operand : op.getDpsInputOperands())
      if (auto unpack = operand->get().getDefiningOp<linalg::UnPackOp>();
          unpack && !readsAlongPanels(op, *operand, unpack))
        turn(op, *operand, unpack);
  }
}

} // namespace nascent::kernels
