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
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "nascent/Kernels/KernelPlan.h"
#include "nascent/Lowering/Passes.h"
#include "nascent/Support/ElementwiseBuilder.h"

namespace nascent::lowering {

#define GEN_PASS_DEF_EXPANDMATH
#include "nascent/Lowering/Passes.h.inc"

using namespace mlir;

namespace {

/// Whether a type is f32 or a vector of it of known size.
bool isSupported(Type type) {
  if (auto vector = dyn_cast<VectorType>(type))
    return !vector.isScalable() && vector.getElementType().isF32();
  return type.isF32();
}

/// What replaces an operation on f32, or on vectors of it.
template <typename Op>
struct Expansion : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;

  LogicalResult matchAndRewrite(Op op,
                                PatternRewriter &rewriter) const override {
    if (!isSupported(op.getType()))
      return rewriter.notifyMatchFailure(op, "not f32 or a vector of it");
    ElementwiseBuilder e(rewriter, op.getLoc(), op.getType());
    Value result = expand(op, e);
    if (!result)
      return rewriter.notifyMatchFailure(
          op, "has operands that no polynomial is for");
    rewriter.replaceOp(op, result);
    return success();
  }
  /// Null, and nothing emitted, where the operation stays.
  virtual Value expand(Op op, ElementwiseBuilder &e) const = 0;
};

Value fma(ElementwiseBuilder &e, Value x, Value y, Value z) {
  return math::FmaOp::create(e.getBuilder(), x, y, z);
}

/// x within [low, high]; NaN stays NaN.
Value clamp(ElementwiseBuilder &e, Value x, float low, float high) {
  Value least = e.f32(low), most = e.f32(high);
  x = e.select(arith::CmpFPredicate::OLT, x, least, least, x);
  return e.select(arith::CmpFPredicate::OGT, x, most, most, x);
}

/// Whether what comes after `op` waits for it, rather than for a unit.
bool isWaitedFor(Operation *op) {
  auto kernel = op->getParentOfType<func::FuncOp>();
  return kernel && kernel->hasAttr(kernels::kWaitsAttrName);
}

/// 2ⁿ for n held as an integer in [-126, 127]; 0 for -127, infinite for 128.
Value powerOfTwo(ElementwiseBuilder &e, Value n) {
  Value biased = e.emit<arith::AddIOp>(n, e.i32(127));
  return e.fromBits(e.emit<arith::ShLIOp>(biased, e.i32(23)));
}

/// x = sign·n·ln 2 + r with |r| ≤ ln 2 / 2.
struct Reduced {
  Value n;     // as an integer
  Value scale; // 2ⁿ, as powerOfTwo makes it
  Value r;
  Value square; // of r
};

/// ln 2 for Cody and Waite's reduction: n times the first part is exact.
constexpr std::array<float, 2> kLn2Parts = {0.693359375f, -2.12194440e-4f};

/// Adding 1.5·2²³ rounds to the nearest integer and leaves it in the low bits;
/// 127 more makes it an exponent.
Reduced reduce(ElementwiseBuilder &e, Value x, float sign = 1.0f,
               ArrayRef<float> ln2 = kLn2Parts) {
  Value magic = e.f32(12582912.0f + 127.0f);
  Value shifted = fma(e, x, e.f32(sign * 1.44269504f), magic);
  Value n = e.sub(shifted, magic), r = x;
  for (float part : ln2)
    r = fma(e, n, e.f32(-sign * part), r);
  Value bits = e.toBits(shifted);
  Value integer = e.emit<arith::SubIOp>(bits, e.toBits(magic));
  Value scale = e.fromBits(e.emit<arith::ShLIOp>(bits, e.i32(23)));
  return {integer, scale, r, e.mul(r, r)};
}

/// p with eʳ = 1 + r + r²·p: the polynomial of Cephes' expf, in Estrin's order,
/// as operations that wait for one another are what takes time.
Value expTail(ElementwiseBuilder &e, const Reduced &x) {
  Value low = fma(e, e.f32(1.6666665459e-1f), x.r, e.f32(5.0000001201e-1f));
  Value middle = fma(e, e.f32(8.3334519073e-3f), x.r, e.f32(4.1665795894e-2f));
  Value high = fma(e, e.f32(1.9875691500e-4f), x.r, e.f32(1.3981999507e-3f));
  Value fourth = e.mul(x.square, x.square);
  return fma(e, high, fourth, fma(e, middle, x.square, low));
}

struct ExpExpansion : Expansion<math::ExpOp> {
  using Expansion::Expansion;

