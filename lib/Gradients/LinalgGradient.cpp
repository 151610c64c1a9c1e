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
#include "mlir/IR/Matchers.h"
#include "nascent/Conversion/NNToLinalg/LinalgBuilders.h"
#include "nascent/Conversion/NNToLinalg/Margins.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "llvm/ADT/SmallBitVector.h"

using namespace mlir;

namespace nascent::gradients {

Gradient::Gradient(linalg::LinalgOp op, unsigned operand, Value dy,
                   OpBuilder &builder)
    : op(op), operand(operand) {
  for (Range range : op.createLoopRanges(builder, op.getLoc()))
    sizes.push_back(range.size);
  AffineMap written = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
  // Of a product, rows are the first factor's: of a weight's gradient, those of
  // what it is multiplied with.
  if (operand == 0)
    cotangent = add(dy, written);
  firstInput = values.size();
  for (OpOperand *input : op.getDpsInputOperands())
    add(input->get(), op.getMatchingIndexingMap(input));
  if (operand > 0)
    cotangent = add(dy, written);
  result = add(op->getResult(0), written);
}

InFlightDiagnostic Gradient::emitNoRule() {
  return emitNoGradient(op) << "it reads by " << AffineMapAttr::get(getMap())
                            << ", for which there is no rule";
}

/// Whether an index falls while `loop` rises.
static bool runsBackwards(AffineExpr index, AffineExpr loop) {
  auto binary = dyn_cast<AffineBinaryOpExpr>(index);
  if (!binary)
    return false;
  if (binary.getKind() == AffineExprKind::Add)
    return runsBackwards(binary.getLHS(), loop) ||
           runsBackwards(binary.getRHS(), loop);
  auto factor = dyn_cast<AffineConstantExpr>(binary.getRHS());
  return binary.getKind() == AffineExprKind::Mul && factor &&
         factor.getValue() < 0 && binary.getLHS() == loop;
}

LogicalResult Gradient::turnLoops(OpBuilder &builder) {
  Location loc = op.getLoc();
  llvm::DenseMap<AffineExpr, AffineExpr> turned;
  for (AffineExpr expr : getMap().getResults())
    for (unsigned i = 0, e = sizes.size(); i < e; ++i) {
      AffineExpr loop = builder.getAffineDimExpr(i);
      if (!runsBackwards(expr, loop))
        continue;
      std::optional<int64_t> size = getConstantIntValue(sizes[i]);
      if (!size || !op.getBlock()->getOps<linalg::IndexOp>().empty())
        return emitNoRule();
      turned[loop] = *size - 1 - loop;
    }
  if (turned.empty())
    return success();
  for (auto [i, value, map] : llvm::enumerate(values, maps)) {
    // What is read by the loop alone is turned itself.
    SmallVector<AffineExpr> read, results;
    for (auto [dim, index] : llvm::enumerate(map.getResults())) {
      AffineExpr place = builder.getAffineDimExpr(dim);
      bool isTurned = turned.contains(index);
      if (isTurned)
        place = nn::typeOf(value).getDimSize(dim) - 1 - place;
      read.push_back(place);
      results.push_back(isTurned ? index : index.replace(turned));
    }
    AffineMap readMap =
        AffineMap::get(read.size(), 0, read, builder.getContext());
    map = simplifyAffineMap(
        AffineMap::get(map.getNumDims(), 0, results, builder.getContext()));
    if (readMap.isIdentity())
      continue;
    value = nn::mapElements(builder, loc, value, readMap,
                            nn::typeOf(value).getShape(),
                            [](ImplicitLocOpBuilder &, ValueRange elements) {
                              return elements[0];
                            });
    nameGradient(value, op);
  }
  return success();
}

LogicalResult Gradient::splitLoops(OpBuilder &builder) {
  MLIRContext *context = op.getContext();
  nn::Margins margins(builder, op.getLoc(), "constant");
  llvm::DenseMap<AffineExpr, AffineExpr> split;
  unsigned numLoops = sizes.size();
  for (AffineExpr expr : getMap().getResults()) {
    auto quotient = dyn_cast<AffineBinaryOpExpr>(expr);
    auto loop = quotient ? dyn_cast<AffineDimExpr>(quotient.getLHS()) : nullptr;
    auto divisor =
        quotient ? dyn_cast<AffineConstantExpr>(quotient.getRHS()) : nullptr;
    if (!loop || !divisor || quotient.getKind() != AffineExprKind::FloorDiv)
      continue;
    OpFoldResult &size = sizes[loop.getPosition()];
    std::optional<int64_t> known = getConstantIntValue(size);
    bool hasIndex = !op.getBlock()->getOps<linalg::IndexOp>().empty();
    if (!known || hasIndex || split.contains(loop))
      return emitNoRule();
    int64_t quotients = llvm::divideCeil(*known, divisor.getValue());
    // Zeros for the last quotient's rests that there are not.
    int64_t more = quotients * divisor.getValue() - *known;
    for (auto [value, map] : llvm::zip(values, maps))
      for (auto [dim, index] : llvm::enumerate(map.getResults()))
        if (index == loop)
          value = margins.add(value, dim, 0, more);
    size = builder.getIndexAttr(quotients);
    sizes.push_back(builder.getIndexAttr(divisor.getValue()));
    AffineExpr rest = builder.getAffineDimExpr(numLoops++);
    split[quotient] = loop;
    split[loop % divisor] = rest;
    split[loop] = loop * divisor + rest;
  }
  for (AffineMap &map : maps) {
    SmallVector<AffineExpr> results;
    for (AffineExpr expr : map.getResults())
      results.push_back(expr.replace(split));
    map = AffineMap::get(numLoops, 0, results, context);
  }
  return success();
}

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

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

/// Notes which loops an operand gives the sizes of.
static void see(AffineMap map, llvm::SmallBitVector &loops) {
  for (AffineExpr expr : map.getResults())
    if (auto dim = dyn_cast<AffineDimExpr>(expr))
      loops.set(dim.getPosition());
}

FailureOr<Value> emitLoops(OpBuilder &builder, Gradient &gradient,
                           AffineMap written, GradientBody body,
                           IndexOf indexOf) {
  Location loc = gradient.op.getLoc();
  unsigned numLoops = written.getNumDims(), count = gradient.values.size();
  SmallVector<utils::IteratorType> iterators(numLoops,
                                             utils::IteratorType::reduction);
  nn::Sizes shape;
  for (AffineExpr expr : written.getResults()) {
    unsigned loop = cast<AffineDimExpr>(expr).getPosition();
    iterators[loop] = utils::IteratorType::parallel;
    shape.push_back(gradient.sizes[loop]);
  }
  bool isSum = written.getNumResults() < numLoops;
  // The body comes first, to see which sources it needs.
  auto block = std::make_unique<Block>();
  for (Value value : gradient.values)
    block->addArgument(nn::typeOf(value).getElementType(), loc);
  BlockArgument sum = block->addArgument(builder.getF32Type(), loc);
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(block.get());
    ElementwiseBuilder e(builder, loc, builder.getF32Type());
    FailureOr<Value> value =
        body(e, block->getArguments().drop_back(), indexOf);
    if (failed(value))
      return failure();
    Value yielded = isSum ? e.add(sum, *value) : *value;
    linalg::YieldOp::create(e.getBuilder(), yielded);
  }
  llvm::SmallBitVector seen(numLoops), kept(count);
  see(written, seen);
  for (unsigned i = 0; i < count; ++i)
    if (!block->getArgument(i).use_empty()) {
      kept.set(i);
      see(gradient.maps[i], seen);
    }
  // Some are read for the sake of their sizes alone.
  for (unsigned i = 0; i < count && !seen.all(); ++i) {
    llvm::SmallBitVector before = seen;
    see(gradient.maps[i], seen);
    if (seen != before)
      kept.set(i);
  }
  SmallVector<Value> values;
  SmallVector<AffineMap> maps;
  for (unsigned i : kept.set_bits()) {
    values.push_back(gradient.values[i]);
    maps.push_back(gradient.maps[i]);
  }
  for (unsigned i = count; i-- > 0;)
    if (!kept.test(i))
      block->eraseArgument(i);
  // Loops that no operand has by themselves.
  if (!seen.all()) {
    seen.flip();
    nn::Sizes turns;
    SmallVector<AffineExpr> rest;
    for (unsigned loop : seen.set_bits()) {
      turns.push_back(gradient.sizes[loop]);
      rest.push_back(builder.getAffineDimExpr(loop));
    }
    block->insertArgument(values.size(), builder.getF32Type(), loc);
    values.push_back(nn::emptyOf(builder, loc, turns));
    maps.push_back(AffineMap::get(numLoops, 0, rest, builder.getContext()));
  }
  maps.push_back(written);
  Value init = isSum ? nn::filledOf(builder, loc, shape, 0.0)
                     : nn::emptyOf(builder, loc, shape);
  auto generic = linalg::GenericOp::create(builder, loc, init.getType(), values,
                                           init, maps, iterators);
  generic.getRegion().push_back(block.release());
  nameGradient(generic.getResult(0), gradient.op);
  return generic.getResult(0);
}

