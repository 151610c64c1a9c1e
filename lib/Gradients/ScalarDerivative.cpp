//===- ScalarDerivative.cpp - Derivatives of a linalg body ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ScalarDerivative.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace nascent::gradients {

bool dependsOn(Value value, BlockArgument argument) {
  SmallVector<Value> left = {value};
  llvm::SmallPtrSet<Operation *, 16> seen;
  while (!left.empty()) {
    Value next = left.pop_back_val();
    if (next == argument)
      return true;
    Operation *op = next.getDefiningOp();
    if (op && seen.insert(op).second)
      llvm::append_range(left, op->getOperands());
  }
  return false;
}

Value copyScalar(OpBuilder &builder, Value value, Block &body,
                 IRMapping &mapping) {
  if (Value there = mapping.lookupOrNull(value))
    return there;
  Operation *op = value.getDefiningOp();
  // A number that is computed outside of all bodies.
  if (!op || op->getBlock() != &body)
    return value;
  for (Value operand : op->getOperands())
    copyScalar(builder, operand, body, mapping);
  builder.clone(*op, mapping);
  return mapping.lookup(value);
}

Value ScalarDerivative::primal(Value value) {
  return copyScalar(e.getBuilder(), value, *argument.getOwner(), mapping);
}

Value ScalarDerivative::times(Value a, Value b) {
  if (!a || !b)
    return Value();
  if (matchPattern(a, m_OneFloat()))
    return b;
  if (matchPattern(b, m_OneFloat()))
    return a;
  return e.mul(a, b);
}

Value ScalarDerivative::plus(Value a, Value b) {
  return a && b ? e.add(a, b) : a ? a : b;
}

/// The x of 1 / (1 + e⁻ˣ), which is `op`.
static Value matchSigmoid(arith::DivFOp op) {
  auto sum = op.getRhs().getDefiningOp<arith::AddFOp>();
  if (!sum || !matchPattern(op.getLhs(), m_OneFloat()) ||
      !matchPattern(sum.getLhs(), m_OneFloat()))
    return Value();
  auto exp = sum.getRhs().getDefiningOp<math::ExpOp>();
  auto minus = exp ? exp.getOperand().getDefiningOp<arith::NegFOp>() : nullptr;
  return minus ? minus.getOperand() : Value();
}

/// Of c where x is beyond it, else x, with a c that is a number: the predicate
/// by which x, and the result, is c or beyond.
static std::optional<arith::CmpFPredicate> matchBound(arith::SelectOp op) {
  auto compare = op.getCondition().getDefiningOp<arith::CmpFOp>();
  if (!compare || compare.getLhs() != op.getFalseValue() ||
      compare.getRhs() != op.getTrueValue() ||
      !matchPattern(op.getTrueValue(), m_Constant()))
    return std::nullopt;
  switch (compare.getPredicate()) {
  case arith::CmpFPredicate::OLT:
    return arith::CmpFPredicate::OLE;
  case arith::CmpFPredicate::OGT:
    return arith::CmpFPredicate::OGE;
  default:
    return std::nullopt;
  }
}

/// Whether `op` is x where x > 0, else x times a number that is not negative:
/// then the result has the sign of x.
static bool keepsSign(arith::SelectOp op) {
  auto compare = op.getCondition().getDefiningOp<arith::CmpFOp>();
  auto scaled = op.getFalseValue().getDefiningOp<arith::MulFOp>();
  FloatAttr factor;
  return compare && scaled &&
         compare.getPredicate() == arith::CmpFPredicate::OGT &&
         compare.getLhs() == op.getTrueValue() &&
         matchPattern(compare.getRhs(), m_AnyZeroFloat()) &&
         scaled.getLhs() == op.getTrueValue() &&
         matchPattern(scaled.getRhs(), m_Constant(&factor)) &&
         factor.getValueAsDouble() > 0.0;
}

FailureOr<Value> ScalarDerivative::deriveSelect(Operation *op) {
  auto select = cast<arith::SelectOp>(op);
  // At a bound, frameworks take the derivative of what is bounded to be 0; and
  // the result tells as much as x, which need not be kept then.
  if (auto predicate = matchBound(select)) {
    FailureOr<Value> inner = get(select.getFalseValue());
    if (failed(inner) || !*inner)
      return inner;
    Value seen = mapping.contains(select.getResult()) ? select.getResult()
                                                      : select.getFalseValue();
    Value bound = primal(select.getTrueValue());
    Value compared = primal(seen);
    return e.select(*predicate, compared, bound, e.f32(0.0f), *inner);
  }
  FailureOr<Value> taken = get(select.getTrueValue()),
                   other = get(select.getFalseValue());
  if (failed(taken) || failed(other))
    return failure();
  if (!*taken && !*other)
    return Value();
  if (*taken == *other)
    return *taken;
  Value zero = e.f32(0.0f);
  Value ifTrue = *taken ? *taken : zero, ifFalse = *other ? *other : zero;
  if (keepsSign(select) && mapping.contains(select.getResult())) {
    Value result = primal(select.getResult());
    return e.select(arith::CmpFPredicate::OGT, result, zero, ifTrue, ifFalse);
  }
  Value condition = primal(select.getCondition());
  return arith::SelectOp::create(e.getBuilder(), condition, ifTrue, ifFalse)
      .getResult();
}