  Value expand(math::ExpOp op, ElementwiseBuilder &e) const override {
    // Outside of these bounds the result is 0 or infinite all the same.
    Reduced x = reduce(e, clamp(e, op.getOperand(), -104.0f, 89.0f));
    Value p = e.add(fma(e, x.square, expTail(e, x), x.r), e.f32(1.0f));
    // Two factors: 2ⁿ alone would leave the range before the result does.
    Value half = e.emit<arith::ShRSIOp>(x.n, e.i32(1));
    Value rest = e.emit<arith::SubIOp>(x.n, half);
    p = e.mul(p, powerOfTwo(e, half));
    return e.mul(p, powerOfTwo(e, rest));
  }
};

/// 1 / (1 + e⁻ˣ) where `afn` allows it to be off by some units in the last
/// place. With Padé's approximation tanh(r / 2) = r·O / E, O and E even, e⁻ʳ is
/// (E - r·O) / (E + r·O), so that one division does for both: the result is
/// (E + r·O) / (E + r·O + 2ⁿ·(E - r·O)).
struct LogisticExpansion : OpRewritePattern<arith::DivFOp> {
  LogisticExpansion(MLIRContext *context, const kernels::VectorTarget &target)
      : OpRewritePattern(context), hasFma(target.fma),
        hasMasks(target.lanes >= 16) {}

  LogicalResult matchAndRewrite(arith::DivFOp op,
                                PatternRewriter &rewriter) const override {
    if (!isSupported(op.getType()))
      return rewriter.notifyMatchFailure(op, "not f32 or a vector of it");
    std::optional<Parts> parts = match(op);
    if (!parts)
      return rewriter.notifyMatchFailure(op,
                                         "not an approximate 1 / (1 + e⁻ˣ)");
    ElementwiseBuilder e(rewriter, op.getLoc(), op.getType());
    Value x = parts->negation.getOperand();
    // 2ⁿ is infinite below -88.38, and 0 from 87.68 on, where it would be lost
    // in rounding.
    constexpr float least = -89.0f, most = 88.0f;
    bool isSelected =
        hasMasks && isa<VectorType>(op.getType()) && isWaitedFor(op);
    if (!isSelected)
      x = clamp(e, x, least, most);
    // The float nearest to ln 2 is off by 2·10⁻⁹, 128 times which is two units
    // in the last place; where products are rounded, it takes two parts.
    constexpr float nearest = 0.693147182f;
    Reduced reduced = hasFma ? reduce(e, x, /*sign=*/-1.0f, nearest)
                             : reduce(e, x, /*sign=*/-1.0f);
    // E + r·O and E - r·O; where they are waited for, as
    // (1 ± r/2) + r²·(1/10 ± r/120), in Estrin's order.
    Value even, odd;
    if (!isWaitedFor(op)) {
      even = fma(e, reduced.square, e.f32(1.0f / 10), e.f32(1.0f));
      odd = fma(e, reduced.square, e.f32(1.0f / 120), e.f32(1.0f / 2));
    }
    auto half = [&](float sign) {
      if (odd)
        return fma(e, sign < 0 ? e.neg(reduced.r) : reduced.r, odd, even);
      Value low = fma(e, reduced.r, e.f32(sign / 2), e.f32(1.0f));
      Value high = fma(e, reduced.r, e.f32(sign / 120), e.f32(1.0f / 10));
      return fma(e, reduced.square, high, low);
    };
    Value sum = half(1.0f);
    Value difference = half(-1.0f);
    Value divisor = fma(e, reduced.scale, difference, sum);
    Value result = e.emit<arith::DivFOp>(sum, divisor);
    // What the bounds decide is there before the quotient is.
    if (isSelected) {
      Value zero = e.f32(0.0f), one = e.f32(1.0f), low = e.f32(least);
      result = e.select(arith::CmpFPredicate::OLT, x, low, zero, result);
      Value high = e.f32(most);
      result = e.select(arith::CmpFPredicate::OGT, x, high, one, result);
    }
    rewriter.replaceOp(op, result);
    for (Operation *part :
         {parts->sum.getOperation(), parts->exp.getOperation(),
          parts->negation.getOperation()})
      if (part->use_empty())
        rewriter.eraseOp(part);
    return success();
  }

private:
  struct Parts {
    arith::AddFOp sum;
    math::ExpOp exp;
    arith::NegFOp negation;
  };

