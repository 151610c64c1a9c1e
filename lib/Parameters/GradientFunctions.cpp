//===- GradientFunctions.cpp - Clipping of gradients ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Between parameters there may be bytes that nobody writes: these functions go
// over ranges without them, in vectors of one size on every target, and what is
// left of a range one by one. So sums are made in one order.
//
//===----------------------------------------------------------------------===//

#include "GradientFunctions.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "nascent/Support/ElementwiseBuilder.h"

using namespace mlir;

namespace nascent::parameters {

static constexpr int64_t kLanes = 8;

namespace {

/// Loops over the gradients of some ranges.
class GradientLoops {
public:
  GradientLoops(func::FuncOp function, ParameterTable &ranges)
      : b(function.getLoc(), function.getContext()), ranges(ranges) {
    b.setInsertionPointToStart(&function.front());
    auto buffer = cast<MemRefType>(function.getArgument(0).getType());
    Value start = index(0);
    gradients = memref::ViewOp::create(
        b,
        MemRefType::get({buffer.getDimSize(0) / int64_t(sizeof(float))},
                        b.getF32Type()),
        function.getArgument(0), start, ValueRange());
  }

  ImplicitLocOpBuilder &getBuilder() { return b; }
  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(b, value);
  }

  /// What one place changes of what a loop carries: `lanes` gradients from
  /// `place` on.
  using Body = function_ref<SmallVector<Value>(Value place, int64_t lanes,
                                               ValueRange carried)>;
  /// Emits the loops; gives what they carry in the end.
  ValueRange emit(ValueRange start, Body body);

  Value load(Value place, int64_t lanes) {
    if (lanes == 1)
      return memref::LoadOp::create(b, gradients, place);
    auto type = VectorType::get({lanes}, b.getF32Type());
    return vector::LoadOp::create(b, type, gradients, place);
  }
  void store(Value value, Value place) {
    if (isa<VectorType>(value.getType()))
      vector::StoreOp::create(b, value, gradients, place);
    else
      memref::StoreOp::create(b, value, gradients, place);
  }

private:
  ImplicitLocOpBuilder b;
  ParameterTable &ranges;
  Value gradients;
};

} // namespace

ValueRange GradientLoops::emit(ValueRange start, Body body) {
  Value none = index(0), one = index(1), count = index(ranges.size());
  auto loop = scf::ForOp::create(b, none, count, one, start);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  Value entry = loop.getInductionVar();
  Value begin = ranges.cell(b, entry, 0), end = ranges.cell(b, entry, 1);
  Value size = arith::SubIOp::create(b, end, begin);
  Value whole = arith::AndIOp::create(b, size, index(-kLanes));
  Value middle = arith::AddIOp::create(b, begin, whole);
  ValueRange carried = loop.getRegionIterArgs();
  for (auto [from, to, lanes] : {std::tuple(begin, middle, kLanes),
                                 std::tuple(middle, end, int64_t(1))}) {
    Value step = index(lanes);
    auto part = scf::ForOp::create(b, from, to, step, carried);
    OpBuilder::InsertionGuard inPart(b);
    b.setInsertionPointToStart(part.getBody());
    SmallVector<Value> results =
        body(part.getInductionVar(), lanes, part.getRegionIterArgs());
    // A loop that carries nothing has its end already.
    if (!results.empty())
      scf::YieldOp::create(b, results);
    carried = part.getResults();
  }
  if (!start.empty())
    scf::YieldOp::create(b, carried);
  return loop.getResults();
}

void emitGradientNorm(func::FuncOp function, ParameterTable &ranges) {
  GradientLoops loops(function, ranges);
  ImplicitLocOpBuilder &b = loops.getBuilder();
  auto wide = VectorType::get({kLanes}, b.getF64Type());
  Value none = arith::ConstantOp::create(b, b.getF64FloatAttr(0.0));
  Value nones =
      arith::ConstantOp::create(b, DenseElementsAttr::get(wide, APFloat(0.0)));
  ValueRange sums =
      loops.emit(ValueRange{nones, none},
                 [&](Value place, int64_t lanes, ValueRange carried) {
                   // A product of two floats is exact in f64.
                   Value gradient = loops.load(place, lanes);
                   Type type = lanes == 1 ? Type(b.getF64Type()) : Type(wide);
                   Value exact = arith::ExtFOp::create(b, type, gradient);
                   Value square = arith::MulFOp::create(b, exact, exact);
                   SmallVector<Value> results(carried);
                   Value &sum = results[lanes == 1];
                   sum = arith::AddFOp::create(b, sum, square);
                   return results;
                 });
  Value sum = sums[1];
  for (int64_t lane = 0; lane < kLanes; ++lane) {
    Value part = vector::ExtractOp::create(b, sums[0], lane);
    sum = arith::AddFOp::create(b, sum, part);
  }
  Value rounded = arith::TruncFOp::create(b, b.getF32Type(), sum);
  Value norm = math::SqrtOp::create(b, rounded);
  func::ReturnOp::create(b, norm);
}

void emitClipGradients(func::FuncOp function, ParameterTable &ranges) {
  GradientLoops loops(function, ranges);
  ImplicitLocOpBuilder &b = loops.getBuilder();
  Value limit = function.getArgument(1);
  loops.emit({}, [&](Value place, int64_t lanes, ValueRange) {
    Value gradient = loops.load(place, lanes);
    ElementwiseBuilder e(b, b.getLoc(), gradient.getType());
    Value most = limit;
    if (lanes != 1)
      most = vector::BroadcastOp::create(b, gradient.getType(), limit);
    Value least = e.neg(most);
    // NaN stays NaN.
    Value clipped =
        e.select(arith::CmpFPredicate::OGT, gradient, most, most, gradient);
    clipped =
        e.select(arith::CmpFPredicate::OLT, clipped, least, least, clipped);
    loops.store(clipped, place);
    return SmallVector<Value>();
  });
  func::ReturnOp::create(b);
}

} // namespace nascent::parameters
