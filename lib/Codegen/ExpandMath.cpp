//===- ExpandMath.cpp - Mathematical functions as polynomials -------------===//
//
// log, tanh and erf are MLIR's own approximations. Its exp and expm1 need
// `floor`, which is a library call on some targets, so they are written here.
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

/// 2ⁿ for n held as an integer in [-126, 127].
Value powerOfTwo(ElementwiseBuilder &e, Value n) {
  Value biased = e.emit<arith::AddIOp>(n, e.i32(127));
  return e.fromBits(e.emit<arith::ShLIOp>(biased, e.i32(23)));
}

/// x = n·ln 2 + r with |r| ≤ ln 2 / 2, and eʳ − 1 − r.
struct Reduced {
  Value n; // as an integer
  Value r;
  Value tail;
};

/// Cody and Waite's reduction; adding 1.5·2²³ rounds to the nearest integer and
/// leaves it in the low bits. The polynomial is that of Cephes' expf.
Reduced reduce(ElementwiseBuilder &e, Value x) {
  Value magic = e.f32(12582912.0f);
  Value shifted = fma(e, x, e.f32(1.44269504f), magic);
  Value n = e.sub(shifted, magic);
  Value r = fma(e, n, e.f32(-0.693359375f), x);
  r = fma(e, n, e.f32(2.12194440e-4f), r);
  Value p = e.f32(1.9875691500e-4f);
  for (float coefficient :
       {1.3981999507e-3f, 8.3334519073e-3f, 4.1665795894e-2f, 1.6666665459e-1f,
        5.0000001201e-1f})
    p = fma(e, p, r, e.f32(coefficient));
  Value bits = e.toBits(shifted);
  Value integer = e.emit<arith::SubIOp>(bits, e.toBits(magic));
  return {integer, r, e.mul(e.mul(r, r), p)};
}

struct ExpExpansion : OpRewritePattern<math::ExpOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(math::ExpOp op,
                                PatternRewriter &rewriter) const override {
    if (!isSupported(op.getType()))
      return rewriter.notifyMatchFailure(op, "not f32 or a vector of it");
    ElementwiseBuilder e = builderAt(op, rewriter);
    // Outside of these bounds the result is 0 or infinite all the same.
    Value x = clamp(e, op.getOperand(), -104.0f, 89.0f);
    Reduced reduced = reduce(e, x);
    Value p = e.add(reduced.tail, reduced.r);
    p = e.add(p, e.f32(1.0f));
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
    Value sum = e.add(reduced.tail, reduced.r);
    Value result = fma(e, scale, sum, e.sub(scale, e.f32(1.0f)));
    // e⁸⁸ and more: the −1 is lost in rounding.
    Value exp = math::ExpOp::create(e.getBuilder(), x);
    rewriter.replaceOp(
        op, e.select(arith::CmpFPredicate::OGT, x, e.f32(88.0f), exp, result));
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

/// MLIR's rational approximation of tanh levels off at ±1 only where its
/// multiply-adds are fused; elsewhere it stops short, by three units in the
/// last place. Beyond 8, tanh rounds to ±1.
void saturateTanh(math::TanhOp op) {
  if (!isSupported(op.getType()))
    return;
  OpBuilder builder(op->getContext());
  builder.setInsertionPointAfter(op);
  ElementwiseBuilder e(builder, op.getLoc(), op.getType());
  Value x = op.getOperand(), result = op.getResult();
  Value most = e.f32(8.0f), one = e.f32(1.0f);
  Value upper = e.select(arith::CmpFPredicate::OGT, x, most, one, result);
  Value least = e.f32(-8.0f), minusOne = e.f32(-1.0f);
  Value both = e.select(arith::CmpFPredicate::OLT, x, least, minusOne, upper);
  result.replaceAllUsesExcept(both, upper.getDefiningOp());
}

struct ExpandMathPass : impl::ExpandMathBase<ExpandMathPass> {
  void runOnOperation() override {
    bool fma = VectorTarget::of(getOperation()).fma;
    if (!fma)
      getOperation().walk(saturateTanh);
    RewritePatternSet patterns(&getContext());
    patterns.add<ExpExpansion, ExpM1Expansion>(&getContext());
    populateMathPolynomialApproximationPatterns(patterns, [](StringRef name) {
      return llvm::is_contained({math::LogOp::getOperationName(),
                                 math::TanhOp::getOperationName(),
                                 math::ErfOp::getOperationName()},
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
