//===- LinalgGradient.cpp - One rule for all of linalg --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An operation of linalg is loops around y[j] = f(a[i], b[k], …), or a sum of
// such f, and its indexing maps say what i, j and k are. So the cotangent of a
// is the same loops around dy[j]·∂f/∂a, summed over those that i is no function
// of. This is all there is to elementwise layers, products of matrices, sums,
// means, broadcasts and norms. A maximum passes its cotangent on to the first
// element that is the maximum. Where a slides along with the loops, as under a
// window, WindowGradient.cpp first puts the loops in another way.
//
//===----------------------------------------------------------------------===//

#include "LinalgGradient.h"
#include "ScalarDerivative.h"
#include "mlir/Dialect/Affine/Utils.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/RegionUtils.h"
#include "nascent/Conversion/NNToLinalg/LinalgBuilders.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "llvm/ADT/SmallBitVector.h"

using namespace mlir;

namespace nascent::gradients {

/// What a body adds to its accumulator, or, where it has none, yields.
static Value findSummand(linalg::LinalgOp op) {
  Value yielded = op.getBlock()->getTerminator()->getOperand(0);
  if (!op.payloadUsesValueFromOperand(op.getDpsInitOperand(0)))
    return op.getNumReductionLoops() == 0 ? yielded : Value();
  BlockArgument sum = op.getBlock()->getArguments().back();
  auto add = yielded.getDefiningOp<arith::AddFOp>();
  if (!add || (add.getLhs() != sum && add.getRhs() != sum))
    return Value();
  Value summand = add.getLhs() == sum ? add.getRhs() : add.getLhs();
  return dependsOn(summand, sum) ? Value() : summand;
}

/// The input of which a body takes the maximum.
static std::optional<unsigned> findMaximum(linalg::LinalgOp op) {
  Value yielded = op.getBlock()->getTerminator()->getOperand(0);
  auto maximum = yielded.getDefiningOp<arith::MaximumFOp>();
  BlockArgument greatest = op.getBlock()->getArguments().back();
  if (!maximum || op.getNumReductionLoops() == 0)
    return std::nullopt;
  Value other =
      maximum.getLhs() == greatest ? maximum.getRhs() : maximum.getLhs();
  auto argument = dyn_cast<BlockArgument>(other);
  bool isMaximum = argument && argument != greatest &&
                   llvm::is_contained(maximum->getOperands(), greatest);
  return isMaximum ? std::optional(argument.getArgNumber()) : std::nullopt;
}

/// The input of which a body takes one element or another: an embedding's
/// table.
static std::optional<unsigned> findChoice(linalg::LinalgOp op) {
  Value yielded = op.getBlock()->getTerminator()->getOperand(0);
  auto select = yielded.getDefiningOp<arith::SelectOp>();
  BlockArgument found = op.getBlock()->getArguments().back();
  if (!select || select.getFalseValue() != found ||
      dependsOn(select.getCondition(), found))
    return std::nullopt;
  auto argument = dyn_cast<BlockArgument>(select.getTrueValue());
  return argument ? std::optional(argument.getArgNumber()) : std::nullopt;
}

namespace {

/// Emits the gradients of one operation.
class Rules {
public:
  Rules(linalg::LinalgOp op, Value cotangent, Cotangents &cotangents)
      : op(op), dy(cotangent), cotangents(cotangents),
        builder(cotangents.getBuilder()) {}

  LogicalResult propagate();

private:
  LogicalResult emit(Gradient gradient, GradientBody body);
  LogicalResult ofSum(Value summand);
  LogicalResult ofMaximum(unsigned operand);
  LogicalResult ofChoice(unsigned operand);

