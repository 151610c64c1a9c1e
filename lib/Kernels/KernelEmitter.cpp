//===- KernelEmitter.cpp - What kernels of all kinds share ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelEmitter.h"
#include "PanelLayout.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "nascent/Dialect/NN/IR/Roles.h"
#include "nascent/Support/KeepAsWritten.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace nascent::kernels {

/// What is stored, whether in panels or as it is.
static Value valueOf(bufferization::MaterializeInDestinationOp store) {
  linalg::PackOp pack = findPack(store);
  return pack ? pack.getSource() : store.getSource();
}

KernelEmitter::KernelEmitter(func::FuncOp kernel,
                             bufferization::MaterializeInDestinationOp store,
                             const VectorTarget &target)
    : b(kernel.getLoc(), kernel.getContext()), root(valueOf(store)),
      destination(store.getDest()), target(target),
      rank(cast<RankedTensorType>(root.getType()).getRank()), body(b, rank) {
  b.setInsertionPoint(store);
  if (std::optional<unsigned> own = nn::findArgument(kernel, nn::Role::Part))
    part = kernel.getArgument(*own);
  if (std::optional<unsigned> all = nn::findArgument(kernel, nn::Role::Parts))
    parts = kernel.getArgument(*all);
}

Value KernelEmitter::index(int64_t value) {
  return arith::ConstantIndexOp::create(b, value);
}

Value KernelEmitter::add(Value x, Value y) {
  return arith::AddIOp::create(b, x, y);
}

Value KernelEmitter::times(Value x, int64_t factor) {
  return arith::MulIOp::create(b, x, index(factor));
}

Value KernelEmitter::splat(Value scalar, int64_t lanes) {
  return vector::BroadcastOp::create(
      b, VectorType::get({lanes}, scalar.getType()), scalar);
}

void KernelEmitter::forEach(int64_t start, int64_t end, int64_t step,
                            function_ref<void(Value)> inside) {
  if (start >= end)
    return;
  if (end - start <= step)
    return inside(index(start));
  Value first = index(start);
  forEach(first, index(end), step, inside);
}

void KernelEmitter::forEach(Value start, Value end, int64_t step,
                            function_ref<void(Value)> inside) {
  emitLoop(start, end, index(step), inside);
}

void KernelEmitter::emitLoop(Value start, Value end, Value step,
                             function_ref<void(Value)> inside) {
  auto loop = scf::ForOp::create(b, start, end, step);
  keepAsWritten(loop, /*hoist=*/false);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  inside(loop.getInductionVar());
}

auto KernelEmitter::forEachOwn(Turn turn, int64_t start, int64_t end,
                               int64_t step, function_ref<void(Value)> inside)
    -> Turn {
  if (!turn) {
    forEach(start, end, step, inside);
    return turn;
  }
  if (start >= end)
    return turn;
  Value count = index(llvm::divideCeil(end - start, step));
  auto loop = scf::ForOp::create(b, turn, count, parts, turn);
  keepAsWritten(loop, /*hoist=*/false);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    Value unit = loop.getInductionVar();
    Value at = index(start);
    if (end - start > step)
      at = add(times(unit, step), at);
    inside(at);
    Value next = add(unit, parts);
    scf::YieldOp::create(b, next);
  }
  return arith::SubIOp::create(b, loop.getResult(0), count);
}

void KernelEmitter::forEachOwn(Turn turn, Value start, Value end, int64_t step,
                               function_ref<void(Value)> inside) {
  if (!turn)
    return forEach(start, end, step, inside);
  Value first = add(times(turn, step), start);
  emitLoop(first, end, times(parts, step), inside);
}

auto KernelEmitter::forEachOwnBlock(Turn turn, int64_t end, int64_t step,
                                    int64_t length,
                                    function_ref<void(Value)> inside) -> Turn {
  if (!turn || length == step)
    return forEachOwn(turn, 0, end, step, inside);
  return forEachOwn(turn, 0, end, length, [&](Value first) {
    Value last = add(first, index(length));
    if (end % length)
      last = arith::MinSIOp::create(b, last, index(end));
    forEach(first, last, step, inside);
  });
}

auto KernelEmitter::carry(Value start, Value end, int64_t step, Sums sums,
                          function_ref<Sums(Value, ValueRange)> inside)
    -> Sums {
  auto loop = scf::ForOp::create(b, start, end, index(step), sums);
  keepAsWritten(loop);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  Sums next = inside(loop.getInductionVar(), loop.getRegionIterArgs());
  scf::YieldOp::create(b, next);
  return Sums(loop.getResults());
}

std::pair<Value, Value> KernelEmitter::placeOf(Value bits, Value size) {
  Value word = arith::BitcastOp::create(b, b.getI32Type(), bits);
  Value wanted = arith::IndexCastUIOp::create(b, b.getIndexType(), word);
  Value isThere =
      arith::CmpIOp::create(b, arith::CmpIPredicate::ult, wanted, size);
  Value none = index(0);
  return {arith::SelectOp::create(b, isThere, wanted, none), isThere};
}

Value KernelEmitter::multiplyAdd(Value x, Value y, Value sum) {
  if (target.fma)
    return vector::FMAOp::create(b, x, y, sum);
  Value product = arith::MulFOp::create(b, x, y);
  return arith::AddFOp::create(b, product, sum);
}

Value KernelEmitter::joinLanes(Operation *combine, Value sums) {
  Value result = vector::ExtractOp::create(b, sums, int64_t(0));
  int64_t lanes = cast<VectorType>(sums.getType()).getNumElements();
  for (int64_t lane = 1; lane < lanes; ++lane) {
    OperationState state(combine->getLoc(), combine->getName());
    state.addOperands(
        {result, Value(vector::ExtractOp::create(b, sums, lane))});
    state.addTypes(result.getType());
    state.addAttributes(combine->getAttrs());
    result = b.create(state)->getResult(0);
  }
  return result;
}

LogicalResult KernelEmitter::storeRoot(const Position &position,
                                       std::optional<int64_t> end) {
  FailureOr<Value> value = body.evaluate(root, position);
  if (failed(value))
    return failure();
  // What is the same in every column is one scalar.
  if (!isa<VectorType>(value->getType()))
    value = splat(*value, position.lanes);
  if (end && *end < position.active) {
    Position some = position;
    some.active = *end;
    Value isThere = body.mask(some);
    Value zero = arith::ConstantOp::create(
        b, cast<TypedAttr>(b.getZeroAttr(value->getType())));
    value = arith::SelectOp::create(b, isThere, *value, zero).getResult();
  }
  SmallVector<Value> indices(position.row);
  indices.push_back(position.column);
  body.store(*value, destination, indices, position);
  return success();
}

} // namespace nascent::kernels