  static std::optional<Parts> match(arith::DivFOp op) {
    auto sum = op.getRhs().getDefiningOp<arith::AddFOp>();
    if (!isOne(op.getLhs()) || !sum ||
        (!isOne(sum.getLhs()) && !isOne(sum.getRhs())))
      return std::nullopt;
    Value other = isOne(sum.getLhs()) ? sum.getRhs() : sum.getLhs();
    auto exp = other.getDefiningOp<math::ExpOp>();
    auto negation =
        exp ? exp.getOperand().getDefiningOp<arith::NegFOp>() : nullptr;
    if (!negation || !isApproximate(op) || !isApproximate(exp))
      return std::nullopt;
    return Parts{sum, exp, negation};
  }

  static bool isApproximate(arith::ArithFastMathInterface op) {
    return arith::bitEnumContainsAll(op.getFastMathFlagsAttr().getValue(),
                                     arith::FastMathFlags::afn);
  }

  static bool isOne(Value value) {
    while (auto broadcast = value.getDefiningOp<vector::BroadcastOp>())
      value = broadcast.getSource();
    return matchPattern(value, m_OneFloat());
  }

  bool hasFma, hasMasks;
};

/// log(1 + t) for t = e^−|x|, which is at most 1: t + t²·p with the minimax
/// polynomial p of degree 7, in Estrin's order.
struct Log1pExpansion : Expansion<math::Log1pOp> {
  using Expansion::Expansion;

  Value expand(math::Log1pOp op, ElementwiseBuilder &e) const override {
    auto exp = op.getOperand().getDefiningOp<math::ExpOp>();
    auto negation =
        exp ? exp.getOperand().getDefiningOp<arith::NegFOp>() : nullptr;
    if (!negation || !negation.getOperand().getDefiningOp<math::AbsFOp>())
      return {};
    Value t = op.getOperand(), square = e.mul(t, t);
    auto pair = [&](float constant, float linear) {
      return fma(e, e.f32(linear), t, e.f32(constant));
    };
    Value low = fma(e, pair(-2.48571604e-1f, 1.91536427e-1f), square,
                    pair(-4.99996483e-1f, 3.33213210e-1f));
    Value high = fma(e, pair(-3.00656036e-2f, 5.36477705e-3f), square,
                     pair(-1.37537763e-1f, 7.92042315e-2f));
    Value p = fma(e, high, e.mul(square, square), low);
    return fma(e, square, p, t);
  }
};

struct ExpM1Expansion : Expansion<math::ExpM1Op> {
  using Expansion::Expansion;

  Value expand(math::ExpM1Op op, ElementwiseBuilder &e) const override {
    Value x = op.getOperand();
    // Below, the result is −1; above 88, 2ⁿ would leave the range.
    Reduced reduced = reduce(e, clamp(e, x, -40.0f, 88.0f));
    // 2ⁿ·(eʳ − 1) + (2ⁿ − 1): no cancellation for small x, where n is 0.
    Value small = fma(e, reduced.square, expTail(e, reduced), reduced.r);
    Value result =
        fma(e, reduced.scale, small, e.sub(reduced.scale, e.f32(1.0f)));
    // e⁸⁸ and more: the −1 is lost in rounding.
    Value exp = math::ExpOp::create(e.getBuilder(), x);
    return e.select(arith::CmpFPredicate::OGT, x, e.f32(88.0f), exp, result);
  }
};

/// x·P(x²) / Q(x²) with P and Q of degree 4, the minimax approximation in
/// [-9, 9], beyond which tanh rounds to ±1. There the quotient grows with x
/// from 1 on; the result is bounded in the end. What takes time is the chain of
/// operations that wait for one another, so P and Q are in Estrin's order.
struct TanhExpansion : Expansion<math::TanhOp> {
  TanhExpansion(MLIRContext *context, const kernels::VectorTarget &target)
      : Expansion(context),
        hasUnsignedMinimum(target.fma && target.lanes >= 8 &&
                           target.negativeNan) {}

