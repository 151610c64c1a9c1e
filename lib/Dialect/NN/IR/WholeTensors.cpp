//===- WholeTensors.cpp - Initialisers that are not element-wise ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What they make of independent elements, in place. The order of every sum is
// written here and is part of the result.
//
//===----------------------------------------------------------------------===//

#include "Initializers.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "nascent/Dialect/NN/IR/NNAttributes.h"
#include "nascent/Support/ElementwiseBuilder.h"
#include <cmath>

using namespace mlir;

namespace nascent::nn {

Attribute OrthogonalAttr::resolve(const InitTarget &target,
                                  EmitError emitError) const {
  if (target.shape.size() >= 2)
    return *this;
  emitError() << "needs at least 2 dimensions, got rank "
              << target.shape.size();
  return {};
}

SmallVector<TypedAttr> OrthogonalAttr::getArguments(const InitTarget &) const {
  return {toArgument(getContext(), getGain())};
}

SmallVector<Draw> OrthogonalAttr::getDraws(Operation *) const {
  return {Draw::Normal};
}

Value OrthogonalAttr::emitElement(OpBuilder &, Location,
                                  const InitElement &element) const {
  return element.draw(0);
}

bool OrthogonalAttr::isElementwise() const { return false; }

Attribute SparseAttr::resolve(const InitTarget &target,
                              EmitError emitError) const {
  if (failed(verifyRank(target, 2, 2, "a matrix", emitError)))
    return {};
  return *this;
}

SmallVector<TypedAttr>
SparseAttr::getArguments(const InitTarget &target) const {
  double zeros =
      std::ceil(getSparsity().convertToDouble() * double(target.getRows()));
  return {toArgument(getContext(), int64_t(zeros)),
          toArgument(getContext(), getStd())};
}

SmallVector<Draw> SparseAttr::getDraws(Operation *) const {
  return {Draw::Normal};
}

Value SparseAttr::emitElement(OpBuilder &builder, Location loc,
                              const InitElement &element) const {
  ElementwiseBuilder e(builder, loc, element.type);
  return e.mul(element.draw(0), element.arguments[1]);
}

bool SparseAttr::isElementwise() const { return false; }

namespace {

/// Loops, and the lines of a matrix: its rows, or its columns.
class LineBuilder {
public:
  LineBuilder(InitTensor &tensor, bool linesAreRows)
      : tensor(tensor), b(tensor.getBuilder()), linesAreRows(linesAreRows) {}

  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(b, value);
  }
  Value getCount() {
    return linesAreRows ? tensor.getRows() : tensor.getColumns();
  }
  Value getLength() {
    return linesAreRows ? tensor.getColumns() : tensor.getRows();
  }
  void forEach(Value from, Value to, function_ref<void(Value)> body) {
    forEach(from, to, /*step=*/1, body);
  }
  void forEach(Value count, function_ref<void(Value)> body) {
    forEach(index(0), count, body);
  }
  void forEach(Value from, Value to, int64_t step,
               function_ref<void(Value)> body) {
    auto loop = scf::ForOp::create(b, from, to, index(step));
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    body(loop.getInductionVar());
  }

  Value load(Value line, Value i) {
    return linesAreRows ? tensor.load(line, i) : tensor.load(i, line);
  }
  void store(Value value, Value line, Value i) {
    linesAreRows ? tensor.store(value, line, i) : tensor.store(value, i, line);
  }

  /// Σ x[i]·y[i] in ascending order, for each line y.
  SmallVector<Value> dot(Value x, ArrayRef<Value> ys) {
    SmallVector<Value> zeros(ys.size(), f32().f32(0.0f));
    Value zero = index(0), length = getLength(), one = index(1);
    auto loop = scf::ForOp::create(b, zero, length, one, zeros);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    Value i = loop.getInductionVar(), element = load(x, i);
    SmallVector<Value> sums;
    for (auto [y, sum] : llvm::zip(ys, loop.getRegionIterArgs()))
      sums.push_back(f32().add(sum, f32().mul(element, load(y, i))));
    scf::YieldOp::create(b, sums);
    return llvm::to_vector_of<Value>(loop.getResults());
  }

  /// Takes a unit vector out of other lines.
  void remove(Value line, ArrayRef<Value> others) {
    SmallVector<Value> shares = dot(line, others);
    forEach(getLength(), [&](Value i) {
      Value element = load(line, i);
      for (auto [other, share] : llvm::zip(others, shares)) {
        Value part = f32().mul(share, element);
        store(f32().sub(load(other, i), part), other, i);
      }
    });
  }

