//===- OpenBody.cpp - Tensors of dynamic shape, by element ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OpenBody.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace nascent::kernels {

SmallVector<std::optional<unsigned>> loopsOfResult(linalg::LinalgOp op) {
  SmallVector<std::optional<unsigned>> places(op.getNumLoops());
  AffineMap map = op.getIndexingMapsArray().back();
  for (auto [place, expr] : llvm::enumerate(map.getResults()))
    if (auto dim = dyn_cast<AffineDimExpr>(expr))
      places[dim.getPosition()] = place;
  return places;
}

//===----------------------------------------------------------------------===//
// Whether there are vectors
//===----------------------------------------------------------------------===//

/// How far apart the values of `expr` are in neighbouring lanes, for so many of
/// them from a multiple on; none where not equally.
static std::optional<int64_t> stepOf(AffineExpr expr, ArrayRef<int64_t> steps,
                                     int64_t lanes) {
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return steps[dim.getPosition()];
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary)
    return 0;
  auto left = stepOf(binary.getLHS(), steps, lanes);
  auto right = stepOf(binary.getRHS(), steps, lanes);
  if (!left || !right)
    return std::nullopt;
  if (expr.getKind() == AffineExprKind::Add)
    return *left + *right;
  auto by = dyn_cast<AffineConstantExpr>(binary.getRHS());
  if (!by)
    return std::nullopt;
  if (expr.getKind() == AffineExprKind::Mul)
    return *left * by.getValue();
  if (*left == 0)
    return 0;
  bool isAligned = *left == 1 && isa<AffineDimExpr>(binary.getLHS()) &&
                   by.getValue() % lanes == 0;
  if (!isAligned)
    return std::nullopt;
  return expr.getKind() == AffineExprKind::Mod ? 1 : 0;
}

/// The same of what `op` reads by `map`, given the steps of its loops.
static std::optional<SmallVector<int64_t>>
stepsOf(AffineMap map, ArrayRef<int64_t> loops, int64_t lanes) {
  SmallVector<int64_t> steps;
  for (AffineExpr expr : map.getResults()) {
    std::optional<int64_t> step = stepOf(expr, loops, lanes);
    if (!step)
      return std::nullopt;
    steps.push_back(*step);
  }
  return steps;
}

bool OpenBody::hasVectors(Value tensor, ArrayRef<int64_t> steps,
                          int64_t lanes) {
  Operation *op = tensor.getDefiningOp();
  // What is merged is a parameter, whose elements are neighbours.
  if (isa<bufferization::ToTensorOp, tensor::EmptyOp, tensor::CollapseShapeOp>(
          op))
    return true;
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op))
    return hasVectors(slice.getSource(), steps, lanes);
  if (auto pad = dyn_cast<tensor::PadOp>(op)) {
    // Of neighbours along what is padded, some are inside and some are not.
    for (auto [step, low, high] :
         llvm::zip(steps, pad.getStaticLow(), pad.getStaticHigh()))
      if (step != 0 && (low != 0 || high != 0))
        return false;
    return hasVectors(pad.getSource(), steps, lanes);
  }
  if (auto unpack = dyn_cast<linalg::UnPackOp>(op)) {
    int64_t width = unpack.getSourceType().getShape().back();
    int64_t step = steps[unpack.getInnerDimsPos().front()];
    return step == 0 || (step == 1 && width % lanes == 0);
  }
  if (auto view = dyn_cast<tensor::ExpandShapeOp>(op)) {
    SmallVector<int64_t> inner;
    ArrayRef<int64_t> shape = view.getType().getShape();
    bool isPanels = bool(view.getSrc().getDefiningOp<linalg::UnPackOp>());
    for (const ReassociationIndices &group : view.getReassociationIndices()) {
      // Columns of a group begin where a vector of a panel may not.
      if (isPanels && group.size() > 1 && steps[group.back()] != 0 &&
          shape[group.back()] % lanes != 0)
        return false;
      int64_t step = 0;
      for (int64_t dim : group)
        step = step * (ShapedType::isDynamic(shape[dim]) ? 1 : shape[dim]) +
               steps[dim];
      inner.push_back(step);
    }
    return hasVectors(view.getSrc(), inner, lanes);
  }
  auto linalgOp = cast<linalg::LinalgOp>(op);
  SmallVector<int64_t> loops;
  for (std::optional<unsigned> place : loopsOfResult(linalgOp))
    loops.push_back(place ? steps[*place] : 0);
  for (OpOperand *operand : linalgOp.getDpsInputOperands()) {
    if (!isa<ShapedType>(operand->get().getType()) ||
        linalgOp.getMatchingBlockArgument(operand).use_empty())
      continue;
    auto read = stepsOf(linalgOp.getMatchingIndexingMap(operand), loops, lanes);
    if (!read)
      return false;
    if (!hasVectors(operand->get(), *read, lanes))
      return false;
  }
  if (linalgOp == reduction)
    return hasVectors(linalgOp.getDpsInits()[0], steps, lanes);
  return true;
}

