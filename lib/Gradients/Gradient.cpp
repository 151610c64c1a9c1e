//===- Gradient.cpp - Loops seen from an operand --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LinalgGradient.h"
#include "nascent/Conversion/NNToLinalg/LinalgBuilders.h"

using namespace mlir;

namespace nascent::gradients {

Gradient::Gradient(linalg::LinalgOp op, unsigned operand, Value dy,
                   OpBuilder &builder, bool isWeight)
    : op(op), operand(operand), input(op.getDpsInputOperand(operand)->get()) {
  for (Range range : op.createLoopRanges(builder, op.getLoc()))
    sizes.push_back(range.size);
  AffineMap written = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
  // Rows are the first factor's: of a weight's gradient, those of what it is
  // multiplied with.
  if (!isWeight)
    cotangent = add(dy, written);
  firstInput = values.size();
  for (OpOperand *input : op.getDpsInputOperands())
    add(input->get(), op.getMatchingIndexingMap(input));
  if (isWeight)
    cotangent = add(dy, written);
  result = add(op->getResult(0), written);
  for (unsigned loop = 0; loop < sizes.size(); ++loop)
    indices.push_back(builder.getAffineDimExpr(loop));
  joinGroups(builder);
}

void Gradient::joinGroups(OpBuilder &builder) {
  AffineMap &read = maps[firstInput + operand];
  AffineMap written = maps[result];
  unsigned numLoops = read.getNumDims();
  // Whether `index` is of loops of the result, by which all other inputs are
  // read, too.
  auto isGroup = [&](AffineExpr index) {
    if (llvm::any_of(llvm::seq(numLoops), [&](unsigned i) {
          return index.isFunctionOfDim(i) && !written.isFunctionOfDim(i);
        }))
      return false;
    return llvm::all_of(llvm::seq(op.getNumDpsInputs()), [&](int64_t input) {
      AffineMap other = maps[firstInput + input];
      return input == operand ||
             llvm::any_of(llvm::seq(numLoops), [&](unsigned i) {
               return index.isFunctionOfDim(i) && other.isFunctionOfDim(i);
             });
    });
  };
  for (auto [loop, size] : llvm::enumerate(sizes)) {
    if (!isOneInteger(size))
      continue;
    SmallVector<AffineExpr> results;
    for (AffineExpr index : read.getResults()) {
      AffineExpr group = index.replace(builder.getAffineDimExpr(loop),
                                       builder.getAffineConstantExpr(0));
      bool isRead = isa<AffineConstantExpr>(group) || !isGroup(group);
      results.push_back(isRead ? index : group);
    }
    read = AffineMap::get(numLoops, 0, results, builder.getContext());
  }
}

/// Sums of indices are not ordered.
static bool isSum(AffineExpr expr, AffineExpr first, AffineExpr second) {
  return expr == first + second || expr == second + first;
}

void Gradient::splitInput(OpBuilder &builder) {
  RankedTensorType type = nn::typeOf(input);
  unsigned numLoops = sizes.size();
  auto loop = [&](unsigned i) { return builder.getAffineDimExpr(i); };
  // Of one of the result.
  auto turns = [&](unsigned i) {
    return maps[cotangent].isFunctionOfDim(i)
               ? getConstantIntValue(sizes[i]).value_or(0)
               : 0;
  };
  SmallVector<AffineExpr> read;
  SmallVector<int64_t> shape;
  SmallVector<ReassociationIndices> groups;
  for (auto [dim, size] : llvm::enumerate(type.getShape())) {
    AffineExpr index = getMap().getResult(dim);
    groups.push_back({int64_t(read.size())});
    read.push_back(index);
    shape.push_back(size);
    for (unsigned outer = 0; outer < numLoops; ++outer)
      for (unsigned inner = 0; inner < numLoops; ++inner) {
        if (turns(inner) < 2 || turns(outer) < 2 ||
            turns(outer) * turns(inner) != size ||
            !isSum(index, loop(inner), loop(outer) * turns(inner)))
          continue;
        read.back() = loop(outer);
        shape.back() = turns(outer);
        groups.back().push_back(read.size());
        read.push_back(loop(inner));
        shape.push_back(turns(inner));
      }
  }
  if (shape.size() == groups.size())
    return;
  split = groups;
  ImplicitLocOpBuilder at(op.getLoc(), builder);
  input = nn::expand(at, input, type.clone(shape), split, input);
  values[firstInput + operand] = input;
  maps[firstInput + operand] =
      AffineMap::get(numLoops, 0, read, builder.getContext());
}

Value Gradient::joinInput(OpBuilder &builder, Value value) {
  if (split.empty())
    return value;
  return tensor::CollapseShapeOp::create(builder, op.getLoc(), value, split);
}

LogicalResult Gradient::extendLoops(OpBuilder &builder) {
  SmallVector<AffineExpr> results;
  for (AffineExpr expr : getMap().getResults()) {
    results.push_back(expr);
    auto rest = dyn_cast<AffineBinaryOpExpr>(expr);
    auto loop = rest ? dyn_cast<AffineDimExpr>(rest.getLHS()) : nullptr;
    auto rows = rest ? dyn_cast<AffineConstantExpr>(rest.getRHS()) : nullptr;
    if (!loop || !rows || rest.getKind() != AffineExprKind::Mod)
      continue;
    std::optional<int64_t> size =
        getConstantIntValue(sizes[loop.getPosition()]);
    if (!size || *size > rows.getValue() ||
        !op.getBlock()->getOps<linalg::IndexOp>().empty())
      return emitNoRule();
    for (auto [value, map] : llvm::zip(values, maps))
      for (auto [dim, index] : llvm::enumerate(map.getResults()))
        if (index == loop)
          value = withMargins(builder, value, dim, 0, rows.getValue() - *size);
    sizes[loop.getPosition()] = builder.getIndexAttr(rows.getValue());
    results.back() = loop;
  }
  AffineMap &read = maps[firstInput + operand];
  read = AffineMap::get(read.getNumDims(), 0, results, op.getContext());
  return success();
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

LogicalResult Gradient::reverseLoops(OpBuilder &builder) {
  ImplicitLocOpBuilder at(op.getLoc(), builder);
  llvm::DenseMap<AffineExpr, AffineExpr> reversed;
  for (AffineExpr expr : getMap().getResults())
    for (unsigned i = 0, e = sizes.size(); i < e; ++i) {
      AffineExpr loop = builder.getAffineDimExpr(i);
      if (!runsBackwards(expr, loop))
        continue;
      std::optional<int64_t> size = getConstantIntValue(sizes[i]);
      if (!size || !op.getBlock()->getOps<linalg::IndexOp>().empty())
        return emitNoRule();
      reversed[loop] = *size - 1 - loop;
    }
  if (reversed.empty())
    return success();
  for (auto [i, value, map] : llvm::enumerate(values, maps)) {
    // What is read by the loop alone is reversed itself.
    SmallVector<AffineExpr> read, results;
    for (auto [dim, index] : llvm::enumerate(map.getResults())) {
      AffineExpr place = builder.getAffineDimExpr(dim);
      bool isReversed = reversed.contains(index);
      if (isReversed)
        place = nn::typeOf(value).getDimSize(dim) - 1 - place;
      read.push_back(place);
      results.push_back(isReversed ? index : index.replace(reversed));
    }
    AffineMap readMap =
        AffineMap::get(read.size(), 0, read, builder.getContext());
    map = simplifyAffineMap(
        AffineMap::get(map.getNumDims(), 0, results, builder.getContext()));
    if (readMap.isIdentity())
      continue;
    value = nn::mapElements(at, value, readMap, nn::typeOf(value).getShape(),
                            [](ImplicitLocOpBuilder &, ValueRange elements) {
                              return elements[0];
                            });
    nameGradient(value, op);
  }
  return success();
}

namespace {
/// (factor·loop + first) floordiv (factor·divisor), which is that of (loop +
/// before) by the divisor; and a number.
struct Quotient {
  AffineExpr expr;
  AffineDimExpr loop;
  int64_t before, divisor;
};
} // namespace

/// `expr` without a number that it is added to, multiplied or divided by, as
/// `kind` says, and the number.
static std::pair<AffineExpr, int64_t>
splitNumber(AffineExpr expr, AffineExprKind kind, int64_t none) {
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  auto number = binary && binary.getKind() == kind
                    ? dyn_cast<AffineConstantExpr>(binary.getRHS())
                    : nullptr;
  return number ? std::pair(binary.getLHS(), number.getValue())
                : std::pair(expr, none);
}

static std::optional<Quotient> findQuotient(AffineExpr index) {
  AffineExpr expr = splitNumber(index, AffineExprKind::Add, 0).first;
  auto [dividend, divisor] = splitNumber(expr, AffineExprKind::FloorDiv, 0);
  auto [product, first] = splitNumber(dividend, AffineExprKind::Add, 0);
  auto [factorOf, factor] = splitNumber(product, AffineExprKind::Mul, 1);
  auto loop = dyn_cast<AffineDimExpr>(factorOf);
  if (!loop || divisor <= 0 || factor <= 0 || first < 0 ||
      divisor % factor != 0)
    return std::nullopt;
  return Quotient{expr, loop, first / factor, divisor / factor};
}

LogicalResult Gradient::splitLoops(OpBuilder &builder) {
  MLIRContext *context = op.getContext();
  llvm::DenseMap<AffineExpr, AffineExpr> split;
  for (AffineExpr expr : getMap().getResults()) {
    std::optional<Quotient> quotient = findQuotient(expr);
    if (!quotient)
      continue;
    AffineDimExpr loop = quotient->loop;
    int64_t before = quotient->before, divisor = quotient->divisor;
    OpFoldResult &size = sizes[loop.getPosition()];
    std::optional<int64_t> known = getConstantIntValue(size);
    if (!known || split.contains(loop))
      return emitNoRule();
    int64_t quotients = llvm::divideCeil(before + *known, divisor);
    // Zeros for the first and the last quotient's rests that there are not.
    int64_t more = quotients * divisor - *known - before;
    for (auto [value, map] : llvm::zip(values, maps))
      for (auto [dim, index] : llvm::enumerate(map.getResults()))
        if (index == loop)
          value = withMargins(builder, value, dim, before, more);
        else if (before > 0 && index.isFunctionOfDim(loop.getPosition()) &&
                 splitNumber(index, AffineExprKind::Add, 0).first !=
                     quotient->expr)
          return emitNoRule();
    size = builder.getIndexAttr(quotients);
    AffineExpr rest = builder.getAffineDimExpr(sizes.size());
    sizes.push_back(builder.getIndexAttr(divisor));
    split[quotient->expr] = loop;
    split[loop % divisor] = rest;
    split[loop] = loop * divisor + rest;
    indices[loop.getPosition()] = loop * divisor + rest - before;
  }
  for (AffineMap &map : maps) {
    SmallVector<AffineExpr> results;
    for (AffineExpr expr : map.getResults())
      results.push_back(expr.replace(split));
    map = AffineMap::get(sizes.size(), 0, results, context);
  }
  return success();
}

} // namespace nascent::gradients
