//===- TurnedWeights.cpp - Weights that are read across panels ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A weight's columns lie side by side in panels, for the products of the
// forward pass. Those of the backward pass have the other dimension as columns.
// Turning the weight once costs little beside them: each element of the copy is
// used for every row of the batch.
//
//===----------------------------------------------------------------------===//

#include "TurnedWeights.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Kernels/LinalgBody.h"

using namespace mlir;

namespace nascent::kernels {

/// Whether kernels read the panels of `operand` as they are: its dimension with
/// panels is that of columns, which are in the second operand and the result.
static bool readsAlongPanels(linalg::LinalgOp op, OpOperand &operand,
                             linalg::UnPackOp unpack) {
  ArrayRef<int64_t> tiled = unpack.getInnerDimsPos();
  AffineMap map = op.getMatchingIndexingMap(&operand);
  if (operand.getOperandNumber() != 1 || tiled.size() != 1)
    return false;
  auto dim = dyn_cast<AffineDimExpr>(map.getResult(tiled.front()));
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  return dim && !maps[0].isFunctionOfDim(dim.getPosition()) &&
         maps[2].isFunctionOfDim(dim.getPosition());
}

static Value createTurned(linalg::LinalgOp op, linalg::UnPackOp unpack) {
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

void turnWeights(func::FuncOp function) {
  llvm::DenseMap<Operation *, Value> known;
  for (auto op : llvm::make_early_inc_range(
           function.front().getOps<linalg::LinalgOp>())) {
    if (op.getNumDpsInputs() != 2 || !isSumOfProducts(op))
      continue;
    for (OpOperand *operand : op.getDpsInputOperands()) {
      auto unpack = operand->get().getDefiningOp<linalg::UnPackOp>();
      if (!unpack || readsAlongPanels(op, *operand, unpack))
        continue;
      Value &turned = known[unpack];
      if (!turned)
        turned = createTurned(op, unpack);
      operand->set(turned);
    }
  }
}

} // namespace nascent::kernels