//===----------------------------------------------------------------------===//
// Indices
//===----------------------------------------------------------------------===//

Value OpenBody::number(int64_t value) {
  return arith::ConstantIndexOp::create(b, value);
}

Value OpenBody::valueOf(const OpenIndex &index) {
  if (!index.base)
    return number(index.offset);
  if (index.offset == 0)
    return index.base;
  return arith::AddIOp::create(b, index.base, number(index.offset));
}

OpenIndex OpenBody::add(const OpenIndex &x, const OpenIndex &y) {
  Value base = x.base ? x.base : y.base;
  if (x.base && y.base)
    base = arith::AddIOp::create(b, x.base, y.base);
  return {base, x.offset + y.offset, x.step + y.step};
}

OpenIndex OpenBody::times(const OpenIndex &x, int64_t factor) {
  Value base = x.base;
  if (base && factor != 1)
    base = arith::MulIOp::create(b, base, number(factor));
  return {factor == 0 ? Value() : base, x.offset * factor, x.step * factor};
}

OpenIndex OpenBody::divide(const OpenIndex &x, int64_t divisor,
                           bool isQuotient) {
  // Lanes begin at multiples of what they divide.
  int64_t step = x.step != 0 && !isQuotient ? x.step : 0;
  if (!x.base)
    return {Value(), isQuotient ? x.offset / divisor : x.offset % divisor,
            step};
  Value by = number(divisor), value = valueOf(x);
  if (isQuotient)
    return {arith::DivUIOp::create(b, value, by), 0, step};
  return {arith::RemUIOp::create(b, value, by), 0, step};
}

OpenIndex OpenBody::evaluateIndex(AffineExpr expr, ArrayRef<OpenIndex> loops) {
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return loops[dim.getPosition()];
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return {Value(), constant.getValue(), 0};
  auto binary = cast<AffineBinaryOpExpr>(expr);
  OpenIndex left = evaluateIndex(binary.getLHS(), loops);
  if (expr.getKind() == AffineExprKind::Add)
    return add(left, evaluateIndex(binary.getRHS(), loops));
  int64_t by = cast<AffineConstantExpr>(binary.getRHS()).getValue();
  if (expr.getKind() == AffineExprKind::Mul)
    return times(left, by);
  return divide(left, by, expr.getKind() == AffineExprKind::FloorDiv);
}

auto OpenBody::seenThrough(Operation *view, ArrayRef<OpenIndex> indices)
    -> Indices {
  Indices inner;
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(view)) {
    for (auto [index, start] : llvm::zip(indices, slice.getMixedOffsets())) {
      OpenIndex from;
      if (std::optional<int64_t> known = getConstantIntValue(start))
        from.offset = *known;
      else
        from.base = cast<Value>(start);
      inner.push_back(add(index, from));
    }
    return inner;
  }
  if (auto pad = dyn_cast<tensor::PadOp>(view)) {
    for (auto [index, low] : llvm::zip(indices, pad.getStaticLow()))
      inner.push_back(add(index, {Value(), -low, 0}));
    return inner;
  }
  if (auto unpack = dyn_cast<linalg::UnPackOp>(view)) {
    int64_t width = unpack.getSourceType().getShape().back();
    unsigned tiled = unpack.getInnerDimsPos().front();
    ArrayRef<int64_t> order = unpack.getOuterDimsPerm();
    for (unsigned place = 0; place < indices.size(); ++place) {
      unsigned dim = order.empty() ? place : order[place];
      inner.push_back(dim == tiled ? divide(indices[dim], width, true)
                                   : indices[dim]);
    }
    inner.push_back(divide(indices[tiled], width, false));
    return inner;
  }
  auto expand = cast<tensor::ExpandShapeOp>(view);
  SmallVector<OpFoldResult> sizes = expand.getMixedOutputShape();
  for (const ReassociationIndices &group : expand.getReassociationIndices()) {
    OpenIndex sum;
    for (int64_t dim : group) {
      if (std::optional<int64_t> known = getConstantIntValue(sizes[dim])) {
        sum = times(sum, *known);
      } else if (sum.base || sum.offset) {
        Value all =
            arith::MulIOp::create(b, valueOf(sum), cast<Value>(sizes[dim]));
        sum = {all, 0, sum.step};
      }
      sum = add(sum, indices[dim]);
    }
    inner.push_back(sum);
  }
  return inner;
}

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

