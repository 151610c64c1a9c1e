//===- RecurrenceHalves.cpp - Steps with two products ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RecurrenceHalves.h"
#include "Cotangents.h"

using namespace mlir;

namespace nascent::gradients {

AffineMap RecurrenceHalves::mapOf(AffineExpr step) {
  return AffineMap::get(3, 0,
                        {b.getAffineDimExpr(0), step, b.getAffineDimExpr(2)},
                        b.getContext());
}

nn::RecurrenceOp RecurrenceHalves::replace() {
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(op);
  auto same = [](ImplicitLocOpBuilder &, ValueRange v) { return v[0]; };
  auto twice = [](ImplicitLocOpBuilder &in, ValueRange v) -> Value {
    Value word = arith::BitcastOp::create(in, in.getI32Type(), v[0]);
    Value sum = arith::AddIOp::create(in, word, word);
    return arith::BitcastOp::create(in, in.getF32Type(), sum);
  };
  AffineExpr step = b.getAffineDimExpr(1);
  SmallVector<int64_t> all(shape);
  all[1] *= 2;
  Value steps = nn::mapElements(b, op.getSteps().front(),
                                mapOf(step.floorDiv(2)), all, same);
  Value lengths = op.getLengths();
  if (lengths)
    lengths = nn::elementwise(b, lengths, twice);
  SmallVector<Type> types(op.getResultTypes());
  all[2] = op.getUnits();
  if (!op.getLast())
    types.front() = nn::typeOf(steps).clone(all);
  auto halves = nn::RecurrenceOp::create(
      b, types, steps, op.getWeight(), op.getBias(), op.getInitial(), lengths,
      op.getTransposed(), op.getReverse(), op.getLast(), /*all=*/false,
      /*twice=*/false);
  halves->setDiscardableAttrs(op->getDiscardableAttrDictionary());
  IRMapping mapping;
  op.getBody().cloneInto(&halves.getBody(), mapping);
  SmallVector<Value> results(halves.getResults());
  all[1] = shape[1];
  if (!op.getLast())
    results.front() = nn::mapElements(b, results.front(),
                                      mapOf(step * 2 + second()), all, same);
  op->replaceAllUsesWith(results);
  return halves;
}

Value RecurrenceHalves::stretch(Value cotangent) {
  SmallVector<int64_t> all(nn::typeOf(cotangent).getShape());
  all.insert(all.begin() + 2, 1);
  Value step = nn::expand(b, cotangent, nn::typeOf(cotangent).clone(all),
                          {{0}, {1, 2}, {3}}, cotangent);
  Value both = withMargins(b, step, 2, second(), 1 - second());
  all = {all[0], 2 * all[1], all[3]};
  return tensor::CollapseShapeOp::create(
      b, nn::typeOf(cotangent).clone(all), both,
      ArrayRef<ReassociationIndices>({{0}, {1, 2}, {3}}));
}

Value RecurrenceHalves::sum(Value cotangent) {
  AffineExpr step = b.getAffineDimExpr(1);
  return nn::mapElements(b, {cotangent, cotangent},
                         {mapOf(step * 2), mapOf(step * 2 + 1)}, shape,
                         [](ImplicitLocOpBuilder &in, ValueRange v) -> Value {
                           return arith::AddFOp::create(in, v[0], v[1]);
                         });
}

} // namespace nascent::gradients
