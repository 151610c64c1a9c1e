//===- WindowGradient.cpp - Gradients under a sliding window --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A window at place o reads element o·stride + k·dilation for each of its k.
// Seen from that element, the windows over it are those whose k the stride
// leads to: the same for every stride-th element, which are a phase. Of the
// elements stride·q + r, phase r, the gradient is a sum over j of what places q
// + low + j·step give, by the window's element last - j·stride: loops without
// gaps, as those of a transposed convolution are. What all phases have is then
// put in its order.
//
//===----------------------------------------------------------------------===//

#include "Slides.h"
#include "nascent/Conversion/NNToLinalg/LinalgBuilders.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"

using namespace mlir;

namespace nascent::gradients {

namespace {

/// Emits the gradient of one operand.
class WindowGradient {
public:
  WindowGradient(OpBuilder &builder, Gradient &gradient, GradientBody body)
      : builder(gradient.op.getLoc(), builder), gradient(gradient),
        map(gradient.getMap()), body(body) {}

  FailureOr<Value> emit();

private:
  AffineExpr dim(unsigned index) { return builder.getAffineDimExpr(index); }
  LogicalResult findSlides();
  /// Which sources the body needs.
  FailureOr<llvm::SmallBitVector> findNeeded();
  /// Zeros around what is read by places that lead out of it, unless each phase
  /// pads that by itself.
  void surround();
  /// Whether places lead out of the cotangent alone, and each phase is a
  /// product with a weight: kernels need not read zeros around what that
  /// multiplies.
  bool isPadded();
  /// The cotangent with the zeros that a phase reads.
  Value pad(Value dy, ArrayRef<nn::Phase> phases);
  FailureOr<Value> emitPhase(ArrayRef<int64_t> which);
  /// What a phase has that no window reads.
  Value emitZeros(const nn::Sizes &sizes);
  /// The counter of `loop`, of the whole window where it goes along one.
  Value emitIndex(ArrayRef<nn::Phase> phases, unsigned loop);
  /// Whether windows do not overlap, and the body asks only which element of
  /// one it is.
  bool isApart(const Slide &slide) const;
  /// The gradient where windows do not overlap: each element is under one at
  /// most.
  FailureOr<Value> emitApart();
  /// The part of a source that a phase reads by the window, backwards, and how.
  std::pair<Value, AffineMap> reverse(unsigned source,
                                      ArrayRef<nn::Phase> phases);