  linalg::LinalgOp op;
  Value dy;
  Cotangents &cotangents;
  OpBuilder &builder;
};

LogicalResult Rules::emit(Gradient gradient, GradientBody body) {
  bool hasIndex = !op.getBlock()->getOps<linalg::IndexOp>().empty();
  if (isWindow(gradient.getMap()) && hasIndex)
    return gradient.emitNoRule();
  gradient.splitInput(builder);
  if (failed(gradient.reverseLoops(builder)) ||
      failed(gradient.splitLoops(builder)) ||
      failed(gradient.extendLoops(builder)))
    return failure();
  auto indexOf = [&](unsigned loop) -> Value {
    SmallVector<Value> loops;
    for (unsigned i = 0; i < gradient.sizes.size(); ++i)
      loops.push_back(linalg::IndexOp::create(builder, op.getLoc(), i));
    return affine::expandAffineExpr(builder, op.getLoc(),
                                    gradient.indices[loop], loops,
                                    /*symbolValues=*/{});
  };
  FailureOr<Value> result =
      isWindow(gradient.getMap())
          ? emitUnderWindow(builder, gradient, body)
          : emitAtPlaces(builder, gradient, body, indexOf);
  if (failed(result))
    return failure();
  Value joined = gradient.joinInput(builder, *result);
  cotangents.add(op.getDpsInputOperand(gradient.operand)->get(), joined);
  return success();
}

LogicalResult Rules::ofSum(Value summand) {
  Block *body = op.getBlock();
  bool isResult = op.getNumReductionLoops() == 0 &&
                  summand == body->getTerminator()->getOperand(0);
  // What rows are multiplied with comes first: it is the last to read the rows,
  // over which their own gradient may then be written.
  bool isReversed = op.getNumReductionLoops() > 0;
  for (unsigned i = 0, e = op.getNumDpsInputs(); i < e; ++i) {
    unsigned operand = isReversed ? e - 1 - i : i;
    BlockArgument argument = body->getArgument(operand);
    if (!cotangents.isActive(op.getDpsInputOperand(operand)->get()) ||
        !dependsOn(summand, argument))
      continue;
    bool isWeight =
        operand == 1 && isa_and_nonnull<arith::MulFOp>(summand.getDefiningOp());
    Gradient gradient(op, operand, dy, builder, isWeight);
    auto times = [&](ElementwiseBuilder &eb, ValueRange elements,
                     IndexOf indexOf) -> FailureOr<Value> {
      IRMapping mapping;
      for (unsigned input = 0; input < e; ++input)
        mapping.map(body->getArgument(input),
                    elements[gradient.firstInput + input]);
      for (auto index : body->getOps<linalg::IndexOp>())
        mapping.map(index.getResult(), indexOf(index.getDim()));
      // What has been computed is read rather than computed again.
      if (isResult && !isa<BlockArgument>(summand))
        mapping.map(summand, elements[gradient.result]);
      FailureOr<Value> slope =
          ScalarDerivative(eb, mapping, argument).get(summand);
      if (failed(slope))
        return failure();
      Value above = elements[gradient.cotangent];
      if (!*slope)
        return eb.f32(0.0f);
      return matchPattern(*slope, m_OneFloat()) ? above : eb.mul(above, *slope);
    };
    if (failed(emit(gradient, times)))
      return failure();
  }
  // Sums begin with what is there already.
  OpOperand *init = op.getDpsInitOperand(0);
  if (op.payloadUsesValueFromOperand(init) && cotangents.isActive(init->get()))
    cotangents.add(init->get(), dy);
  return success();
}

/// Which iteration of the loops that are reduced it is, as f32.
static Value numberOfIteration(ElementwiseBuilder &e, Gradient &gradient,
                               IndexOf indexOf) {
  ImplicitLocOpBuilder &b = e.getBuilder();
  SmallVector<unsigned> reduced;
  gradient.op.getReductionDims(reduced);
  Value number = e.i32(0);
  for (unsigned loop : reduced) {
    int64_t size = *getConstantIntValue(gradient.sizes[loop]);
    Value index = arith::IndexCastOp::create(b, b.getI32Type(), indexOf(loop));
    number = e.emit<arith::MulIOp>(number, e.i32(size));
    number = e.emit<arith::AddIOp>(number, index);
  }
  return e.toFloat(number);
}

/// What is padded, with its padding: a comparison with it is no reduction that
/// padding changes nothing in.
static Value inMemory(OpBuilder &builder, Value value) {
  auto padding = value.getDefiningOp<tensor::PadOp>();
  FloatAttr number;
  if (!padding || !padding.getConstantPaddingValue() ||
      !matchPattern(padding.getConstantPaddingValue(), m_Constant(&number)))
    return value;
  double outside = number.getValueAsDouble();
  Value result = padding.getSource();
  for (auto [dim, low, high] :
       llvm::enumerate(padding.getStaticLow(), padding.getStaticHigh()))
    result = withMargins(builder, result, dim, low, high, outside);
  return result;
}

LogicalResult Rules::ofMaximum(unsigned operand) {
  Gradient gradient(op, operand, dy, builder);
  ImplicitLocOpBuilder at(op.getLoc(), builder);
  // Elements are numbered by the loops as they are.
  bool isKnown = isWindow(gradient.getMap()) ||
                 llvm::all_of(gradient.getMap().getResults(),
                              llvm::IsaPred<AffineDimExpr>);
  if (!isKnown)
    return gradient.emitNoRule();
  SmallVector<unsigned> reduced;
  op.getReductionDims(reduced);
  int64_t turns = 1;
  for (unsigned loop : reduced) {
    std::optional<int64_t> size = getConstantIntValue(gradient.sizes[loop]);
    if (!size || llvm::MulOverflow(turns, *size, turns) || turns > (1 << 24))
      return emitNoGradient(op)
             << "its maximum is of a number of elements that is open or too "
                "large; bind the dimensions that it is taken over";
  }
  // The first iteration whose element is the maximum.
  AffineMap written = gradient.maps[gradient.cotangent];
  nn::Sizes shape;
  for (AffineExpr expr : written.getResults()) {
    auto loop = dyn_cast<AffineDimExpr>(expr);
    if (!loop)
      return gradient.emitNoRule();
    shape.push_back(gradient.sizes[loop.getPosition()]);
  }
  SmallVector<Value> inputs;
  for (Value input : op.getDpsInputs())
    inputs.push_back(inMemory(builder, input));
  inputs.push_back(op->getResult(0));
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  maps.push_back(written);
  Value none = nn::filledOf(at, shape, double(turns));
  auto first = linalg::GenericOp::create(
      at, none.getType(), inputs, none, maps, op.getIteratorTypesArray(),
      [&](OpBuilder &nested, Location inner, ValueRange v) {
        ElementwiseBuilder e(nested, inner, nested.getF32Type());
        ImplicitLocOpBuilder &b = e.getBuilder();
        auto indexOf = [&](unsigned loop) -> Value {
          return linalg::IndexOp::create(b, loop);
        };
        Value iteration = numberOfIteration(e, gradient, indexOf);
        Value other = e.f32(float(turns));
        Value candidate = e.select(arith::CmpFPredicate::OEQ, v[operand],
                                   v[v.size() - 2], iteration, other);
        Value least = arith::MinimumFOp::create(b, v.back(), candidate);
        linalg::YieldOp::create(b, least);
      });
  nameGradient(first.getResult(0), op);
  unsigned place = gradient.add(first.getResult(0), written);
  return emit(gradient,
              [&](ElementwiseBuilder &e, ValueRange elements,
                  IndexOf indexOf) -> FailureOr<Value> {
                Value iteration = numberOfIteration(e, gradient, indexOf);
                return e.select(arith::CmpFPredicate::OEQ, elements[place],
                                iteration, elements[gradient.cotangent],
                                e.f32(0.0f));
              });
}

LogicalResult Rules::ofChoice(unsigned operand) {
  Gradient gradient(op, operand, dy, builder);
  Block *body = op.getBlock();
  auto select = cast<arith::SelectOp>(
      body->getTerminator()->getOperand(0).getDefiningOp());
  return emit(
      gradient,
      [&](ElementwiseBuilder &e, ValueRange elements,
          IndexOf) -> FailureOr<Value> {
        IRMapping mapping;
        for (unsigned i = 0, count = op.getNumDpsInputs(); i < count; ++i)
          mapping.map(body->getArgument(i), elements[gradient.firstInput + i]);
        Value condition =
            copyScalar(e.getBuilder(), select.getCondition(), *body, mapping);
        return arith::SelectOp::create(e.getBuilder(), condition,
                                       elements[gradient.cotangent],
                                       e.f32(0.0f))
            .getResult();
      });
}

LogicalResult Rules::propagate() {
  if (op.getNumDpsInits() != 1 || !op.hasPureTensorSemantics())
    return emitNoGradient(op) << "it is not on tensors with one result";
  for (OpOperand *input : op.getDpsInputOperands())
    if (!isa<RankedTensorType>(input->get().getType()))
      return emitNoGradient(op) << "it reads what is not a tensor";
  llvm::SetVector<Value> captured;
  getUsedValuesDefinedAbove(op->getRegions(), captured);
  if (llvm::any_of(captured,
                   [&](Value value) { return cotangents.isActive(value); }))
    return emitNoGradient(op) << "its body uses a value from outside that is "
                                 "trained";
  if (Value summand = findSummand(op))
    return ofSum(summand);
  // What only keeps others in range of floats changes no result.
  if (op->hasAttr(nn::kNoGradientAttrName))
    return success();
  if (cotangents.isActive(op.getDpsInitOperand(0)->get()))
    return emitNoGradient(op)
           << "what it begins with is trained, and it is no sum";
  if (std::optional<unsigned> operand = findMaximum(op))
    return ofMaximum(*operand);
  if (std::optional<unsigned> operand = findChoice(op))
    return ofChoice(*operand);
  return emitNoGradient(op) << "it is neither a sum nor a maximum";
}

} // namespace

LogicalResult propagateLinalg(linalg::LinalgOp op, Value cotangent,
                              Cotangents &cotangents) {
  return Rules(op, cotangent, cotangents).propagate();
}

} // namespace nascent::gradients
