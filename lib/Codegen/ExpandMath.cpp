//===- ExpandMath.cpp - Mathematical functions as polynomials -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// log and erf are MLIR's own approximations. Its exp and expm1 need `floor`,
// which is a library call on some targets, and its tanh is a longer chain of
// operations and does not end at 1 everywhere; so they are written here.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "nascent/Codegen/KernelPlan.h"
#include "nascent/Codegen/Passes.h"
#include "nascent/Support/ElementwiseBuilder.h"

namespace nascent::codegen {

#define GEN_PASS_DEF_EXPANDMATH
#include "nascent/Codegen/Passes.h.inc"

using namespace mlir;

namespace {

/// Whether a type is f32 or a vector of it of known size.
bool isSupported(Type type) {
  if (auto vector = dyn_cast<VectorType>(type))
    return !vector.isScalable() && vector.getElementType().isF32();
  return type.isF32();
}

/// The builder at `op`, on values of its type.
ElementwiseBuilder builderAt(Operation *op, PatternRewriter &rewriter) {
  return ElementwiseBuilder(rewriter, op->getLoc(), op->getResult(0).getType());
}

Value fma(ElementwiseBuilder &e, Value x, Value y, Value z) {
  return math::FmaOp::create(e.getBuilder(), x, y, z);
}

/// x within [low, high]; NaN stays NaN.
Value clamp(ElementwiseBuilder &e, Value x, float low, float high) {
  Value least = e.f32(low), most = e.f32(high);
  x = e.select(arith::CmpFPredicate::OLT, x, least, least, x);
  return e.select(arith::CmpFPredicate::OGT, x, most, most, x);
}

/// 2ⁿ for n held as an integer in [-126, 127]; 0 for -127, infinite for 128.
Value powerOfTwo(ElementwiseBuilder &e, Value n) {
  Value biased = e.emit<arith::AddIOp>(n, e.i32(127));
  return e.fromBits(e.emit<arith::ShLIOp>(biased, e.i32(23)));
}

/// x = n·ln 2 + r with |r| ≤ ln 2 / 2, and eʳ = 1 + r + r²·p.
struct Reduced {
  Value n; // as an integer
  Value r;
  Value square;
  Value p;
};

/// Cody and Waite's reduction; adding 1.5·2²³ rounds to the nearest integer and
/// leaves it in the low bits. The polynomial is that of Cephes' expf, in
/// Estrin's order: operations that wait for one another are what takes time.
Reduced reduce(ElementwiseBuilder &e, Value x) {
  Value magic = e.f32(12582912.0f);
  Value shifted = fma(e, x, e.f32(1.44269504f), magic);
  Value n = e.sub(shifted, magic);
  Value r = fma(e, n, e.f32(-0.693359375f), x);
  r = fma(e, n, e.f32(2.12194440e-4f), r);
  Value square = e.mul(r, r), fourth = e.mul(square, square);
  Value low = fma(e, e.f32(1.6666665459e-1f), r, e.f32(5.0000001201e-1f));
  Value middle = fma(e, e.f32(8.3334519073e-3f), r, e.f32(4.1665795894e-2f));
  Value high = fma(e, e.f32(1.9875691500e-4f), r, e.f32(1.3981999507e-3f));
  Value p = fma(e, high, fourth, fma(e, middle, square, low));
  Value bits = e.toBits(shifted);
  Value integer = e.emit<arith::SubIOp>(bits, e.toBits(magic));
  return {integer, r, square, p};
}

struct ExpExpansion : OpRewritePattern<math::ExpOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(math::ExpOp op,
                                PatternRewriter &rewriter) const override {
    if (!isSupported(op.getType()))
      return rewriter.notifyMatchFailure(op, "not f32 or a vector of it");
    ElementwiseBuilder e = builderAt(op, rewriter);
    // Outside of these bounds the result is 0 or infinite all the same.
    bool isApproximate =
        arith::bitEnumContainsAll(op.getFastmath(), arith::FastMathFlags::afn);
    Value x =
        clamp(e, op.getOperand(), isApproximate ? -88.0f : -104.0f, 89.0f);
    Reduced reduced = reduce(e, x);
    Value one = e.f32(1.0f);
    // A shorter chain, off by another quarter of a unit in the last place. From
    // 2^127.5 on it is infinite, and below 2^-126.5 it is 0.
    if (isApproximate) {
      Value p = fma(e, reduced.square, reduced.p, e.add(reduced.r, one));
      rewriter.replaceOp(op, e.mul(p, powerOfTwo(e, reduced.n)));
      return success();
    }
    Value p = e.add(fma(e, reduced.square, reduced.p, reduced.r), one);
    // Two factors: 2ⁿ alone would leave the range before the result does.
    Value half = e.emit<arith::ShRSIOp>(reduced.n, e.i32(1));
    Value rest = e.emit<arith::SubIOp>(reduced.n, half);
    p = e.mul(p, powerOfTwo(e, half));
    rewriter.replaceOp(op, e.mul(p, powerOfTwo(e, rest)));
    return success();
  }
};

struct ExpM1Expansion : OpRewritePattern<math::ExpM1Op> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(math::ExpM1Op op,
                                PatternRewriter &rewriter) const override {
    if (!isSupported(op.getType()))
      return rewriter.notifyMatchFailure(op, "not f32 or a vector of it");
    ElementwiseBuilder e = builderAt(op, rewriter);
    Value x = op.getOperand();
    // Below, the result is −1; above 88, 2ⁿ would leave the range.
    Reduced reduced = reduce(e, clamp(e, x, -40.0f, 88.0f));
    // 2ⁿ·(eʳ − 1) + (2ⁿ − 1): no cancellation for small x, where n is 0.
    Value scale = powerOfTwo(e, reduced.n);
    Value small = fma(e, reduced.square, reduced.p, reduced.r);
    Value result = fma(e, scale, small, e.sub(scale, e.f32(1.0f)));
    // e⁸⁸ and more: the −1 is lost in rounding.
    Value exp = math::ExpOp::create(e.getBuilder(), x);
    rewriter.replaceOp(
        op, e.select(arith::CmpFPredicate::OGT, x, e.f32(88.0f), exp, result));
    return success();
  }
};