namespace {
/// How a dimension of an operand is read: by one loop, or by none, from an
/// element on.
struct Place {
  AffineDimExpr loop;
  int64_t first = 0;
};
} // namespace

/// Reads an index that is a number, a loop, or a loop and a number; null is
/// what else there is.
static std::optional<Place> placeOf(AffineExpr index) {
  if (auto number = dyn_cast<AffineConstantExpr>(index))
    return Place{nullptr, number.getValue()};
  if (auto loop = dyn_cast<AffineDimExpr>(index))
    return Place{loop};
  auto binary = dyn_cast<AffineBinaryOpExpr>(index);
  auto loop = binary ? dyn_cast<AffineDimExpr>(binary.getLHS()) : nullptr;
  auto number =
      binary ? dyn_cast<AffineConstantExpr>(binary.getRHS()) : nullptr;
  if (!loop || !number)
    return std::nullopt;
  if (binary.getKind() == AffineExprKind::Add)
    return Place{loop, number.getValue()};
  // A sequence is no longer than what is read for each of its places.
  if (binary.getKind() == AffineExprKind::Mod)
    return Place{loop};
  return std::nullopt;
}

/// What has been computed loop by loop, with zeros around it where the operand
/// has more.
static Value putAt(OpBuilder &builder, Gradient &gradient,
                   ArrayRef<Place> places, Value value) {
  RankedTensorType type = nn::typeOf(gradient.getInput());
  nn::Margins margins(builder, gradient.op.getLoc(), "constant");
  for (auto [dim, place] : llvm::enumerate(places))
    if (int64_t size = nn::typeOf(value).getDimSize(dim);
        !ShapedType::isDynamic(size))
      value = margins.add(value, dim, place.first,
                          type.getDimSize(dim) - place.first - size);
  return value;
}

