//===- RecurrenceGradient.cpp - Gradients through time --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Of a step's new states, the cotangents are known once those of the next step
// are: a recurrence again, which goes the other way. What it multiplies by the
// weight are the cotangents of the sums. Behind it, those of all steps are in
// memory, and the weight's gradient is one product of matrices, as that of a
// dense layer whose rows are the steps.
//
//===----------------------------------------------------------------------===//

#include "Cotangents.h"
#include "RecurrenceHalves.h"
#include "ScalarDerivative.h"
#include "mlir/IR/Matchers.h"
#include "nascent/Conversion/NNToLinalg/LinalgBuilders.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NNOps.h"

using namespace mlir;

namespace nascent::gradients {

namespace {

class RecurrenceGradient {
public:
  RecurrenceGradient(nn::RecurrenceOp op, Cotangents &cotangents)
      : op(op), cotangents(cotangents),
        builder(op.getLoc(), cotangents.getBuilder()),
        body(op.getBody().front()), units(op.getUnits()), gates(op.getGates()),
        numStates(op.getStates().size()) {}

  /// The cotangent of the steps, of that of the sequence or the last state.
  FailureOr<Value> propagate(Value cotangent);

private:
  /// Of `width` values a unit, of each step or of one.
  RankedTensorType typeOf(int64_t width, bool isSequence = true);
  /// Every state after every step.
  ValueRange keepStates();
  /// What each step finds: `sequence` as it is after the step before, and
  /// `initial`, or zeros, before all.
  Value before(Value sequence, Value initial);
  /// The cotangent of each step's state, where it is of the last one's only,
  /// which is the last one that a row has.
  Value ofAllSteps(Value cotangent);
  Value ofLastSteps(Value cotangent);
  /// Whether a step's inputs are added to the sums, and used in no other way:
  /// both have the same cotangents then.
  bool addsInputsToSums();
  /// The cotangents of a unit's sums, of its inputs if `ofInputs`, and of the
  /// states before. `elements` are the arguments of the body; then the
  /// cotangent from outside, that by way of the next step's sums, and what a
  /// call has given for the next step.
  FailureOr<SmallVector<Value>> emitCell(ElementwiseBuilder &e,
                                         ValueRange elements, bool ofInputs);
  FailureOr<nn::RecurrenceOp> emitRecurrence(ValueRange steps, bool ofInputs);

