//===- ExpandMath.cpp - Mathematical functions as polynomials -------------===//
//
// log, tanh and erf are MLIR's own approximations. Its exp and expm1 need
// `floor`, which is a library call on some targets, so they are written here.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "nascent/Codegen/KernelPlan.h"
#include "nascent/Codegen/Passes.h"
#include <limits>

namespace nascent::codegen {

#define GEN_PASS_DEF_EXPANDMATH
#include "nascent/Codegen/Passes.h.inc"

using namespace mlir;

namespace {

/// Arithmetic on f32 or a vector of it, in short form.
struct Expander {
  ImplicitLocOpBuilder b;
  Type type;

  Expander(Operation *op, PatternRewriter &rewriter)
      : b(op->getLoc(), rewriter), type(op->getResult(0).getType()) {}

  Value constant(Type scalarType, Attribute scalar) {
    if (auto vector = dyn_cast<VectorType>(type)) {
      auto shaped = vector.clone(scalarType);
      return arith::ConstantOp::create(b, shaped,
                                       DenseElementsAttr::get(shaped, scalar));
    }
    return arith::ConstantOp::create(b, scalarType, cast<TypedAttr>(scalar));
  }
  Value f32(float value) {
    return constant(b.getF32Type(), b.getF32FloatAttr(value));
  }
  Value i32(int32_t value) {
    return constant(b.getI32Type(), b.getI32IntegerAttr(value));
  }
  Value bits(Value x) {
    Type integer = b.getI32Type();
    if (auto vector = dyn_cast<VectorType>(type))
      integer = vector.clone(integer);
    return arith::BitcastOp::create(b, integer, x);
  }
  Value add(Value x, Value y) { return arith::AddFOp::create(b, x, y); }
  Value sub(Value x, Value y) { return arith::SubFOp::create(b, x, y); }
  Value mul(Value x, Value y) { return arith::MulFOp::create(b, x, y); }
  Value fma(Value x, Value y, Value z) {
    return math::FmaOp::create(b, x, y, z);
  }
  Value selectIf(arith::CmpFPredicate predicate, Value x, Value y, Value then,
                 Value otherwise) {
    return arith::SelectOp::create(b, arith::CmpFOp::create(b, predicate, x, y),
                                   then, otherwise);
  }
  /// x within [low, high]; NaN stays NaN.
  Value clamp(Value x, float low, float high) {
    x = selectIf(arith::CmpFPredicate::OLT, x, f32(low), f32(low), x);
    return selectIf(arith::CmpFPredicate::OGT, x, f32(high), f32(high), x);
  }
  /// 2ⁿ for n held as an integer in [-126, 127].
  Value powerOfTwo(Value n) {
    Value exponent = arith::ShLIOp::create(
        b, arith::AddIOp::create(b, n, i32(127)), i32(23));
    return arith::BitcastOp::create(b, type, exponent);
  }
};

/// x = n·ln 2 + r with |r| ≤ ln 2 / 2, and eʳ − 1 − r.
struct Reduced {
  Value n; // as an integer
  Value r;
  Value tail;
};

/// Cody and Waite's reduction; adding 1.5·2²³ rounds to the nearest integer and
/// leaves it in the low bits. The polynomial is that of Cephes' expf.
Reduced reduce(Expander &e, Value x) {
  Value magic = e.f32(12582912.0f);
  Value shifted = e.fma(x, e.f32(1.44269504f), magic);
  Value n = e.sub(shifted, magic);
  Value r = e.fma(n, e.f32(-0.693359375f), x);
  r = e.fma(n, e.f32(2.12194440e-4f), r);
  Value p = e.f32(1.9875691500e-4f);
  for (float coefficient :
       {1.3981999507e-3f, 8.3334519073e-3f, 4.1665795894e-2f, 1.6666665459e-1f,
        5.0000001201e-1f})
    p = e.fma(p, r, e.f32(coefficient));
  Value integer = arith::SubIOp::create(e.b, e.bits(shifted), e.bits(magic));
  return {integer, r, e.mul(e.mul(r, r), p)};
}

struct ExpExpansion : OpRewritePattern<math::ExpOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(math::ExpOp op,
                                PatternRewriter &rewriter) const override {
    Expander e(op, rewriter);
    // Outside of these bounds the result is 0 or infinite all the same.
    Value x = e.clamp(op.getOperand(), -104.0f, 89.0f);
    Reduced reduced = reduce(e, x);
    Value p = e.add(e.add(reduced.tail, reduced.r), e.f32(1.0f));
    // Two factors: 2ⁿ alone would leave the range before the result does.
    Value half = arith::ShRSIOp::create(e.b, reduced.n, e.i32(1));
    Value rest = arith::SubIOp::create(e.b, reduced.n, half);
    rewriter.replaceOp(op,
                       e.mul(e.mul(p, e.powerOfTwo(half)), e.powerOfTwo(rest)));
    return success();
  }
};

struct ExpM1Expansion : OpRewritePattern<math::ExpM1Op> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(math::ExpM1Op op,
                                PatternRewriter &rewriter) const override {
    Expander e(op, rewriter);
    Value x = op.getOperand();
    // Below, the result is −1; above 88, 2ⁿ would leave the range.
    Reduced reduced = reduce(e, e.clamp(x, -40.0f, 88.0f));
    // 2ⁿ·(eʳ − 1) + (2ⁿ − 1): no cancellation for small x, where n is 0.
    Value scale = e.powerOfTwo(reduced.n);
    Value result =
        e.fma(scale, e.add(reduced.tail, reduced.r), e.sub(scale, e.f32(1.0f)));
    // e⁸⁸ and more: the −1 is lost in rounding.
    Value exp = math::ExpOp::create(e.b, x);
    rewriter.replaceOp(op, e.selectIf(arith::CmpFPredicate::OGT, x,
                                      e.f32(88.0f), exp, result));
    return success();
  }
};

/// A fused multiply-add that the target lacks would be a library call.
struct SplitFma : OpRewritePattern<math::FmaOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(math::FmaOp op,
                                PatternRewriter &rewriter) const override {
    Value product =
        arith::MulFOp::create(rewriter, op.getLoc(), op.getA(), op.getB());
    rewriter.replaceOpWithNewOp<arith::AddFOp>(op, product, op.getC());
    return success();
  }
};

struct ExpandMathPass : impl::ExpandMathBase<ExpandMathPass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<ExpExpansion, ExpM1Expansion>(&getContext());
    populateMathPolynomialApproximationPatterns(patterns, [](StringRef name) {
      return llvm::is_contained({math::LogOp::getOperationName(),
                                 math::TanhOp::getOperationName(),
                                 math::ErfOp::getOperationName()},
                                name);
    });
    if (!VectorTarget::of(getOperation()).fma)
      patterns.add<SplitFma>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace

} // namespace nascent::codegen
