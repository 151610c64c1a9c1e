//===- OpenPlan.cpp - Tiles of a kernel with open sizes -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OpenKernel.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"
#include "nascent/Kernels/LinalgBody.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace nascent::kernels {

//===----------------------------------------------------------------------===//
// Sizes
//===----------------------------------------------------------------------===//

Value OpenKernelEmitter::valueOf(OpFoldResult size) {
  if (auto value = dyn_cast<Value>(size))
    return value;
  return index(*getConstantIntValue(size));
}

OpFoldResult OpenKernelEmitter::sizeOf(Value tensor, int64_t dim) {
  auto type = cast<RankedTensorType>(tensor.getType());
  if (!type.isDynamicDim(dim))
    return b.getIndexAttr(type.getDimSize(dim));
  Operation *op = tensor.getDefiningOp();
  if (auto leaf = dyn_cast<bufferization::ToTensorOp>(op))
    return leaf.getBuffer()
        .getDefiningOp<memref::ReinterpretCastOp>()
        .getMixedSizes()[dim];
  if (auto empty = dyn_cast<tensor::EmptyOp>(op))
    return empty.getMixedSizes()[dim];
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op))
    return slice.getMixedSizes()[dim];
  if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op))
    return expand.getMixedOutputShape()[dim];
  if (auto pad = dyn_cast<tensor::PadOp>(op)) {
    Value size = valueOf(sizeOf(pad.getSource(), dim));
    Value more = index(pad.getStaticLow()[dim] + pad.getStaticHigh()[dim]);
    return add(size, more);
  }
  return sizeOf(cast<linalg::LinalgOp>(op).getDpsInits()[0], dim);
}

OpFoldResult OpenKernelEmitter::rangeOf(unsigned dim) {
  for (OpOperand &operand : reduction->getOpOperands()) {
    if (!isa<ShapedType>(operand.get().getType()))
      continue;
    AffineMap map = reduction.getMatchingIndexingMap(&operand);
    for (auto [place, expr] : llvm::enumerate(map.getResults()))
      if (expr == b.getAffineDimExpr(dim))
        return sizeOf(operand.get(), place);
  }
  return b.getIndexAttr(reduction.getStaticLoopRanges()[dim]);
}

//===----------------------------------------------------------------------===//
// What is computed
//===----------------------------------------------------------------------===//

int64_t OpenKernelEmitter::factorOf(AffineExpr index, unsigned dim) {
  SmallVector<OpenIndex> loops(reduction.getNumLoops());
  int64_t before = values->evaluateIndex(index, loops).offset;
  loops[dim].offset = 1;
  return values->evaluateIndex(index, loops).offset - before;
}

/// Whether `expr` is a sum of dimensions times what is positive.
static bool isPositiveSum(AffineExpr expr) {
  if (isa<AffineDimExpr>(expr))
    return true;
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary)
    return false;
  if (expr.getKind() == AffineExprKind::Add)
    return isPositiveSum(binary.getLHS()) && isPositiveSum(binary.getRHS());
  auto by = dyn_cast<AffineConstantExpr>(binary.getRHS());
  return expr.getKind() == AffineExprKind::Mul && by && by.getValue() > 0 &&
         isa<AffineDimExpr>(binary.getLHS());
}

std::optional<unsigned> OpenKernelEmitter::depthOf(AffineExpr index) {
  std::optional<unsigned> depth, place;
  if (!isPositiveSum(index))
    return std::nullopt;
  for (unsigned dim = 0; dim < places.size(); ++dim) {
    if (!index.isFunctionOfDim(dim))
      continue;
    std::optional<unsigned> &found = places[dim] ? place : depth;
    if (found)
      return std::nullopt;
    found = dim;
  }
  return depth;
}

