//===- RecurrenceHalves.cpp - Steps with two products ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RecurrenceHalves.h"
#include "Cotangents.h"
#include "nascent/Support/ElementwiseBuilder.h"

using namespace mlir;

namespace nascent::gradients {

AffineMap RecurrenceHalves::mapOf(AffineExpr step) {
  return AffineMap::get(3, 0,
                        {b.getAffineDimExpr(0), step, b.getAffineDimExpr(2)},
                        b.getContext());
}

nn::RecurrenceOp RecurrenceHalves::create(Value steps, ValueRange initial,
                                          Value lengths, TypeRange types) {
  auto halves = nn::RecurrenceOp::create(
      b, types, steps, op.getWeight(), op.getBias(), initial, lengths,
      /*transposed=*/false, op.getReverse(), op.getLast(), /*all=*/false,
      /*twice=*/false);
  halves->setDiscardableAttrs(op->getDiscardableAttrDictionary());
  IRMapping mapping;
  op.getBody().cloneInto(&halves.getBody(), mapping);
  // Which half it was is 0, 1, 0, 1, …, and begins as 0.
  Block &body = halves.getBody().front();
  Operation *yield = body.getTerminator();
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(yield);
  ElementwiseBuilder e(b, b.getLoc(), b.getF32Type());
  Value next = e.sub(e.f32(1.0f), body.getArguments().back());
  yield->insertOperands(yield->getNumOperands(), next);
  return halves;
}

nn::RecurrenceOp RecurrenceHalves::replace() {
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(op);
  AffineExpr step = b.getAffineDimExpr(1);
  auto same = [](ImplicitLocOpBuilder &, ValueRange v) { return v[0]; };
  SmallVector<int64_t> sizes(shape);
  sizes[1] *= 2;
  Value steps = nn::mapElements(b, op.getSteps().front(),
                                mapOf(step.floorDiv(2)), sizes, same);
  Value lengths = op.getLengths();
  if (lengths)
    lengths = nn::elementwise(
        b, lengths, [](ImplicitLocOpBuilder &in, ValueRange v) -> Value {
          Value word = arith::BitcastOp::create(in, in.getI32Type(), v[0]);
          Value doubled = arith::AddIOp::create(in, word, word);
          return arith::BitcastOp::create(in, in.getF32Type(), doubled);
        });
  SmallVector<Value> initial(op.getInitial());
  if (!initial.empty())
    initial.push_back(nn::zerosLike(b, initial.front()));
  SmallVector<Type> types(op.getResultTypes());
  sizes[2] = op.getUnits();
  if (!op.getLast())
    types.front() = nn::typeOf(steps).clone(sizes);
  types.insert(types.end() - 1, op.getStates().back().getType());
  nn::RecurrenceOp halves = create(steps, initial, lengths, types);
  SmallVector<Value> results(halves.getResults());
  results.erase(results.end() - 2);
  sizes[1] = shape[1];
  if (!op.getLast())
    results.front() = nn::mapElements(b, results.front(),
                                      mapOf(step * 2 + second()), sizes, same);
  op->replaceAllUsesWith(results);
  return halves;
}

Value RecurrenceHalves::toHalves(Value cotangent) {
  SmallVector<int64_t> sizes(nn::typeOf(cotangent).getShape());
  sizes.insert(sizes.begin() + 2, 1);
  Value step = nn::expand(b, cotangent, nn::typeOf(cotangent).clone(sizes),
                          {{0}, {1, 2}, {3}}, cotangent);
  Value both = withMargins(b, step, 2, second(), 1 - second());
  sizes = {sizes[0], 2 * sizes[1], sizes[3]};
  return tensor::CollapseShapeOp::create(
      b, nn::typeOf(cotangent).clone(sizes), both,
      ArrayRef<ReassociationIndices>({{0}, {1, 2}, {3}}));
}

Value RecurrenceHalves::toSteps(Value cotangent) {
  AffineExpr step = b.getAffineDimExpr(1);
  return nn::mapElements(b, {cotangent, cotangent},
                         {mapOf(step * 2), mapOf(step * 2 + 1)}, shape,
                         [](ImplicitLocOpBuilder &in, ValueRange v) -> Value {
                           return arith::AddFOp::create(in, v[0], v[1]);
                         });
}

} // namespace nascent::gradients
