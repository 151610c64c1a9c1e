//===- ContractionDims.cpp - What the dimensions of an op are -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream's `inferContractionDims` knows operands that are indexed by single
// dimensions only: it finds a contraction in every convolution, too, and loses
// the window.
//
//===----------------------------------------------------------------------===//

#include "nascent/Kernels/ContractionDims.h"
#include "PanelLayout.h"
#include "nascent/Kernels/LinalgBody.h"

using namespace mlir;

namespace nascent::kernels {

static FailureOr<SmallVector<LinearIndex>> linearize(linalg::LinalgOp op,
                                                     OpOperand &operand) {
  AffineMap map = op.getMatchingIndexingMap(&operand);
  SmallVector<LinearIndex> indices;
  for (AffineExpr expr : map.getResults()) {
    std::optional<LinearIndex> index = linearize(expr, map.getNumDims());
    if (!index)
      return op->emitOpError()
             << "has operand " << operand.getOperandNumber() << " by "
             << AffineMapAttr::get(map)
             << ", but indices must be sums of dimensions times numbers that "
                "are not negative";
    indices.push_back(std::move(*index));
  }
  return indices;
}

/// Sums of products, of operands that are widened at most.
static LogicalResult verifyBody(linalg::LinalgOp op) {
  if (isSumOfProducts(op))
    return success();
  return op->emitOpError(
      "is no contraction: it must add the product of its two "
      "operands to what it accumulates onto, by arith.mulf "
      "and arith.addf");
}

/// Notes what dimension `dim` is.
static LogicalResult classify(linalg::LinalgOp op, unsigned dim,
                              ContractionDims &dims,
                              SmallVector<unsigned> &columns) {
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  bool inFirst = maps[0].isFunctionOfDim(dim);
  bool inSecond = maps[1].isFunctionOfDim(dim);
  bool inResult = maps[2].isFunctionOfDim(dim);
  if (inResult && (inFirst || inSecond)) {
    SmallVector<unsigned> &rowsOrColumns = inFirst ? dims.rows : columns;
    (inFirst && inSecond ? dims.groups : rowsOrColumns).push_back(dim);
    return success();
  }
  if (!inResult && inFirst && inSecond) {
    dims.depths.push_back(dim);
    return success();
  }
  StringRef where = inResult  ? "is in the result, but in neither operand"
                    : inFirst ? "is summed over, but in the first operand only"
                    : inSecond
                        ? "is summed over, but in the second operand only"
                        : "is in no operand";
  return op->emitOpError() << "is no contraction: dimension d" << dim << " "
                           << where;
}

FailureOr<ContractionDims> classifyContraction(linalg::LinalgOp op) {
  if (op.getNumDpsInputs() != 2 || op.getNumDpsInits() != 1 ||
      !op.hasPureTensorSemantics() || op.hasDynamicShape())
    return op->emitOpError("is no contraction: it must multiply two tensors of "
                           "known sizes, and have one result");
  if (failed(verifyBody(op)))
    return failure();
  ContractionDims dims;
  dims.sizes = op.getStaticLoopRanges();
  for (auto [i, operand] : llvm::enumerate(op->getOpOperands())) {
    auto indices = linearize(op, operand);
    if (failed(indices))
      return failure();
    dims.indices[i] = std::move(*indices);
  }
  SmallVector<unsigned> columns;
  for (unsigned dim = 0; dim < op.getNumLoops(); ++dim)
    if (failed(classify(op, dim, dims, columns)))
      return failure();
  if (columns.size() != 1)
    return op->emitOpError()
           << "is no contraction that kernels support: it has "
           << columns.size()
           << " dimensions that are in the second operand and "
              "the result only, but must have one";
  dims.column = columns.front();
  AffineMap stored = op.getIndexingMapsArray().back();
  // In panels, columns are side by side wherever they are in the tensor.
  bool isLast = dims.indices[2].back().asDim() == dims.column;
  if (!stored.isProjectedPermutation() || dims.depths.empty() ||
      (!isLast && !findPack(op)))
    return op->emitOpError()
           << "is no contraction that kernels support: it must sum up, and its "
              "result be indexed by single dimensions, d"
           << dims.column << " last, but is by " << AffineMapAttr::get(stored);
  return dims;
}

} // namespace nascent::kernels
