//===- Slides.cpp - What a sliding window does to an index ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Slides.h"
#include "nascent/Conversion/NNToLinalg/LinalgBuilders.h"

using namespace mlir;

namespace nascent::gradients {

/// The loops that an index is a sum of, each with its factor, and a number.
static bool addTerms(AffineExpr expr, int64_t factor,
                     SmallVectorImpl<std::pair<unsigned, int64_t>> &terms,
                     int64_t &constant) {
  if (auto dim = dyn_cast<AffineDimExpr>(expr)) {
    terms.emplace_back(dim.getPosition(), factor);
    return true;
  }
  if (auto number = dyn_cast<AffineConstantExpr>(expr)) {
    constant += factor * number.getValue();
    return true;
  }
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary)
    return false;
  if (binary.getKind() == AffineExprKind::Add)
    return addTerms(binary.getLHS(), factor, terms, constant) &&
           addTerms(binary.getRHS(), factor, terms, constant);
  auto number = dyn_cast<AffineConstantExpr>(binary.getRHS());
  return binary.getKind() == AffineExprKind::Mul && number &&
         addTerms(binary.getLHS(), factor * number.getValue(), terms, constant);
}

bool isWindow(AffineMap map) {
  return llvm::any_of(map.getResults(), [](AffineExpr expr) {
    SmallVector<std::pair<unsigned, int64_t>> terms;
    int64_t first = 0;
    bool isSum = addTerms(expr, 1, terms, first);
    return isSum && (terms.size() > 1 ||
                     (terms.size() == 1 && terms.front().second > 1));
  });
}

FailureOr<Slide> findSlide(Gradient &gradient, unsigned operandDim) {
  AffineMap map = gradient.getMap();
  AffineExpr index = map.getResult(operandDim);
  SmallVector<std::pair<unsigned, int64_t>> terms;
  Slide slide;
  slide.dim = operandDim;
  slide.size = nn::typeOf(gradient.getInput()).getDimSize(operandDim);
  bool isKnown = addTerms(index, 1, terms, slide.first) && terms.size() <= 2 &&
                 slide.first >= 0;
  slide.size -= slide.first;
  unsigned numPlaces = 0;
  AffineMap places = gradient.maps[gradient.cotangent];
  for (auto [loop, factor] : terms) {
    std::optional<int64_t> size = getConstantIntValue(gradient.sizes[loop]);
    isKnown &= size && factor > 0 && slide.size > 0;
    if (!isKnown)
      break;
    if (places.isFunctionOfDim(loop)) {
      slide.place = loop;
      slide.stride = factor;
      slide.places = *size;
      ++numPlaces;
    } else {
      slide.window = loop;
      slide.dilation = factor;
      slide.kernel = *size;
    }
  }
  if (isKnown && numPlaces == 1)
    return slide;
  InFlightDiagnostic error = emitNoGradient(gradient.op);
  error << "dimension " << operandDim << " of what its window slides over ";
  if (nn::typeOf(gradient.getInput()).isDynamicDim(operandDim))
    return error << "is open; bind its input";
  return error << "is read by " << AffineMapAttr::get(map)
               << ", for which there is no rule";
}

std::pair<int64_t, int64_t> Slide::margins() const {
  int64_t low = 0, high = 0;
  for (int64_t r = 0; r < stride; ++r)
    if (nn::Phase own = phase(r); own.count > 0) {
      low = std::max(low, -own.low);
      high = std::max(high, placesOfPhase() - places + own.low +
                                (own.count - 1) * own.step);
    }
  return {low, high};
}

void leavePadding(Gradient &gradient, Slide &slide) {
  auto pad =
      gradient.op->getOperand(gradient.operand).getDefiningOp<tensor::PadOp>();
  // Channels, which may be seen by groups, are behind all that is padded.
  unsigned dim = slide.dim;
  bool isSplit = !gradient.split.empty() && gradient.split[dim].back() != dim;
  if (!pad || isSplit || ShapedType::isDynamicShape(pad.getStaticLow()) ||
      ShapedType::isDynamicShape(pad.getStaticHigh()))
    return;
  slide.before = std::max<int64_t>(0, pad.getStaticLow()[dim] - slide.first);
  slide.behind = pad.getStaticHigh()[dim];
  slide.size -= slide.before + slide.behind;
}

SmallVector<int64_t> orderOf(ArrayRef<Slide> slides, AffineMap map,
                             AffineMap source) {
  auto rank = [&](int64_t place) {
    if (place + 1 == source.getNumResults())
      return 3;
    auto loop = dyn_cast<AffineDimExpr>(source.getResult(place));
    for (const Slide &slide : slides)
      if (loop && slide.window == loop.getPosition())
        return 1;
    return loop && !map.isFunctionOfDim(loop.getPosition()) ? 2 : 0;
  };
  auto order = llvm::to_vector(llvm::seq<int64_t>(0, source.getNumResults()));
  llvm::sort(order, [&](int64_t one, int64_t other) {
    return std::pair(rank(one), one) < std::pair(rank(other), other);
  });
  return order;
}

Value withoutEnd(OpBuilder &builder, Value value, unsigned dim, int64_t count) {
  ImplicitLocOpBuilder at(value.getLoc(), builder);
  if (count == 0)
    return value;
  RankedTensorType type = nn::typeOf(value);
  nn::Sizes sizes = nn::sizesLike(at, value, type.getShape());
  nn::Sizes starts(type.getRank(), builder.getIndexAttr(0));
  nn::Sizes steps(type.getRank(), builder.getIndexAttr(1));
  sizes[dim] = builder.getIndexAttr(type.getDimSize(dim) - count);
  return tensor::ExtractSliceOp::create(at, value, starts, sizes, steps);
}

Value arrange(OpBuilder &builder, ArrayRef<Slide> slides,
              ArrayRef<Value> phases) {
  ImplicitLocOpBuilder at(phases.front().getLoc(), builder);
  unsigned rank = nn::typeOf(phases.front()).getRank();
  if (phases.size() == 1)
    return phases.front();
  // The places of a phase, and which phase it is, are a dimension each: phases
  // are where their elements are in the end.
  SmallVector<ReassociationIndices> groups;
  SmallVector<int64_t> dims;
  int64_t next = 0;
  for (unsigned index = 0; index < rank; ++index) {
    groups.push_back({next++});
    for (const Slide &slide : slides)
      if (slide.dim == index) {
        dims.push_back(next);
        groups.back().push_back(next++);
      }
  }
  SmallVector<Value> parts;
  for (Value phase : phases) {
    RankedTensorType type = nn::typeOf(phase);
    SmallVector<int64_t> shape(next, 1);
    for (auto [index, group] : llvm::enumerate(groups))
      shape[group.front()] = type.getDimSize(index);
    parts.push_back(nn::expand(at, phase, type.clone(shape), groups, phase));
  }
  // The last slide's phases are next to each other.
  for (unsigned i = slides.size(); i-- > 0;) {
    int64_t count = slides[i].stride;
    if (count == 1)
      continue;
    SmallVector<Value> joined;
    for (ArrayRef<Value> left = parts; !left.empty();
         left = left.drop_front(count))
      joined.push_back(
          tensor::ConcatOp::create(at, dims[i], left.take_front(count)));
    parts = std::move(joined);
  }
  Value arranged = tensor::CollapseShapeOp::create(at, parts.front(), groups);
  for (const Slide &slide : slides)
    arranged = withoutEnd(builder, arranged, slide.dim,
                          slide.placesOfPhase() * slide.stride - slide.size);
  return arranged;
}

} // namespace nascent::gradients