/// x·P(x²) / Q(x²) with P and Q of degree 4, the minimax approximation in
/// [-9, 9], beyond which tanh rounds to ±1. There the quotient is 1 or more,
/// and grows with x as long as x² is bounded; the result is bounded in the end.
/// What takes time is the chain of operations that wait for one another, so P
/// and Q are in Estrin's order.
struct TanhExpansion : OpRewritePattern<math::TanhOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(math::TanhOp op,
                                PatternRewriter &rewriter) const override {
    if (!isSupported(op.getType()))
      return rewriter.notifyMatchFailure(op, "not f32 or a vector of it");
    ElementwiseBuilder e = builderAt(op, rewriter);
    Value x = op.getOperand();
    Value most = e.f32(81.0f), square = e.mul(x, x);
    square = e.select(arith::CmpFPredicate::OGT, square, most, most, square);
    Value fourth = e.mul(square, square);
    // 1 + c[0]·x² + x⁴·(c[1] + c[2]·x² + c[3]·x⁴)
    auto polynomial = [&](std::array<float, 4> c) {
      Value low = fma(e, e.f32(c[0]), square, e.f32(1.0f));
      Value high = fma(e, e.f32(c[2]), square, e.f32(c[1]));
      high = fma(e, e.f32(c[3]), fourth, high);
      return fma(e, high, fourth, low);
    };
    Value p = polynomial({1.338397712e-01f, 3.498993115e-03f, 2.066122579e-05f,
                          1.341976930e-08f});
    Value q = polynomial({4.671729803e-01f, 2.589019388e-02f, 3.291034081e-04f,
                          7.804707707e-07f});
    Value quotient = e.emit<arith::DivFOp>(e.mul(x, p), q);
    rewriter.replaceOp(op, clamp(e, quotient, -1.0f, 1.0f));
    return success();
  }
};

/// A fused multiply-add that the target lacks would be a library call.
struct SplitFma : OpRewritePattern<math::FmaOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(math::FmaOp op,
                                PatternRewriter &rewriter) const override {
    if (!isSupported(op.getType()))
      return rewriter.notifyMatchFailure(op, "not f32 or a vector of it");
    Value product =
        arith::MulFOp::create(rewriter, op.getLoc(), op.getA(), op.getB());
    rewriter.replaceOpWithNewOp<arith::AddFOp>(op, product, op.getC());
    return success();
  }
};

struct ExpandMathPass : impl::ExpandMathBase<ExpandMathPass> {
  void runOnOperation() override {
    bool fma = VectorTarget::of(getOperation()).fma;
    RewritePatternSet patterns(&getContext());
    patterns.add<ExpExpansion, ExpM1Expansion, TanhExpansion>(&getContext());
    populateMathPolynomialApproximationPatterns(patterns, [](StringRef name) {
      return llvm::is_contained(
          {math::LogOp::getOperationName(), math::ErfOp::getOperationName()},
          name);
    });
    if (!fma)
      patterns.add<SplitFma>(&getContext());
    arith::populateExpandBFloat16Patterns(patterns);
    SmallVector<Operation *> ops;
    getOperation().walk([&](Operation *op) {
      if (isa<math::MathDialect>(op->getDialect()) ||
          isa<arith::ExtFOp, arith::TruncFOp>(op))
        ops.push_back(op);
    });
    GreedyRewriteConfig config;
    config.setStrictness(GreedyRewriteStrictness::ExistingAndNewOps);
    if (failed(applyOpPatternsGreedily(ops, std::move(patterns), config)))
      signalPassFailure();
  }
};

} // namespace

} // namespace nascent::codegen
