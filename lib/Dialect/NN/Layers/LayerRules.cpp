//===- LayerRules.cpp - What layers of several families share -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerRules.h"
#include "nascent/Support/Quote.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"
#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace mlir;

namespace nascent::nn {

LogicalResult relateLengths(Shape &x, Shape &lengths, EmitError emitError) {
  if (lengths.rank() != 1)
    return emitError() << "expects 'lengths' of rank 1 (batch), got rank "
                       << lengths.rank();
  return unify(x, 0, lengths, 0, "the batch of 'lengths' to be", emitError);
}

std::optional<unsigned> detail::lengthDim(Value lengths, Value input,
                                          unsigned dim) {
  return lengths && lengths == input ? std::optional(dim) : std::nullopt;
}

LogicalResult detail::relateSame(LayerShapes &shapes, EmitError emitError,
                                 std::optional<unsigned> except) {
  if (shapes.inputs.empty())
    return emitError() << "joins two values or more, got none";
  Shape &x = shapes.inputs[0], &y = shapes.outputs[0];
  for (const Shape &input : shapes.inputs)
    if (input.rank() != x.rank())
      return emitError() << "expects inputs of one rank, got ranks " << x.rank()
                         << " and " << input.rank();
  if (x.rank() != y.rank())
    return emitError() << "expects an output of the input's rank " << x.rank()
                       << ", got rank " << y.rank();
  auto relate = [&](Shape &other, const Twine &whose) -> LogicalResult {
    for (unsigned dim = 0; dim < x.rank(); ++dim)
      if (dim != except &&
          failed(unify(x, dim, other, dim,
                       ("dimension " + Twine(dim) + whose + " to be").str(),
                       emitError)))
        return failure();
    return success();
  };
  // What the last one says reaches those before it the second time.
  for (int turn = 0; turn < 2; ++turn) {
    for (unsigned i = 1; i < shapes.inputs.size(); ++i)
      if (failed(relate(shapes.inputs[i], " of its " + Twine(i + 1) +
                                              llvm::getOrdinalSuffix(i + 1) +
                                              " input")))
        return failure();
    if (failed(relate(y, "")))
      return failure();
  }
  return success();
}

LogicalResult relateScaled(Shape &x, Shape &y, unsigned dim, int64_t factor,
                           int64_t extra, StringRef how, EmitError emitError) {
  const Dim &from = x.dims[dim], &to = y.dims[dim];
  std::string what = fmt::format("dimension {} to be", dim);
  if (!from.getExpr().isUnknown() && !(from.isKnown() && from.getSize() <= 0)) {
    SizeExpr size = from.getExpr() * factor + extra;
    if (size.isTooLarge() && !size.isFormula())
      return emitError() << "needs an output of 2^63 elements or more";
    auto isPositive = SizeCondition::atLeast(size, 1);
    if (isPositive.decide() != false) {
      x.require(isPositive);
      return narrow(Dim(size, derived(from.getOrigin(), how)), y, dim, what,
                    emitError);
    }
    return noteOrigin(emitError() << "has an output of size " << size.format()
                                  << " in dimension " << dim,
                      from);
  }
  int64_t scaled;
  if (!to.isKnown() || to.getSize() <= 0 ||
      llvm::SubOverflow(to.getSize(), extra, scaled))
    return success();
  if (scaled > 0 && scaled % factor == 0)
    return narrow(Dim(scaled / factor, derived(to.getOrigin(), how)), x, dim,
                  what, emitError);
  return noteOrigin(emitError() << "has no input for an output of size "
                                << to.getSize() << " in dimension " << dim,
                    to);
}

FailureOr<unsigned> resolveAxis(int64_t axis, unsigned rank,
                                EmitError emitError) {
  if (rank < 2)
    return emitError() << "expects an input of rank 2 or more, got rank "
                       << rank;
  int64_t dim = axis < 0 ? axis + int64_t(rank) : axis;
  if (dim == 0)
    return emitError() << "has the batch, dimension 0, as its axis; any other "
                          "dimension will do";
  if (dim < 0 || dim >= int64_t(rank))
    return emitError() << "expects an axis from 1 to " << rank - 1
                       << ", or from -1 to -" << rank - 1
                       << ", for values of rank " << rank << ", got " << axis;
  return dim;
}

LogicalResult verifyImages(const LayerShapes &shapes, unsigned spatialDims,
                           EmitError emitError) {
  unsigned rank = spatialDims + 2;
  for (auto [shape, whose] :
       {std::pair(&shapes.inputs[0], "input"), {&shapes.outputs[0], "output"}})
    if (shape->rank() != rank)
      return emitError() << "expects an " << whose << " of rank " << rank
                         << " (batch, channels and "
                         << counted(spatialDims, "spatial dimension")
                         << "), got rank " << shape->rank();
  return success();
}

FailureOr<unsigned> verifyImages(const LayerShapes &shapes,
                                 EmitError emitError) {
  unsigned x = shapes.inputs[0].rank(), y = shapes.outputs[0].rank();
  if (x < 3)
    return emitError() << "expects an input of rank 3 or more (batch, channels "
                          "and spatial dimensions), got rank "
                       << x;
  if (x != y)
    return emitError() << "expects an output of the input's rank " << x
                       << ", got rank " << y;
  return x;
}

LogicalResult relateFirst(Shape &x, Shape &y, unsigned count,
                          EmitError emitError) {
  for (unsigned dim = 0; dim < count; ++dim)
    if (failed(unify(x, dim, y, dim, fmt::format("dimension {} to be", dim),
                     emitError)))
      return failure();
  return success();
}

LogicalResult relateBatchAndChannels(LayerShapes &shapes, EmitError emitError) {
  return relateFirst(shapes.inputs[0], shapes.outputs[0], 2, emitError);
}

std::string tuple(ArrayRef<int64_t> values) {
  return values.size() == 1 ? fmt::format("({},)", values.front())
                            : fmt::format("({})", fmt::join(values, ", "));
}

Origin derived(const Origin &origin, StringRef how) {
  constexpr size_t longest = 200;
  Origin result = origin;
  if (origin.phrase.size() < longest)
    result.phrase += fmt::format(", {}", how.str());
  else if (!StringRef(origin.phrase).ends_with("…"))
    result.phrase += ", …";
  return result;
}

} // namespace nascent::nn