  nn::RecurrenceOp op;
  Cotangents &cotangents;
  ImplicitLocOpBuilder builder;
  Block &body;
  int64_t units;
  unsigned gates, numStates;
};

RankedTensorType RecurrenceGradient::typeOf(int64_t width, bool isSequence) {
  SmallVector<int64_t> shape(op.getBatchAndLength());
  if (!isSequence)
    shape.pop_back();
  shape.push_back(width * units);
  return RankedTensorType::get(shape, builder.getF32Type());
}

ValueRange RecurrenceGradient::keepStates() {
  if (op.getNumSequences() == numStates)
    return op.getSequences();
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(op);
  SmallVector<Type> types(numStates, typeOf(1));
  llvm::append_range(types, TypeRange(op.getStates()));
  types.push_back(op.getSums().getType());
  auto kept = nn::RecurrenceOp::create(
      builder, types, op.getSteps(), op.getWeight(), op.getBias(),
      op.getInitial(), op.getLengths(), op.getTransposed(), op.getReverse(),
      /*last=*/false, /*all=*/true, /*twice=*/false);
  kept->setDiscardableAttrs(op->getDiscardableAttrDictionary());
  IRMapping mapping;
  op.getBody().cloneInto(&kept.getBody(), mapping);
  for (Value sequence : op.getSequences())
    sequence.replaceAllUsesWith(kept.getSequences().front());
  for (auto [old, state] : llvm::zip(op.getStates(), kept.getStates()))
    old.replaceAllUsesWith(state);
  op.getSums().replaceAllUsesWith(kept.getSums());
  return kept.getSequences();
}

Value RecurrenceGradient::before(Value sequence, Value initial) {
  SmallVector<int64_t> shape(nn::typeOf(sequence).getShape());
  if (initial) {
    auto type = nn::typeOf(sequence).clone({shape[0], 1, units});
    initial = nn::expand(builder, initial, type, {{0}, {1, 2}}, sequence);
  }
  if (--shape[1] == 0 && initial)
    return initial;
  if (shape[1] == 0)
    return nn::zerosLike(builder, sequence);
  nn::Sizes starts(3, builder.getIndexAttr(0)),
      steps(3, builder.getIndexAttr(1));
  starts[1] = builder.getIndexAttr(op.getReverse());
  Value part = tensor::ExtractSliceOp::create(
      builder, nn::typeOf(sequence).clone(shape), sequence, starts,
      nn::sizesLike(builder, sequence, shape), steps);
  SmallVector<Value> parts = {initial, part};
  if (op.getReverse())
    std::swap(parts[0], parts[1]);
  if (initial)
    return tensor::ConcatOp::create(builder, /*dim=*/1, parts);
  return withMargins(builder, part, 1, !op.getReverse(), op.getReverse());
}

Value RecurrenceGradient::ofAllSteps(Value cotangent) {
  int64_t batch = op.getBatchAndLength()[0], others = op.getBatchAndLength()[1];
  if (op.getLengths() && !op.getReverse())
    return ofLastSteps(cotangent);
  auto type = RankedTensorType::get({batch, 1, units}, builder.getF32Type());
  Value step = nn::expand(builder, cotangent, type, {{0}, {1, 2}},
                          op.getSteps().front());
  --others;
  return withMargins(builder, step, 1, op.getReverse() ? 0 : others,
                     op.getReverse() ? others : 0);
}

Value RecurrenceGradient::ofLastSteps(Value cotangent) {
  AffineExpr row = builder.getAffineDimExpr(0),
             unit = builder.getAffineDimExpr(2);
  auto map = [&](ArrayRef<AffineExpr> read) {
    return AffineMap::get(3, 0, read, builder.getContext());
  };
  Value steps = op.getSteps().front();
  nn::Sizes sizes = nn::sizesLike(builder, steps, typeOf(1).getShape());
  Value all = nn::mapElements(
      builder, {cotangent, op.getLengths()}, {map({row, unit}), map(row)},
      ArrayRef(sizes), [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
        Value step = linalg::IndexOp::create(b, 1);
        Value one = arith::ConstantIndexOp::create(b, 1);
        Value end = arith::AddIOp::create(b, step, one);
        Value word = arith::BitcastOp::create(b, b.getI32Type(), v[1]);
        Value length = arith::IndexCastOp::create(b, b.getIndexType(), word);
        Value isLast =
            arith::CmpIOp::create(b, arith::CmpIPredicate::eq, end, length);
        Value none = nn::constant(b, 0.0);
        return arith::SelectOp::create(b, isLast, v[0], none);
      });
  nameGradient(all, op);
  return all;
}

bool RecurrenceGradient::addsInputsToSums() {
  unsigned numInputs = op.valuesPerUnit(op.getSteps().front());
  auto isAdded = [&](unsigned gate) {
    Value input = body.getArgument(gate), sum = body.getArgument(gates + gate);
    return input.hasOneUse() && sum.hasOneUse() &&
           *input.user_begin() == *sum.user_begin() &&
           isa<arith::AddFOp>(*input.user_begin());
  };
  return numInputs == gates && llvm::all_of(llvm::seq(gates), isAdded);
}

FailureOr<SmallVector<Value>>
RecurrenceGradient::emitCell(ElementwiseBuilder &e, ValueRange elements,
                             bool ofInputs) {
  unsigned count = body.getNumArguments(),
           numInputs = count - gates - numStates;
  IRMapping mapping;
  mapping.map(body.getArguments(), elements.take_front(count));
  SmallVector<Value> above(elements.take_back(numStates));
  Value fromOthers = e.add(elements[count], elements[count + 1]);
  above.front() = e.add(fromOthers, above.front());
  SmallVector<Value> results;
  auto derive = [&](ArrayRef<BlockArgument> arguments) {
    for (BlockArgument argument : arguments) {
      ScalarDerivative derivative(e, mapping, argument);
      Value sum;
      for (auto [next, cotangent] :
           llvm::zip(body.getTerminator()->getOperands(), above)) {
        FailureOr<Value> slope = derivative.get(next);
        if (failed(slope))
          return failure();
        if (!*slope)
          continue;
        bool isOne = matchPattern(*slope, m_OneFloat());
        Value term = isOne ? cotangent : e.mul(cotangent, *slope);
        sum = sum ? e.add(sum, term) : term;
      }
      results.push_back(sum ? sum : e.f32(0.0f));
    }
    return success();
  };
  ArrayRef<BlockArgument> arguments = body.getArguments();
  if (failed(derive(arguments.slice(numInputs, gates))) ||
      (ofInputs && failed(derive(arguments.take_front(numInputs)))) ||
      failed(derive(arguments.take_back(numStates))))
    return failure();
  return results;
}

FailureOr<nn::RecurrenceOp> RecurrenceGradient::emitRecurrence(ValueRange steps,
                                                               bool ofInputs) {
  SmallVector<int64_t> widths = {gates};
  if (ofInputs)
    widths.push_back(op.valuesPerUnit(op.getSteps().front()));
  widths.push_back(numStates);
  SmallVector<Type> types;
  for (int64_t width :
       ArrayRef(widths).take_front(ofInputs ? widths.size() : 1))
    types.push_back(typeOf(width));
  for (int64_t width : widths)
    types.push_back(typeOf(width, /*isSequence=*/false));
  types.push_back(typeOf(1, /*isSequence=*/false));
  auto back = nn::RecurrenceOp::create(
      builder, types, steps, op.getWeight(), /*bias=*/Value(),
      /*initial=*/ValueRange(), op.getLengths(), /*transposed=*/true,
      !op.getReverse(), /*last=*/false, /*all=*/ofInputs, /*twice=*/false);
  nameGradient(back.getSums(), op);
  OpBuilder::InsertionGuard guard(builder);
  // Beside those of the body: the cotangent, its sum, and the states.
  unsigned count = body.getNumArguments() + 2;
  for (int64_t width : widths)
    count += width;
  Block *cell = builder.createBlock(
      &back.getBody(), {}, SmallVector<Type>(count, builder.getF32Type()),
      SmallVector<Location>(count, builder.getLoc()));
  ElementwiseBuilder e(builder, builder.getLoc(), builder.getF32Type());
  FailureOr<SmallVector<Value>> next =
      emitCell(e, cell->getArguments(), ofInputs);
  if (failed(next))
    return failure();
  nn::RecurrenceYieldOp::create(builder, *next);
  return back;
}

/// Fails, after an error, on what has no gradient.
static LogicalResult verifyHasGradient(nn::RecurrenceOp op,
                                       const Cotangents &cotangents) {
  if (op.getTransposed() || op.getSteps().size() != 1)
    return emitNoGradient(op)
           << "only a recurrence on one product with its input has one";
  if (llvm::any_of(op.getInitial(),
                   [&](Value state) { return cotangents.isActive(state); }))
    return emitNoGradient(op)
           << "the states that it begins with would need one, too; give them "
              "as an input, and name a loss";
  if (!op.getInitial().empty() && op.getReverse() && op.getLengths())
    return emitNoGradient(op)
           << "where rows have lengths, what runs backwards begins with zeros; "
              "leave out 'state' or 'lengths'";
  if (ShapedType::isDynamic(op.getBatchAndLength()[1]))
    return emitNoGradient(op)
           << "its sequences have a length that is open; bind it";
  return success();
}

FailureOr<Value> RecurrenceGradient::propagate(Value cotangent) {
  if (op.getLast())
    cotangent = ofAllSteps(cotangent);
  SmallVector<Value> steps = {op.getSteps().front(), Value()};
  ValueRange initial = op.getInitial();
  for (auto [number, sequence] : llvm::enumerate(keepStates()))
    steps.push_back(
        before(sequence, initial.empty() ? Value() : initial[number]));
  // The sums of all steps are computed again, at once.
  Value rows = nn::toMatrix(builder, steps[2]);
  Value product = nn::dense(builder, rows, op.getWeight(), op.getBias());
  nameGradient(product, op);
  steps[1] = nn::fromMatrix(builder, product, typeOf(gates), steps[2]);
  steps.push_back(cotangent);
  bool ofInputs = !addsInputsToSums();
  FailureOr<nn::RecurrenceOp> back = emitRecurrence(steps, ofInputs);
  if (failed(back))
    return failure();
  // The states that are multiplied have what they need; the weight does not.
  auto ofSums = cast<linalg::LinalgOp>(product.getDefiningOp());
  Value dy = nn::toMatrix(builder, back->getSequences().front());
  if (failed(propagateLinalg(ofSums, dy, cotangents)))
    return failure();
  if (op.getBias()) {
    auto bias = ofSums.getDpsInits().front().getDefiningOp<linalg::LinalgOp>();
    if (failed(propagateLinalg(bias, dy, cotangents)))
      return failure();
  }
  return Value(back->getSequences()[ofInputs]);
}

} // namespace

LogicalResult propagateRecurrence(nn::RecurrenceOp op, Value cotangent,
                                  Cotangents &cotangents) {
  Value input = op.getSteps().front();
  if (failed(verifyHasGradient(op, cotangents)))
    return failure();
  std::optional<RecurrenceHalves> halves;
  if (op.getTwice()) {
    halves.emplace(op, cotangents.getBuilder());
    if (!op.getLast())
      cotangent = halves->toHalves(cotangent);
    op = halves->replace();
  }
  FailureOr<Value> found =
      RecurrenceGradient(op, cotangents).propagate(cotangent);
  if (failed(found))
    return failure();
  if (cotangents.isActive(input))
    cotangents.add(input, halves ? halves->toSteps(*found) : *found);
  return success();
}

} // namespace nascent::gradients
