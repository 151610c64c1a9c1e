//===- OpenRows.cpp - Rows of open sizes, summed up in lanes --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Strict numerics reduce rows in 16 lanes, whatever is known of their sizes.
//
//===----------------------------------------------------------------------===//

#include "OpenKernel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "nascent/Kernels/LinalgBody.h"

using namespace mlir;

namespace nascent::kernels {

static Operation *combineOf(linalg::LinalgOp op) {
  return op.getBlock()->getTerminator()->getOperand(0).getDefiningOp();
}

bool OpenKernelEmitter::isOnRows() {
  auto fill = reduction.getDpsInits()[0].getDefiningOp<linalg::FillOp>();
  Operation *combine = combineOf(reduction);
  SmallVector<AffineMap> maps = reduction.getIndexingMapsArray();
  Attribute start;
  return isa<linalg::GenericOp>(reduction) && maps.size() >= 2 &&
         reduction.getNumLoops() == 2 && depths.size() == 1 &&
         depths.front() == 1 && maps.front().isIdentity() &&
         llvm::all_of(
             maps,
             [](AffineMap map) { return map.isProjectedPermutation(); }) &&
         clamps.empty() && !isProducts && !isLookup(reduction) && combine &&
         combine->getNumOperands() == 2 && fill &&
         matchPattern(fill.value(), m_Constant(&start)) &&
         isNeutral(combine, start);
}

void OpenKernelEmitter::reduceRow() {
  unsigned dim = depths.front();
  OpenCell &cell = cells.front();
  // Lanes are along the row, and not along what is stored.
  OpenBody::Indices place = cell.indices;
  place.back().step = 0;
  Value size = valueOf(rangeOf(dim));
  auto step = [&](const OpenIndex &at, int64_t lanes, Value sums) {
    depthCounters[dim] = at;
    OpenCell read{place, lanes, lanes, Value()};
    OpenBody::Indices loops = loopsAt(read);
    SmallVector<Value> inputs = values->evaluateInputs(reduction, loops, read);
    for (Value &input : inputs)
      input = body.widen(input, kStrictLanes);
    inputs.push_back(sums);
    depthCounters[dim] = {};
    return body.widen(values->apply(reduction, inputs, loops, kStrictLanes),
                      kStrictLanes);
  };
  SmallVector<int64_t> steps(reduction.getNumLoops(), 0);
  steps.back() = 1;
  bool hasVectors =
      llvm::all_of(reduction.getDpsInputOperands(), [&](OpOperand *input) {
        AffineMap map = reduction.getMatchingIndexingMap(input);
        return values->hasVectors(input->get(), map.compose(steps),
                                  kStrictLanes);
      });
  auto fill = reduction.getDpsInits()[0].getDefiningOp<linalg::FillOp>();
  Sums sums = {splat(fill.value(), kStrictLanes)};
  Value start = index(0), whole = start;
  if (hasVectors) {
    whole = arith::AndIOp::create(b, size, index(-kStrictLanes));
    sums = carry(start, whole, kStrictLanes, sums,
                 [&](Value counter, ValueRange current) -> Sums {
                   return {step({counter, 0, 1}, kStrictLanes, current[0])};
                 });
  }
  // What is left goes to one lane each.
  auto words = VectorType::get({kStrictLanes}, b.getI32Type());
  auto numbers = llvm::to_vector(llvm::seq<int32_t>(0, kStrictLanes));
  Value lanes = arith::ConstantOp::create(
      b, DenseElementsAttr::get(words, ArrayRef<int32_t>(numbers)));
  sums = carry(
      whole, size, 1, sums, [&](Value counter, ValueRange current) -> Sums {
        Value next = step({counter, 0, 0}, 1, current[0]);
        Value lane = arith::AndIOp::create(b, counter, index(kStrictLanes - 1));
        lane = arith::IndexCastOp::create(b, b.getI32Type(), lane);
        Value isIts = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, lanes,
                                            body.widen(lane, kStrictLanes));
        return {arith::SelectOp::create(b, isIts, next, current[0])};
      });
  cell.sum = body.widen(joinLanes(combineOf(reduction), sums.front()), 1);
}

} // namespace nascent::kernels