  Value expand(math::TanhOp op, ElementwiseBuilder &e) const override {
    Value x = op.getOperand(), square = e.mul(x, x);
    // As unsigned numbers, the bits of floats of one sign are in the order of
    // their magnitudes, and a NaN with its sign bit set is the largest of all.
    // So one operation bounds the quotient, even where P overflows, and then Q,
    // too: by x within [-1, 1], for it is never more than x. That bound is
    // there before the quotient is, and it is NaN where x is.
    bool byBits = hasUnsignedMinimum && isa<VectorType>(op.getType());
    if (!byBits) {
      // At 10 the quotient is 1 + 2·10⁻⁶, more than rounding takes from it: the
      // results are the same as without this bound.
      Value most = e.f32(100.0f);
      square = e.select(arith::CmpFPredicate::OGT, square, most, most, square);
    }
    Value fourth = e.mul(square, square);
    // 1 + c[0]·x² and c[1] + c[2]·x² + c[3]·x⁴, whose x⁴-fold is the rest
    auto halves = [&](std::array<float, 4> c) -> std::array<Value, 2> {
      Value high = fma(e, e.f32(c[2]), square, e.f32(c[1]));
      return {fma(e, e.f32(c[0]), square, e.f32(1.0f)),
              fma(e, e.f32(c[3]), fourth, high)};
    };
    auto [lowP, highP] = halves({1.338397712e-01f, 3.498993115e-03f,
                                 2.066122579e-05f, 1.341976930e-08f});
    auto [lowQ, highQ] = halves({4.671729803e-01f, 2.589019388e-02f,
                                 3.291034081e-04f, 7.804707707e-07f});
    Value p = fma(e, highP, e.mul(x, fourth), e.mul(x, lowP));
    Value q = fma(e, highQ, fourth, lowQ);
    Value quotient = e.emit<arith::DivFOp>(p, q);
    if (!byBits)
      return clamp(e, quotient, -1.0f, 1.0f);
    Value bound = e.toBits(clamp(e, x, -1.0f, 1.0f));
    Value bits = e.emit<arith::MinUIOp>(e.toBits(quotient), bound);
    return e.fromBits(bits);
  }

private:
  bool hasUnsignedMinimum;
};

/// A fused multiply-add that the target lacks would be a library call.
struct SplitFma : Expansion<math::FmaOp> {
  using Expansion::Expansion;

  Value expand(math::FmaOp op, ElementwiseBuilder &e) const override {
    return e.add(e.mul(op.getA(), op.getB()), op.getC());
  }
};

struct ExpandMathPass : impl::ExpandMathBase<ExpandMathPass> {
  void runOnOperation() override {
    MLIRContext *context = &getContext();
    auto module = getOperation()->getParentOfType<ModuleOp>();
    auto target =
        module ? kernels::VectorTarget::of(module) : kernels::VectorTarget();
    bool fma = target.fma;
    // Before the exponential functions in them become polynomials.
    RewritePatternSet ofExponentials(context);
    ofExponentials.add<LogisticExpansion>(context, target);
    ofExponentials.add<Log1pExpansion>(context);
    RewritePatternSet functions(context);
    functions.add<ExpExpansion, ExpM1Expansion>(context);
    functions.add<TanhExpansion>(context, target);
    populateMathPolynomialApproximationPatterns(functions, [](StringRef name) {
      return llvm::is_contained(
          {math::LogOp::getOperationName(), math::ErfOp::getOperationName()},
          name);
    });
    if (!fma)
      functions.add<SplitFma>(context);
    arith::populateExpandBFloat16Patterns(functions);
    if (failed(rewrite<arith::DivFOp>(std::move(ofExponentials))) ||
        failed(rewrite<arith::ExtFOp, arith::TruncFOp>(std::move(functions))))
      signalPassFailure();
  }

private:
  /// Applies patterns to functions of the math dialect, and to `Ops`.
  template <typename... Ops>
  LogicalResult rewrite(RewritePatternSet patterns) {
    SmallVector<Operation *> ops;
    getOperation().walk([&](Operation *op) {
      if (isa<math::MathDialect>(op->getDialect()) || isa<Ops...>(op))
        ops.push_back(op);
    });
    GreedyRewriteConfig config;
    config.setStrictness(GreedyRewriteStrictness::ExistingAndNewOps);
    return applyOpPatternsGreedily(ops, std::move(patterns), config);
  }
};

} // namespace

} // namespace nascent::lowering