  ImplicitLocOpBuilder builder;
  Gradient &gradient;
  /// How the operand is read.
  AffineMap map;
  GradientBody body;
  SmallVector<Slide> slides;
  llvm::SmallBitVector needed;
  bool padsPhases = false;
  /// What has been added before each slide's places.
  SmallVector<int64_t> before;
};

LogicalResult WindowGradient::findSlides() {
  for (auto [index, expr] : llvm::enumerate(map.getResults())) {
    if (isa<AffineDimExpr>(expr))
      continue;
    FailureOr<Slide> slide = findSlide(gradient, index);
    if (failed(slide))
      return failure();
    slides.push_back(*slide);
  }
  return success();
}

FailureOr<llvm::SmallBitVector> WindowGradient::findNeeded() {
  Block scratch;
  OpBuilder::InsertionGuard guard(builder);
  for (Value value : gradient.values)
    scratch.addArgument(nn::typeOf(value).getElementType(), builder.getLoc());
  builder.setInsertionPointToStart(&scratch);
  ElementwiseBuilder e(builder, builder.getLoc(), builder.getF32Type());
  auto indexOf = [&](unsigned) -> Value {
    return arith::ConstantIndexOp::create(builder, 0);
  };
  FailureOr<Value> value = body(e, scratch.getArguments(), indexOf);
  if (failed(value))
    return failure();
  llvm::SmallBitVector result(gradient.values.size());
  for (BlockArgument argument : scratch.getArguments())
    if (!argument.use_empty() || argument == *value)
      result.set(argument.getArgNumber());
  return result;
}

bool WindowGradient::isPadded() {
  Value dy = gradient.values[gradient.cotangent];
  bool result = nn::typeOf(dy).hasStaticShape() && needed.count() == 2;
  for (const Slide &slide : slides) {
    if (slide.margins() != std::pair<int64_t, int64_t>(0, 0))
      for (int64_t r = 0; r < slide.stride; ++r)
        result &= slide.window && slide.phase(r).low <= 0;
    for (unsigned i : needed.set_bits())
      result &=
          i == gradient.cotangent ||
          (!gradient.maps[i].isFunctionOfDim(slide.place) &&
           (!slide.window || gradient.maps[i].isFunctionOfDim(*slide.window)));
  }
  return result;
}

Value WindowGradient::pad(Value dy, ArrayRef<nn::Phase> phases) {
  SmallVector<int64_t> lows(nn::typeOf(dy).getRank()), highs(lows);
  for (auto [slide, own] : llvm::zip(slides, phases))
    if (auto index = gradient.maps[gradient.cotangent].getResultPosition(
            dim(slide.place))) {
      lows[*index] = std::max<int64_t>(0, -own.low);
      highs[*index] =
          std::max<int64_t>(0, slide.placesOfPhase() - slide.places + own.low +
                                   (own.count - 1) * own.step);
    }
  auto isZero = [](int64_t size) { return size == 0; };
  if (llvm::all_of(lows, isZero) && llvm::all_of(highs, isZero))
    return dy;
  MLIRContext *context = builder.getContext();
  return tensor::PadOp::create(
      builder, Type(), dy, getAsIndexOpFoldResult(context, lows),
      getAsIndexOpFoldResult(context, highs), nn::constant(builder, 0.0));
}

void WindowGradient::surround() {
  for (const Slide &slide : slides) {
    auto [low, high] = slide.margins();
    before.push_back(low);
    for (unsigned i : needed.set_bits())
      if (auto index = gradient.maps[i].getResultPosition(dim(slide.place)))
        gradient.values[i] =
            withMargins(builder, gradient.values[i], *index, low, high);
  }
}

std::pair<Value, AffineMap>
WindowGradient::reverse(unsigned source, ArrayRef<nn::Phase> phases) {
  Value value = gradient.values[source];
  AffineMap by = gradient.maps[source];
  nn::Sizes all = nn::sizesLike(builder, value, nn::typeOf(value).getShape());
  nn::Sizes sizes;
  SmallVector<AffineExpr> read(by.getNumResults()), stored;
  bool isReversed = false;
  for (int64_t index : orderOf(slides, map, by)) {
    AffineExpr expr = by.getResult(index), place = dim(stored.size());
    stored.push_back(expr);
    sizes.push_back(all[index]);
    read[index] = place;
    for (auto [slide, phase] : llvm::zip(slides, phases))
      if (slide.window && expr == dim(*slide.window)) {
        read[index] = phase.last - place * phase.stride;
        sizes.back() = builder.getIndexAttr(phase.count);
        isReversed = true;
      }
  }
  if (!isReversed)
    return {value, by};
  AffineMap storedMap =
      AffineMap::get(by.getNumDims(), 0, stored, builder.getContext());
  // What only says how large windows are.
  if (value.getDefiningOp<tensor::EmptyOp>())
    return {nn::emptyOf(builder, sizes), storedMap};
  // Of the channels of groups, those of the weight as it is stored.
  if (auto split = value.getDefiningOp<tensor::ExpandShapeOp>()) {
    SmallVector<AffineExpr> whole;
    for (const ReassociationIndices &group : split.getReassociationIndices()) {
      AffineExpr index = builder.getAffineConstantExpr(0);
      for (int64_t each : group)
        index = index * split.getType().getDimSize(each) + read[each];
      whole.push_back(index);
    }
    value = split.getSrc();
    read = whole;
  }
  AffineMap readMap =
      AffineMap::get(sizes.size(), 0, read, builder.getContext());
  Value reversed = nn::mapElements(
      builder, value, readMap, ArrayRef(sizes),
      [](ImplicitLocOpBuilder &, ValueRange elements) { return elements[0]; });
  nameGradient(reversed, gradient.op);
  return {reversed, storedMap};
}

Value WindowGradient::emitZeros(const nn::Sizes &sizes) {
  Value dy = gradient.values[gradient.cotangent];
  SmallVector<AffineExpr> start(nn::typeOf(dy).getRank(),
                                builder.getAffineConstantExpr(0));
  AffineMap first =
      AffineMap::get(sizes.size(), 0, start, builder.getContext());
  Value zeros = nn::mapElements(builder, dy, first, ArrayRef(sizes),
                                [&](ImplicitLocOpBuilder &b, ValueRange) {
                                  return nn::constant(b, 0.0);
                                });
  nameGradient(zeros, gradient.op);
  return zeros;
}

Value WindowGradient::emitIndex(ArrayRef<nn::Phase> phases, unsigned loop) {
  Value index = linalg::IndexOp::create(builder, loop);
  for (auto [slide, own] : llvm::zip(slides, phases)) {
    if (slide.window != loop)
      continue;
    Value stride = arith::ConstantIndexOp::create(builder, own.stride);
    Value last = arith::ConstantIndexOp::create(builder, own.last);
    Value less = arith::MulIOp::create(builder, index, stride);
    index = arith::SubIOp::create(builder, last, less);
  }
  return index;
}

FailureOr<Value> WindowGradient::emitPhase(ArrayRef<int64_t> which) {
  SmallVector<nn::Phase> phases;
  Gradient phase = gradient;
  unsigned numLoops = map.getNumDims();
  SmallVector<AffineExpr> moved;
  for (unsigned loop = 0; loop < numLoops; ++loop)
    moved.push_back(dim(loop));
  bool isSeen = true;
  for (auto [slide, r, low] : llvm::zip(slides, which, before)) {
    nn::Phase own = slide.phase(r);
    phases.push_back(own);
    isSeen &= own.count > 0;
    // Padding is in front of what a phase reads first.
    moved[slide.place] =
        dim(slide.place) +
        (padsPhases ? std::max<int64_t>(0, own.low) : own.low + low);
    if (slide.window) {
      moved[slide.place] = moved[slide.place] + dim(*slide.window) * own.step;
      phase.sizes[*slide.window] = builder.getIndexAttr(own.count);
    }
    phase.sizes[slide.place] = builder.getIndexAttr(slide.placesOfPhase());
  }
  SmallVector<AffineExpr> written;
  nn::Sizes sizes;
  for (AffineExpr expr : map.getResults()) {
    written.push_back(expr);
    for (const Slide &slide : slides)
      if (slide.dim == written.size() - 1)
        written.back() = dim(slide.place);
    sizes.push_back(
        phase.sizes[cast<AffineDimExpr>(written.back()).getPosition()]);
  }
  if (!isSeen)
    return emitZeros(sizes);
  phase.values.clear();
  phase.maps.clear();
  for (unsigned i = 0; i < gradient.maps.size(); ++i) {
    auto [reversed, by] = reverse(i, phases);
    if (padsPhases && i == gradient.cotangent)
      reversed = pad(reversed, phases);
    phase.values.push_back(reversed);
    phase.maps.push_back(by.replaceDimsAndSymbols(moved, {}, numLoops, 0));
  }
  auto indexOf = [&](unsigned loop) { return emitIndex(phases, loop); };
  AffineMap writtenMap =
      AffineMap::get(numLoops, 0, written, builder.getContext());
  return emitLoops(builder, phase, writtenMap, body, indexOf);
}

bool WindowGradient::isApart(const Slide &slide) const {
  if (!slide.window || slide.dilation != 1 || slide.kernel > slide.stride)
    return false;
  // What is multiplied with a weight is a product of matrices by phases alone.
  return llvm::none_of(needed.set_bits(), [&](unsigned i) {
    return gradient.maps[i].isFunctionOfDim(*slide.window);
  });
}

FailureOr<Value> WindowGradient::emitApart() {
  SmallVector<AffineExpr> written;
  SmallVector<ReassociationIndices> groups;
  for (auto [index, expr] : llvm::enumerate(map.getResults())) {
    groups.push_back({int64_t(written.size())});
    written.push_back(expr);
    for (const Slide &slide : slides)
      if (slide.dim == index) {
        groups.back().push_back(written.size());
        written.back() = dim(slide.place);
        written.push_back(dim(*slide.window));
      }
  }
  auto indexOf = [&](unsigned loop) -> Value {
    return linalg::IndexOp::create(builder, loop);
  };
  AffineMap writtenMap =
      AffineMap::get(map.getNumDims(), 0, written, builder.getContext());
  FailureOr<Value> windows =
      emitLoops(builder, gradient, writtenMap, body, indexOf);
  if (failed(windows))
    return failure();
  Value value = *windows;
  // Elements between windows are under none.
  for (const Slide &slide : slides)
    value = withMargins(builder, value, groups[slide.dim].back(), 0,
                        slide.stride - slide.kernel);
  auto seen = tensor::CollapseShapeOp::create(builder, value, groups);
  // What is computed from each element next may be so with them.
  if (Attribute layer = gradient.op->getAttr(nn::kLayerAttrName))
    seen->setAttr(nn::kLayerAttrName, layer);
  value = seen;
  for (const Slide &slide : slides) {
    int64_t behind = slide.size - slide.places * slide.stride;
    value = withMargins(builder, value, slide.dim, slide.first,
                        std::max<int64_t>(behind, 0));
    if (behind < 0)
      value = withoutEnd(builder, value, slide.dim, -behind);
  }
  return value;
}

FailureOr<Value> WindowGradient::emit() {
  if (failed(findSlides()))
    return failure();
  FailureOr<llvm::SmallBitVector> used = findNeeded();
  if (failed(used))
    return failure();
  needed = *used;
  AffineExpr last = map.getResults().back();
  bool isMapped = isa<AffineDimExpr>(last);
  // Others are read by loops over places and windows as they are, or not by
  // these.
  for (unsigned i : needed.set_bits())
    for (AffineExpr index : gradient.maps[i].getResults())
      for (const Slide &slide : slides)
        for (unsigned loop : {slide.place, slide.window.value_or(slide.place)})
          isMapped &= index == dim(loop) || !index.isFunctionOfDim(loop);
  for (auto [index, expr] : llvm::enumerate(map.getResults()))
    for (const Slide &slide : slides)
      isMapped &= slide.dim == index || !expr.isFunctionOfDim(slide.place);
  if (!isMapped)
    return emitNoGradient(gradient.op)
           << "what slides under its window is computed with in a way that "
              "there is no rule for";
  // Others are there for the sake of their sizes, if at all.
  for (unsigned i = 0; i < gradient.values.size(); ++i)
    if (!needed.test(i) && !gradient.values[i].getDefiningOp<tensor::EmptyOp>())
      gradient.maps[i] =
          AffineMap::get(map.getNumDims(), 0, builder.getContext());
  if (llvm::all_of(slides, [&](const Slide &slide) { return isApart(slide); }))
    return emitApart();
  for (Slide &slide : slides)
    leavePadding(gradient, slide);
  padsPhases = isPadded();
  if (padsPhases)
    before.resize(slides.size(), 0);
  else
    surround();
  SmallVector<int64_t> which(slides.size(), 0);
  int64_t count = 1;
  for (const Slide &slide : slides)
    count *= slide.stride;
  SmallVector<Value> phases;
  for (int64_t phase = 0; phase < count; ++phase) {
    int64_t rest = phase;
    for (unsigned i = slides.size(); i-- > 0;) {
      which[i] = rest % slides[i].stride;
      rest /= slides[i].stride;
    }
    FailureOr<Value> value = emitPhase(which);
    if (failed(value))
      return failure();
    phases.push_back(*value);
  }
  Value arranged = arrange(builder, slides, phases);
  for (const Slide &slide : slides)
    arranged = withMargins(builder, arranged, slide.dim,
                           slide.first + slide.before, slide.behind);
  return arranged;
}

} // namespace

FailureOr<Value> emitUnderWindow(OpBuilder &builder, Gradient gradient,
                                 GradientBody body) {
  return WindowGradient(builder, gradient, body).emit();
}

} // namespace nascent::gradients
