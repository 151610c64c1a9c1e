//===- StridedBuffer.cpp - Buffers as loops see them ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StridedBuffer.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace nascent::kernels {

Value baseOf(Value buffer) {
  while (auto part = buffer.getDefiningOp<memref::SubViewOp>())
    buffer = part.getSource();
  return buffer;
}

int64_t countSteps(ArrayRef<LoopDim> loops) {
  int64_t count = 1;
  for (const LoopDim &loop : loops)
    count *= loop.size;
  return count;
}

Value StridedBuffer::view(ImplicitLocOpBuilder &b, ArrayRef<LoopDim> loops,
                          int64_t columns) const {
  SmallVector<int64_t> sizes, steps;
  for (const LoopDim &loop : loops) {
    sizes.push_back(loop.size);
    steps.push_back(strideOf(loop));
  }
  if (columns > 0) {
    sizes.push_back(columns);
    steps.push_back(1);
  }
  auto type = cast<MemRefType>(buffer.getType());
  auto [ownSteps, ownOffset] = type.getStridesAndOffset();
  if (type.getShape() == ArrayRef(sizes) && ownSteps == steps &&
      ownOffset == offset)
    return buffer;
  auto layout = StridedLayoutAttr::get(b.getContext(), offset, steps);
  auto seen = MemRefType::get(sizes, type.getElementType(), layout);
  return memref::ReinterpretCastOp::create(b, seen, buffer, offset, sizes,
                                           steps);
}

FailureOr<Distances> distancesOf(Value buffer, Operation *op) {
  auto type = cast<MemRefType>(buffer.getType());
  Distances result;
  if (failed(type.getStridesAndOffset(result.strides, result.offset)) ||
      result.offset < 0 ||
      llvm::any_of(result.strides, [](int64_t stride) { return stride < 0; }))
    return op->emitOpError()
           << "is on a buffer of type " << type
           << ", whose elements do not lie at known distances, forwards";
  return result;
}

FailureOr<StridedBuffer> stride(Operation *op, unsigned loops, Value buffer,
                                const Distances &distances,
                                ArrayRef<LinearIndex> indices) {
  StridedBuffer result{baseOf(buffer), SmallVector<int64_t>(loops),
                       distances.offset};
  bool isCounted = true;
  auto addTo = [&](int64_t &sum, int64_t count, int64_t step) {
    int64_t term;
    isCounted &= !llvm::MulOverflow(count, step, term) &&
                 !llvm::AddOverflow(sum, term, sum);
  };
  for (auto [index, step] : llvm::zip_equal(indices, distances.strides)) {
    addTo(result.offset, index.constant, step);
    for (auto [dim, count] : llvm::enumerate(index.coefficients))
      addTo(result.strides[dim], count, step);
  }
  if (!isCounted)
    return op->emitOpError()
           << "reads " << buffer.getType()
           << " at distances that are more than 64 bits can count";
  return result;
}

} // namespace nascent::kernels