LogicalResult OpenKernelEmitter::addClamps(OpOperand &operand) {
  auto pad = operand.get().getDefiningOp<tensor::PadOp>();
  if (!pad)
    return success();
  Attribute padding;
  Value constant = pad.getConstantPaddingValue();
  if (!constant || !matchPattern(constant, m_Constant(&padding)) ||
      !canBePadded(reduction, padding))
    return pad.emitOpError("must pad with what changes nothing in the "
                           "reduction that reads it");
  AffineMap map = reduction.getMatchingIndexingMap(&operand);
  for (auto [place, expr] : llvm::enumerate(map.getResults())) {
    int64_t low = pad.getStaticLow()[place], high = pad.getStaticHigh()[place];
    if (low == 0 && high == 0)
      continue;
    std::optional<unsigned> depth = depthOf(expr);
    if (!depth)
      return pad.emitOpError(
          "must be read by a window in each dimension that "
          "it pads: by the sum of one loop that is reduced, "
          "and of at most one other, times what is positive");
    if (llvm::any_of(clamps,
                     [&](const Clamp &each) { return each.depth == *depth; }))
      return pad.emitOpError("pads two dimensions that are read by the same "
                             "loop");
    clamps.push_back(
        {*depth, expr, low, valueOf(sizeOf(pad.getSource(), place))});
  }
  return success();
}

LogicalResult OpenKernelEmitter::match(func::FuncOp kernel, bool strict) {
  for (auto op : kernel.front().getOps<linalg::LinalgOp>())
    if (op.getNumReductionLoops() > 0)
      reduction = op;
  values.emplace(b, body, reduction);
  sizes =
      destination.getDefiningOp<memref::ReinterpretCastOp>().getMixedSizes();
  if (sizes.empty())
    return kernel.emitOpError("stores a single number, but kernels with open "
                              "sizes store values of some dimensions");
  counters.resize(sizes.size());
  if (!reduction) {
    chooseLanes();
    return success();
  }
  isProducts = isSumOfProducts(reduction);
  places = loopsOfResult(reduction);
  for (auto [dim, place] : llvm::enumerate(places))
    if (!place)
      depths.push_back(dim);
  depthCounters.resize(places.size());
  for (OpOperand *operand : reduction.getDpsInputOperands())
    if (failed(addClamps(*operand)))
      return failure();
  isInLanes = strict && isOnRows();
  if (!isInLanes)
    chooseLanes();
  return success();
}

void OpenKernelEmitter::chooseLanes() {
  SmallVector<int64_t> steps(sizes.size(), 0);
  steps.back() = 1;
  std::optional<int64_t> known = getConstantIntValue(sizes.back());
  lanes = target.lanes;
  if (known)
    lanes = std::min<int64_t>(lanes, llvm::bit_ceil(uint64_t(*known)));
  while (lanes > 1 && !values->hasVectors(root, steps, lanes))
    lanes /= 2;
  chooseTiles();
}

void OpenKernelEmitter::chooseTiles() {
  if (!reduction)
    return;
  unsigned last = sizes.size() - 1;
  auto isRead = [&](OpOperand *operand, unsigned place) {
    AffineMap map = reduction.getMatchingIndexingMap(operand);
    for (auto [dim, at] : llvm::enumerate(places))
      if (at == place && map.isFunctionOfDim(dim))
        return true;
    return false;
  };
  SmallVector<OpOperand *> inputs = reduction.getDpsInputOperands();
  // Some only say how large a window is.
  llvm::erase_if(inputs, [&](OpOperand *input) {
    return reduction.getMatchingBlockArgument(input).use_empty();
  });
  hasColumnsOutside = llvm::any_of(
      inputs, [&](OpOperand *input) { return !isRead(input, last); });
  // Neighbours that share what is read: pixels of a line.
  for (unsigned place = 0; place < last; ++place)
    if (llvm::any_of(inputs,
                     [&](OpOperand *input) { return !isRead(input, place); }))
      rowDim = place;
  bool isMany = target.registers >= 32;
  std::optional<int64_t> known = getConstantIntValue(sizes.back());
  int64_t whole = known ? std::max<int64_t>(1, *known / lanes) : 1;
  tileVectors = std::min<int64_t>(whole, isMany ? 4 : 2);
  if (lanes == 1)
    tileVectors = 1;
  if (!rowDim)
    return;
  tileRows = tileVectors > 1 ? 6 : isMany ? 12 : 8;
}

} // namespace nascent::kernels
