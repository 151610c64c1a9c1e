//===- HaloKernel.cpp - What surrounds the values of kernels --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HaloKernel.h"
#include "StridedBuffer.h"

using namespace mlir;

namespace nascent::kernels {

LogicalResult HaloKernel::emit(linalg::FillOp fill) {
  Value filled = fill.getOutputs().front();
  auto distances = distancesOf(filled, fill);
  if (failed(distances))
    return failure();
  ArrayRef<int64_t> shape = cast<MemRefType>(filled.getType()).getShape();
  ArrayRef<int64_t> strides = distances->strides;
  // Neighbours are one run; what is before them is gone through by loops.
  int64_t run = 1;
  size_t outer = shape.size();
  while (outer > 0 && (shape[outer - 1] == 1 || strides[outer - 1] == run))
    run *= shape[--outer];
  StridedBuffer buffer{baseOf(filled), SmallVector<int64_t>(strides),
                       distances->offset};
  SmallVector<LoopDim> loops;
  for (unsigned dim = 0; dim < outer; ++dim)
    if (shape[dim] != 1)
      loops.push_back({shape[dim], dim});
  Value view = buffer.view(b, loops, run);
  Value constant = splat(fill.value(), target.lanes);
  SmallVector<Value> counters;
  std::function<void(Turn)> emitLoops = [&](Turn turn) {
    if (counters.size() < loops.size()) {
      forEachOwn(turn, 0, loops[counters.size()].size, 1, [&](Value counter) {
        counters.push_back(counter);
        emitLoops(Turn());
        counters.pop_back();
      });
      return;
    }
    SmallVector<Value> indices(counters);
    int64_t whole = run / target.lanes * target.lanes;
    auto store = [&](Value column, int64_t active) {
      indices.push_back(column);
      body.store(constant, view, indices,
                 {counters, column, target.lanes, active});
      indices.pop_back();
    };
    Turn rest = forEachOwn(turn, 0, whole, target.lanes,
                           [&](Value column) { store(column, target.lanes); });
    if (whole < run)
      forEachOwn(rest, whole, run, target.lanes,
                 [&](Value column) { store(column, run - whole); });
  };
  emitLoops(part);
  return success();
}

} // namespace nascent::kernels