/// The gradient of an operand each of whose dimensions is that of one loop, or
/// of none.
static FailureOr<Value> emitAtPlaces(OpBuilder &builder, Gradient &gradient,
                                     GradientBody body, IndexOf indexOf) {
  Location loc = gradient.op.getLoc();
  Value input = gradient.getInput();
  AffineMap map = gradient.getMap();
  SmallVector<AffineExpr> written;
  SmallVector<ReassociationIndices> groups;
  SmallVector<Place> places;
  SmallVector<int64_t> shape;
  ReassociationIndices group;
  for (auto [dim, expr] : llvm::enumerate(map.getResults())) {
    group.push_back(dim);
    std::optional<Place> place = placeOf(expr);
    if (!place || (place->loop && llvm::is_contained(written, place->loop)))
      return gradient.emitNoRule();
    places.push_back(*place);
    if (!place->loop) {
      shape.push_back(1);
      continue;
    }
    shape.push_back(
        getConstantIntValue(gradient.sizes[place->loop.getPosition()])
            .value_or(ShapedType::kDynamic));
    written.push_back(place->loop);
    groups.push_back(group);
    group.clear();
  }
  // Dimensions of one element behind the last one.
  if (!groups.empty())
    llvm::append_range(groups.back(), group);
  AffineMap writtenMap =
      AffineMap::get(map.getNumDims(), 0, written, builder.getContext());
  FailureOr<Value> result =
      emitLoops(builder, gradient, writtenMap, body, indexOf);
  if (failed(result))
    return failure();
  Value value = *result;
  if (written.size() != shape.size())
    value = nn::expand(builder, loc, value,
                       RankedTensorType::get(shape, builder.getF32Type()),
                       groups, input);
  return putAt(builder, gradient, places, value);
}