Value OpenBody::load(Value buffer, ArrayRef<OpenIndex> indices,
                     const OpenCell &cell) {
  auto valuesAt = [&](int64_t lane) {
    return llvm::map_to_vector(indices, [&](const OpenIndex &index) {
      return valueOf({index.base, index.offset + lane * index.step, 0});
    });
  };
  auto isSame = [](const OpenIndex &index) { return index.step == 0; };
  if (cell.lanes == 1 || llvm::all_of(indices, isSame))
    return memref::LoadOp::create(b, buffer, valuesAt(0));
  if (indices.back().step == 1 && llvm::all_of(indices.drop_back(), isSame)) {
    // Columns of a group begin anywhere in the row.
    const OpenIndex &column = cell.indices.back(), &first = indices.back();
    bool fromMultiple = first.base == column.base &&
                        (first.offset - column.offset) % cell.lanes == 0;
    return body.load(buffer, valuesAt(0),
                     {{}, Value(), cell.lanes, cell.active}, fromMultiple);
  }
  Type element = cast<MemRefType>(buffer.getType()).getElementType();
  SmallVector<Value> elements;
  for (int64_t lane = 0; lane < cell.active; ++lane)
    elements.push_back(memref::LoadOp::create(b, buffer, valuesAt(lane)));
  elements.resize(cell.lanes, elements.back());
  return vector::FromElementsOp::create(
      b, VectorType::get({cell.lanes}, element), elements);
}

void OpenBody::store(Value value, Value buffer, const OpenCell &cell) {
  auto at = llvm::map_to_vector(
      cell.indices, [&](const OpenIndex &index) { return valueOf(index); });
  body.store(body.widen(value, cell.lanes), buffer, at,
             {{}, Value(), cell.lanes, cell.active});
}

Value OpenBody::lanesOf(const OpenIndex &index, int64_t lanes) {
  if (index.step == 0 || lanes == 1)
    return valueOf(index);
  auto each = llvm::map_to_vector(llvm::seq(lanes), [&](int64_t lane) {
    return valueOf({index.base, index.offset + lane * index.step, 0});
  });
  return vector::FromElementsOp::create(
      b, VectorType::get({lanes}, b.getIndexType()), each);
}

Value OpenBody::apply(linalg::LinalgOp op, ValueRange operands,
                      ArrayRef<OpenIndex> loops, int64_t lanes) {
  return body.apply(op, operands,
                    [&](uint64_t dim) { return lanesOf(loops[dim], lanes); });
}

SmallVector<Value> OpenBody::evaluateInputs(linalg::LinalgOp op,
                                            ArrayRef<OpenIndex> loops,
                                            const OpenCell &cell) {
  SmallVector<Value> inputs;
  for (OpOperand *operand : op.getDpsInputOperands()) {
    Value &input = inputs.emplace_back();
    if (op.getMatchingBlockArgument(operand).use_empty())
      continue;
    if (!isa<ShapedType>(operand->get().getType())) {
      input = operand->get();
      continue;
    }
    auto indices = llvm::map_to_vector(
        op.getMatchingIndexingMap(operand).getResults(),
        [&](AffineExpr expr) { return evaluateIndex(expr, loops); });
    input = evaluate(operand->get(), indices, cell);
  }
  return inputs;
}

Value OpenBody::evaluate(Value tensor, ArrayRef<OpenIndex> indices,
                         const OpenCell &cell) {
  Operation *op = tensor.getDefiningOp();
  if (auto leaf = dyn_cast<bufferization::ToTensorOp>(op))
    return load(leaf.getBuffer(), indices, cell);
  if (auto view = dyn_cast<tensor::CollapseShapeOp>(op)) {
    Value whole =
        view.getSrc().getDefiningOp<bufferization::ToTensorOp>().getBuffer();
    Value seen = memref::CollapseShapeOp::create(
        b, whole, view.getReassociationIndices());
    return load(seen, indices, cell);
  }
  if (isa<tensor::ExtractSliceOp, tensor::PadOp, tensor::ExpandShapeOp,
          linalg::UnPackOp>(op))
    return evaluate(op->getOperand(0), seenThrough(op, indices), cell);
  if (op == reduction)
    return cell.sum;
  auto linalgOp = cast<linalg::LinalgOp>(op);
  Indices loops;
  for (std::optional<unsigned> place : loopsOfResult(linalgOp))
    loops.push_back(indices[*place]);
  SmallVector<Value> inputs = evaluateInputs(linalgOp, loops, cell);
  return apply(linalgOp, inputs, loops, cell.lanes);
}

} // namespace nascent::kernels
