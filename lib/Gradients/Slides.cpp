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

} // namespace nascent::gradients