FailureOr<Value> ScalarDerivative::derive(Operation *op) {
  ImplicitLocOpBuilder &b = e.getBuilder();
  if (isa<arith::SelectOp>(op))
    return deriveSelect(op);
  if (auto division = dyn_cast<arith::DivFOp>(op))
    if (Value x = matchSigmoid(division)) {
      FailureOr<Value> inner = get(x);
      if (failed(inner) || !*inner)
        return inner;
      Value y = primal(op->getResult(0));
      Value rest = e.sub(e.f32(1.0f), y);
      return times(*inner, e.mul(y, rest));
    }
  SmallVector<Value, 2> inner;
  for (Value operand : op->getOperands()) {
    FailureOr<Value> derivative = get(operand);
    if (failed(derivative))
      return failure();
    inner.push_back(*derivative);
  }
  if (llvm::none_of(inner, [](Value value) { return bool(value); }))
    return Value();
  auto x = [&] { return primal(op->getOperand(0)); };
  auto y = [&] { return primal(op->getOperand(1)); };
  auto result = [&] { return primal(op->getResult(0)); };
  if (isa<arith::AddFOp>(op))
    return plus(inner[0], inner[1]);
  if (isa<arith::NegFOp>(op))
    return e.neg(inner[0]);
  if (isa<arith::SubFOp>(op)) {
    if (!inner[1])
      return inner[0];
    return inner[0] ? e.sub(inner[0], inner[1]) : e.neg(inner[1]);
  }
  if (isa<arith::MulFOp>(op)) {
    Value first = inner[0] ? times(inner[0], y()) : Value();
    Value second = inner[1] ? times(inner[1], x()) : Value();
    return plus(first, second);
  }
  if (isa<arith::DivFOp>(op)) {
    Value numerator = inner[0];
    if (inner[1]) {
      Value falling = e.neg(times(inner[1], result()));
      numerator = plus(numerator, falling);
    }
    return e.emit<arith::DivFOp>(numerator, y());
  }
  if (isa<arith::ExtFOp>(op)) {
    op->emitOpError("reads a weight that is stored in fewer bits, through "
                    "which there is no gradient; compile it for training "
                    "without --weights");
    return failure();
  }
  if (isa<math::ExpOp>(op))
    return times(inner[0], result());
  // Of a large negative number, the result is -1, and its slope is not 0.
  if (isa<math::ExpM1Op>(op)) {
    Value slope = math::ExpOp::create(b, x());
    return times(inner[0], slope);
  }
  if (isa<math::LogOp>(op))
    return e.emit<arith::DivFOp>(inner[0], x());
  if (isa<math::Log1pOp>(op)) {
    Value above = x();
    Value argumentOfLog = e.add(above, e.f32(1.0f));
    return e.emit<arith::DivFOp>(inner[0], argumentOfLog);
  }
  if (isa<math::TanhOp>(op)) {
    Value tanh = result();
    Value square = e.mul(tanh, tanh);
    return times(inner[0], e.sub(e.f32(1.0f), square));
  }
  if (isa<math::SqrtOp>(op)) {
    Value half = times(inner[0], e.f32(0.5f));
    return e.emit<arith::DivFOp>(half, result());
  }
  if (isa<math::ErfOp>(op)) {
    Value value = x();
    Value exponent = e.neg(e.mul(value, value));
    Value exp = math::ExpOp::create(b, exponent);
    Value slope = e.mul(e.f32(1.12837916709551257f), exp);
    return times(inner[0], slope);
  }
  // Any number from -1 to 1 will do at 0: layers with a kink there make up for
  // it, by what else they compute.
  if (isa<math::AbsFOp>(op)) {
    Value value = x();
    Value falling = e.neg(inner[0]);
    Value zero = e.f32(0.0f);
    // NaN stays NaN.
    Value other =
        e.select(arith::CmpFPredicate::OLE, value, zero, falling, value);
    return e.select(arith::CmpFPredicate::OGT, value, zero, inner[0], other);
  }
  op->emitOpError("has no rule for its derivative");
  return failure();
}

FailureOr<Value> ScalarDerivative::get(Value value) {
  if (value == argument)
    return e.f32(1.0f);
  if (!dependsOn(value, argument))
    return Value();
  // What an integer or a condition depends on, it depends on in steps. Bits are
  // not looked into.
  bool isBits = value.getDefiningOp<arith::BitcastOp>();
  if (isa<FloatType>(value.getType()) && (!value.getType().isF32() || isBits)) {
    value.getDefiningOp()->emitOpError("has no rule for its derivative");
    return failure();
  }
  if (!value.getType().isF32())
    return Value();
  if (auto it = known.find(value); it != known.end())
    return it->second;
  FailureOr<Value> derivative = derive(value.getDefiningOp());
  if (succeeded(derivative))
    known[value] = *derivative;
  return derivative;
}

} // namespace nascent::gradients