//===----------------------------------------------------------------------===//
// Rules
//===----------------------------------------------------------------------===//

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
  if (failed(gradient.turnLoops(builder)) ||
      failed(gradient.splitLoops(builder)))
    return failure();
  auto indexOf = [&](unsigned loop) -> Value {
    return linalg::IndexOp::create(builder, op.getLoc(), loop);
  };
  FailureOr<Value> result =
      isWindow(gradient.getMap())
          ? emitUnderWindow(builder, gradient, body)
          : emitAtPlaces(builder, gradient, body, indexOf);
  if (failed(result))
    return failure();
  cotangents.add(gradient.getInput(), *result);
  return success();
}

LogicalResult Rules::ofSum(Value summand) {
  Block *body = op.getBlock();
  bool isResult = op.getNumReductionLoops() == 0 &&
                  summand == body->getTerminator()->getOperand(0);
  for (unsigned operand = 0, e = op.getNumDpsInputs(); operand < e; ++operand) {
    BlockArgument argument = body->getArgument(operand);
    if (!cotangents.isActive(op.getDpsInputOperand(operand)->get()) ||
        !dependsOn(summand, argument))
      continue;
    Gradient gradient(op, operand, dy, builder);
    auto times = [&](ElementwiseBuilder &eb, ValueRange elements,
                     IndexOf) -> FailureOr<Value> {
      IRMapping mapping;
      for (unsigned i = 0; i < e; ++i)
        mapping.map(body->getArgument(i), elements[gradient.firstInput + i]);
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

/// Which turn of the loops that are reduced it is, as f32.
static Value numberOfTurn(ElementwiseBuilder &e, Gradient &gradient,
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

LogicalResult Rules::ofMaximum(unsigned operand) {
  Gradient gradient(op, operand, dy, builder);
  Location loc = op.getLoc();
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
  // The first turn whose element is the maximum.
  AffineMap written = gradient.maps[gradient.cotangent];
  nn::Sizes shape;
  for (AffineExpr expr : written.getResults())
    shape.push_back(gradient.sizes[cast<AffineDimExpr>(expr).getPosition()]);
  SmallVector<Value> inputs(op.getDpsInputs());
  inputs.push_back(op->getResult(0));
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  maps.push_back(written);
  Value none = nn::filledOf(builder, loc, shape, double(turns));
  auto first = linalg::GenericOp::create(
      builder, loc, none.getType(), inputs, none, maps,
      op.getIteratorTypesArray(),
      [&](OpBuilder &nested, Location inner, ValueRange v) {
        ElementwiseBuilder e(nested, inner, nested.getF32Type());
        ImplicitLocOpBuilder &b = e.getBuilder();
        auto indexOf = [&](unsigned loop) -> Value {
          return linalg::IndexOp::create(b, loop);
        };
        Value turn = numberOfTurn(e, gradient, indexOf);
        Value other = e.f32(float(turns));
        Value candidate = e.select(arith::CmpFPredicate::OEQ, v[operand],
                                   v[v.size() - 2], turn, other);
        Value least = arith::MinimumFOp::create(b, v.back(), candidate);
        linalg::YieldOp::create(b, least);
      });
  nameGradient(first.getResult(0), op);
  unsigned place = gradient.add(first.getResult(0), written);
  return emit(gradient,
              [&](ElementwiseBuilder &e, ValueRange elements,
                  IndexOf indexOf) -> FailureOr<Value> {
                Value turn = numberOfTurn(e, gradient, indexOf);
                return e.select(arith::CmpFPredicate::OEQ, elements[place],
                                turn, elements[gradient.cotangent],
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
  if (Value summand = findSummand(op))
    return ofSum(summand);
  // What only keeps others in range of floats changes no result.
  if (op->hasAttr(nn::kNoGradientAttrName))
    return success();
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
