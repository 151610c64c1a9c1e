//===- PanelLayout.cpp - Tensors that are stored in panels ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PanelLayout.h"

using namespace mlir;

namespace nascent::kernels {

/// `packed` is the tensor with panels.
template <typename RelayoutOp>
static std::optional<PanelLayout>
layoutOf(RelayoutOp op, RankedTensorType packed, ArrayRef<int64_t> strides) {
  ArrayRef<int64_t> tiled = op.getInnerDimsPos();
  ArrayRef<int64_t> order = op.getOuterDimsPerm();
  ArrayRef<int64_t> shape = packed.getShape();
  if (tiled.size() != 1 || strides.back() != 1)
    return std::nullopt;
  PanelLayout layout;
  layout.dim = tiled.front();
  layout.width = shape.back();
  layout.strides.resize(shape.size() - 1);
  for (unsigned place = 0; place + 1 < shape.size(); ++place) {
    unsigned dim = order.empty() ? place : order[place];
    layout.strides[dim] = strides[place];
    if (dim == layout.dim)
      layout.panels = shape[place];
  }
  return layout;
}

std::optional<PanelLayout> layoutOf(linalg::PackOp op,
                                    ArrayRef<int64_t> strides) {
  return layoutOf(op, op.getDestType(), strides);
}

std::optional<PanelLayout> layoutOf(linalg::UnPackOp op,
                                    ArrayRef<int64_t> strides) {
  return layoutOf(op, op.getSourceType(), strides);
}

LogicalResult verifyUnpack(linalg::UnPackOp op) {
  constexpr int64_t widest = 1024;
  for (int64_t width : op.getStaticInnerTiles())
    if (width > widest)
      return op.emitOpError()
             << "takes panels of " << width
             << " columns apart, which are at most " << widest << " wide";
  return success();
}

linalg::PackOp findPack(bufferization::MaterializeInDestinationOp store) {
  return store.getSource().getDefiningOp<linalg::PackOp>();
}

linalg::PackOp findPack(linalg::LinalgOp op) {
  auto packs = op->getBlock()->getOps<linalg::PackOp>();
  return packs.empty() ? linalg::PackOp() : *packs.begin();
}

linalg::UnPackOp findAcrossPanels(linalg::LinalgOp op) {
  Value weight = op.getDpsInputs()[1];
  auto unpack = weight.getDefiningOp<linalg::UnPackOp>();
  if (!unpack || unpack.getInnerDimsPos().size() != 1 ||
      unpack.getDestRank() != 2)
    return {};
  AffineMap map = op.getMatchingIndexingMap(op.getDpsInputOperand(1));
  if (!map.isProjectedPermutation() || op.getNumReductionLoops() != 1)
    return {};
  unsigned loop = map.getDimPosition(unpack.getInnerDimsPos().front());
  bool isDepth =
      op.getIteratorTypesArray()[loop] == utils::IteratorType::reduction;
  return isDepth ? unpack : linalg::UnPackOp();
}

MemRefType turnedType(linalg::UnPackOp unpack, int64_t width) {
  ArrayRef<int64_t> panels = unpack.getSourceType().getShape();
  ArrayRef<int64_t> order = unpack.getOuterDimsPerm();
  int64_t dim = unpack.getInnerDimsPos().front();
  int64_t place = order.empty() ? dim : order.front() != dim;
  return MemRefType::get({panels[place] * panels.back(), width},
                         unpack.getSourceType().getElementType());
}

bool areInverse(linalg::UnPackOp unpack, linalg::PackOp pack) {
  return unpack.getSource().getType() == pack.getResult().getType() &&
         unpack.getResult().getType() == pack.getSource().getType() &&
         unpack.getInnerDimsPos() == pack.getInnerDimsPos() &&
         unpack.getOuterDimsPerm() == pack.getOuterDimsPerm();
}

Value storedFormOf(Value tensor) {
  auto unpack = tensor.getDefiningOp<linalg::UnPackOp>();
  return unpack ? unpack.getSource() : tensor;
}

} // namespace nascent::kernels
