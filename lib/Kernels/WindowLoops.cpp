//===- WindowLoops.cpp - Loops that are one, and steps that are apart -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WindowOperands.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace nascent::kernels {

/// Whether there is something that tells the counters of two loops apart.
static bool isSplit(const WindowOperands &operands, unsigned outer,
                    unsigned inner) {
  int64_t size = operands.sizes[inner];
  auto isEven = [&](const WindowAccess &read) {
    int64_t length;
    return !llvm::MulOverflow(read.buffer.strides[inner], size, length) &&
           read.buffer.strides[outer] == length;
  };
  auto isFree = [&](AffineExpr expr) {
    return !expr.isFunctionOfDim(outer) && !expr.isFunctionOfDim(inner);
  };
  auto isClamped = [&](const WindowClamp &clamp) {
    return clamp.index.coefficients[outer] != 0 ||
           clamp.index.coefficients[inner] != 0;
  };
  if (!isEven(operands.output) || llvm::any_of(operands.clamps, isClamped))
    return true;
  return !llvm::all_of(operands.values, [&](const WindowValue &value) {
    if (value.access)
      return isEven(*value.access) &&
             llvm::all_of(value.access->indices, [&](const WindowIndex &index) {
               return isFree(index.value);
             });
    linalg::LinalgOp op = value.op;
    if (!op || op.getBlock()->getOps<linalg::IndexOp>().empty())
      return true;
    return llvm::all_of(value.counters, isFree);
  });
}

SmallVector<LoopDim> mergeLoops(const WindowOperands &operands, unsigned first,
                                unsigned end) {
  SmallVector<LoopDim> loops;
  auto isClamped = [&](unsigned dim) {
    return llvm::any_of(operands.clamps, [&](const WindowClamp &clamp) {
      return clamp.depth == dim;
    });
  };
  for (unsigned dim = first; dim < end; ++dim) {
    int64_t size = operands.sizes[dim];
    // There is one counter, 0; but it may lie in padding.
    if (size == 1 && !isClamped(dim))
      continue;
    if (loops.empty() || isSplit(operands, *loops.back().dim, dim))
      loops.push_back({size, dim});
    else
      loops.back() = {loops.back().size * size, dim};
  }
  return loops;
}

bool areStepsApart(const WindowOperands &operands, const LoopDim &loop) {
  return llvm::none_of(operands.values, [&](const WindowValue &value) {
    if (!value.access)
      return false;
    ArrayRef<int64_t> strides = value.access->buffer.strides;
    int64_t step = strides[*loop.dim], length = step * loop.size;
    return !value.access->indices.empty() ||
           llvm::any_of(operands.depths, [&](const LoopDim &depth) {
             int64_t stride = strides[*depth.dim];
             return stride < length && stride * depth.size > step;
           });
  });
}

} // namespace nascent::kernels
