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
    : op(op), operand(operand) {
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
  Location loc = op.getLoc();
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
          value = withMargins(builder, value, dim, 0, more);
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

} // namespace nascent::gradients