  /// One pass of modified Gram–Schmidt: each line is made a unit vector and
  /// then taken out of those after it.
  void orthonormalize() {
    Value count = getCount(), length = getLength();
    forEach(count, [&](Value line) {
      Value norm = math::SqrtOp::create(b, dot(line, {line}).front());
      forEach(length, [&](Value i) {
        store(f32().emit<arith::DivFOp>(load(line, i), norm), line, i);
      });
      // Four at a time: their sums do not wait for one another.
      Value next = arith::AddIOp::create(b, line, index(1));
      Value left = arith::SubIOp::create(b, count, next);
      Value fours = arith::AndIOp::create(b, left, index(~int64_t(3)));
      Value rest = arith::AddIOp::create(b, next, fours);
      forEach(next, rest, /*step=*/4, [&](Value other) {
        SmallVector<Value> others;
        for (int64_t i = 0; i < 4; ++i)
          others.push_back(arith::AddIOp::create(b, other, index(i)));
        remove(line, others);
      });
      forEach(rest, count, [&](Value other) { remove(line, {other}); });
    });
  }

private:
  /// Arithmetic where the builder stands now.
  ElementwiseBuilder f32() { return {b, b.getLoc(), b.getF32Type()}; }

  InitTensor &tensor;
  ImplicitLocOpBuilder &b;
  bool linesAreRows;
};

} // namespace

void OrthogonalAttr::emitTensor(InitTensor &tensor) const {
  ImplicitLocOpBuilder &b = tensor.getBuilder();
  Value height = tensor.getRows(), width = tensor.getColumns();
  Value isWide =
      arith::CmpIOp::create(b, arith::CmpIPredicate::ult, height, width);
  LineBuilder rows(tensor, /*linesAreRows=*/true);
  LineBuilder columns(tensor, /*linesAreRows=*/false);
  // What rounding leaves of other lines after one pass, the second removes.
  rows.forEach(rows.index(2), [&](Value) {
    auto branch = scf::IfOp::create(b, isWide, /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(branch.thenBlock());
    rows.orthonormalize();
    b.setInsertionPointToStart(branch.elseBlock());
    columns.orthonormalize();
  });
  Value gain = tensor.getArguments()[0];
  rows.forEach(height, [&](Value row) {
    rows.forEach(width, [&](Value column) {
      Value element = tensor.load(row, column);
      tensor.store(arith::MulFOp::create(b, element, gain), row, column);
    });
  });
}

void SparseAttr::emitTensor(InitTensor &tensor) const {
  ImplicitLocOpBuilder &b = tensor.getBuilder();
  Value rows = tensor.getRows();
  Value zeros = tensor.getArguments()[0];
  Type i32 = b.getI32Type(), i64 = b.getI64Type();
  Value one = arith::ConstantIndexOp::create(b, 1);
  LineBuilder lines(tensor, /*linesAreRows=*/false);
  lines.forEach(tensor.getColumns(), [&](Value column) {
    auto loop =
        scf::ForOp::create(b, lines.index(0), rows, one, ValueRange{zeros});
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    Value row = loop.getInductionVar(), zerosLeft = loop.getRegionIterArg(0);
    Value rowsLeft = arith::IndexCastUIOp::create(
        b, i64, arith::SubIOp::create(b, rows, row));
    // ⌊draw · rowsLeft / 2³²⌋ is uniform on the rows that are left.
    Value draw =
        arith::ExtUIOp::create(b, i64, tensor.draw(row, column, /*number=*/1));
    Value thirtyTwo = arith::ConstantOp::create(b, b.getI64IntegerAttr(32));
    Value rank = arith::TruncIOp::create(
        b, i32,
        arith::ShRUIOp::create(b, arith::MulIOp::create(b, draw, rowsLeft),
                               thirtyTwo));
    Value isZero =
        arith::CmpIOp::create(b, arith::CmpIPredicate::ult, rank, zerosLeft);
    Value zero = arith::ConstantOp::create(b, b.getF32FloatAttr(0.0f));
    tensor.store(
        arith::SelectOp::create(b, isZero, zero, tensor.load(row, column)), row,
        column);
    Value taken = arith::ExtUIOp::create(b, i32, isZero);
    scf::YieldOp::create(
        b, ValueRange{arith::SubIOp::create(b, zerosLeft, taken)});
  });
}

} // namespace nascent::nn
