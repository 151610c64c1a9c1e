//===- Resizing.cpp - Layers that change spatial sizes --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerRules.h"
#include "nascent/Dialect/NN/IR/NNOps.h"

using namespace mlir;

namespace nascent::nn {

/// Checks that each number of a clause is at least `least`, and so small that
/// sums of a few are exact.
static LogicalResult verifyNumbers(ArrayRef<int64_t> numbers, StringRef clause,
                                   int64_t least, EmitError emitError) {
  constexpr int64_t largest = std::numeric_limits<int32_t>::max();
  for (int64_t number : numbers)
    if (number < least || number > largest)
      return emitError() << "expects each number of '" << clause
                         << "' to be from " << least << " to " << largest
                         << ", got " << number;
  return success();
}

//===----------------------------------------------------------------------===//
// PadOp
//===----------------------------------------------------------------------===//

SmallVector<int64_t> PadOp::getMargins() {
  size_t spatialDims = getType().getRank() - 2;
  SmallVector<int64_t> numbers(getPadding());
  if (numbers.size() == 1)
    numbers.resize(spatialDims, numbers.front());
  if (numbers.size() == spatialDims)
    numbers.append(numbers.begin(), numbers.end());
  return numbers;
}

LogicalResult PadOp::relate(LayerShapes &shapes, EmitError emitError) {
  Shape &x = shapes.inputs[0], &y = shapes.outputs[0];
  FailureOr<unsigned> rank = verifyImages(shapes, emitError);
  if (failed(rank) || failed(relateBatchAndChannels(shapes, emitError)) ||
      failed(verifyNumbers(getPadding(), "padding", 0, emitError)))
    return failure();
  unsigned spatialDims = *rank - 2;
  SmallVector<int64_t> margins = getMargins();
  if (margins.size() != 2 * spatialDims)
    return emitError() << "expects 'padding' to have 1 number, " << spatialDims
                       << " or, with those after each dimension, "
                       << 2 * spatialDims << ", got " << getPadding().size();
  for (unsigned dim = 2; dim < *rank; ++dim) {
    int64_t before = margins[dim - 2], after = margins[spatialDims + dim - 2];
    if (failed(relateScaled(x, y, dim, 1, before + after,
                            "padded by " + quotedName(*this), emitError)))
      return failure();
    const Dim &size = x.dims[dim];
    int64_t most = std::max(before, after);
    if (getMode() != "reflect" || size.getExpr().isUnknown())
      continue;
    auto hasEnough = SizeCondition::atLeast(size.getExpr(), most + 1);
    if (hasEnough.decide() != false) {
      x.require(hasEnough);
      continue;
    }
    return noteOrigin(emitError()
                          << "reflects " << most << " elements in dimension "
                          << dim << ", and expects more in its input, got "
                          << size.getExpr().format(),
                      size);
  }
  return success();
}

LogicalResult PadOp::verify() {
  if (getMode() == "constant" || getValue().isZero())
    return success();
  return emitLayerError(*this) << "has a 'value', but 'mode(" << getMode()
                               << ")', which takes its input's; drop one";
}

void PadOp::assignOrders(LayerOrders &orders) { detail::channelsLast(orders); }

//===----------------------------------------------------------------------===//
// UpsampleOp
//===----------------------------------------------------------------------===//

SmallVector<int64_t> UpsampleOp::getFactors() {
  SmallVector<int64_t> factors(getScale());
  if (factors.size() == 1)
    factors.resize(getType().getRank() - 2, factors.front());
  return factors;
}

LogicalResult UpsampleOp::relate(LayerShapes &shapes, EmitError emitError) {
  Shape &x = shapes.inputs[0], &y = shapes.outputs[0];
  FailureOr<unsigned> rank = verifyImages(shapes, emitError);
  if (failed(rank) || failed(relateBatchAndChannels(shapes, emitError)) ||
      failed(verifyNumbers(getScale(), "scale", 1, emitError)))
    return failure();
  unsigned spatialDims = *rank - 2;
  SmallVector<int64_t> factors = getFactors();
  if (factors.size() != spatialDims)
    return emitError() << "expects 'scale' to have 1 number"
                       << (spatialDims == 1 ? "" : " or " + Twine(spatialDims))
                       << ", got " << getScale().size();
  unsigned needed = llvm::StringSwitch<unsigned>(getMode())
                        .Case("linear", 1)
                        .Case("bilinear", 2)
                        .Case("trilinear", 3)
                        .Default(spatialDims);
  if (needed != spatialDims)
    return emitError() << "expects an input of rank " << needed + 2
                       << " for 'mode(" << getMode() << ")', got rank "
                       << *rank;
  for (unsigned dim = 2; dim < *rank; ++dim)
    if (failed(relateScaled(x, y, dim, factors[dim - 2], 0,
                            "upsampled by " + quotedName(*this), emitError)))
      return failure();
  return success();
}

void UpsampleOp::assignOrders(LayerOrders &orders) {
  detail::channelsLast(orders);
}

} // namespace nascent::nn
