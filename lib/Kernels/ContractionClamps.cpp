//===- ContractionClamps.cpp - Indices that may lie in padding ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ContractionClamps.h"
#include "mlir/IR/Matchers.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"

using namespace mlir;

namespace nascent::kernels {

std::optional<unsigned> findLine(linalg::LinalgOp op) {
  if (op.getNumReductionLoops() == 0 || op.getNumDpsInputs() != 2)
    return std::nullopt;
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  std::optional<unsigned> row;
  bool hasColumns = false;
  for (unsigned dim = 0; dim < op.getNumLoops(); ++dim) {
    bool isRead = maps[0].isFunctionOfDim(dim);
    bool isOfWeight = maps[1].isFunctionOfDim(dim);
    if (!maps[2].isFunctionOfDim(dim))
      continue;
    hasColumns |= !isRead && isOfWeight;
    if (isRead && !isOfWeight)
      row = dim;
  }
  if (!row || !hasColumns)
    return std::nullopt;
  for (auto [place, index] : llvm::enumerate(maps[0].getResults()))
    if (index.isFunctionOfDim(*row))
      return place;
  return std::nullopt;
}

bool canSkip(linalg::LinalgOp op, unsigned dim) {
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  ArrayRef<AffineExpr> results = maps[0].getResults();
  auto index = linearize(results[dim], op.getNumLoops());
  if (!index || index->constant != 0)
    return false;
  SmallVector<unsigned> rows, depths, reduced;
  for (unsigned loop = 0; loop < op.getNumLoops(); ++loop) {
    if (index->coefficients[loop] == 0)
      continue;
    bool isRow = maps[2].isFunctionOfDim(loop);
    auto isRead = [&](AffineExpr each) { return each.isFunctionOfDim(loop); };
    if (isRow == maps[1].isFunctionOfDim(loop) ||
        llvm::count_if(results, isRead) != 1)
      return false;
    (isRow ? rows : depths).push_back(loop);
  }
  if (rows.size() != 1 || depths.size() != 1)
    return false;
  if (findLine(op) != dim)
    return true;
  op.getReductionDims(reduced);
  unsigned last = reduced.back();
  return last != depths.front() &&
         results.back() == getAffineDimExpr(last, op.getContext()) &&
         op.getStaticLoopRanges()[last] > 1;
}

static LogicalResult matchPadded(linalg::LinalgOp op, unsigned place,
                                 int64_t low, int64_t size, int64_t step,
                                 ContractionOperands &operands) {
  const LinearIndex &index = operands.dims.indices[0][place];
  auto countIn = [&](ArrayRef<unsigned> dims, unsigned &found) {
    return llvm::count_if(dims, [&](unsigned dim) {
      bool isIn = index.coefficients[dim] != 0;
      if (isIn)
        found = dim;
      return isIn;
    });
  };
  Clamp clamp{place, 0, 0, 0, 0, low, size};
  unsigned group;
  StridedBuffer &input = operands.input;
  if (index.constant != 0 || countIn(operands.dims.groups, group) != 0 ||
      countIn(operands.dims.rows, clamp.row) != 1 ||
      countIn(operands.dims.depths, clamp.depth) != 1 ||
      operands.isClamped(clamp.depth) ||
      input.strides[clamp.depth] != index.coefficients[clamp.depth] * step)
    return op->emitOpError()
           << "has its first operand padded in dimension " << place
           << ", which must be indexed by a row and a depth, with any factors, "
              "that are in no other index; pad the others in the buffer";
  clamp.step = index.coefficients[clamp.row];
  clamp.dilation = index.coefficients[clamp.depth];
  input.strides[clamp.depth] = step;
  input.strides[clamp.row] -= clamp.step * step;
  operands.clamps.push_back(clamp);
  return success();
}

LogicalResult matchPadding(linalg::LinalgOp op, tensor::PadOp pad,
                           const Distances &distances,
                           ContractionOperands &operands) {
  auto isUnknown = [](int64_t size) { return size < 0; };
  Value value = pad.getConstantPaddingValue();
  if (!value || !matchPattern(value, m_AnyZeroFloat()) ||
      llvm::any_of(pad.getStaticLow(), isUnknown) ||
      llvm::any_of(pad.getStaticHigh(), isUnknown))
    return op->emitOpError(
        "needs its first operand to be padded with zeros, as "
        "many as are known, if at all");
  ArrayRef<int64_t> shape = pad.getSourceType().getShape();
  const ContractionDims &dims = operands.dims;
  for (unsigned place = 0; place < shape.size(); ++place) {
    int64_t low = pad.getStaticLow()[place], high = pad.getStaticHigh()[place];
    int64_t step = distances.strides[place];
    if (low == 0 && high == 0)
      continue;
    const std::optional<Clamp> &line = operands.line;
    if (!line || line->place != place) {
      if (failed(matchPadded(op, place, low, shape[place], step, operands)))
        return failure();
      continue;
    }
    if (line->low != low || line->size != shape[place])
      return op->emitOpError() << "has a '" << nn::kLineHaloAttrName << "' of "
                               << op->getAttr(nn::kLineHaloAttrName)
                               << ", but its first operand is padded by " << low
                               << " and " << high << " in dimension " << place;
    operands.leftOut = low * step;
  }
  unsigned innermost = dims.depths.back();
  if (operands.leftOut && (operands.input.strides[innermost] != 1 ||
                           innermost == operands.line->depth))
    return op->emitOpError()
           << "has a '" << nn::kLineHaloAttrName
           << "' that is not in memory; tiles leave it out only where the "
              "innermost depth is of neighbours";
  return success();
}

void matchLineHalo(linalg::LinalgOp op, ContractionOperands &operands) {
  auto halo = op->getAttrOfType<DenseI64ArrayAttr>(nn::kLineHaloAttrName);
  const ContractionDims &dims = operands.dims;
  if (!halo || dims.rows.empty())
    return;
  auto type = cast<RankedTensorType>(op.getDpsInputs()[0].getType());
  unsigned row = dims.rows.back();
  for (auto [place, index] : llvm::enumerate(dims.indices[0])) {
    auto isIn = [&, &factors = index.coefficients](unsigned dim) {
      return factors[dim] != 0;
    };
    if (!isIn(row))
      continue;
    // Else it is no window that slides along a line.
    if (index.constant != 0 || llvm::any_of(dims.groups, isIn) ||
        llvm::count_if(dims.rows, isIn) != 1 ||
        llvm::count_if(dims.depths, isIn) != 1)
      return;
    unsigned depth = *llvm::find_if(dims.depths, isIn);
    operands.line = {unsigned(place),
                     row,
                     depth,
                     index.coefficients[row],
                     index.coefficients[depth],
                     halo[0],
                     type.getDimSize(place) - halo[0] - halo[1]};
  }
}

} // namespace nascent::kernels
