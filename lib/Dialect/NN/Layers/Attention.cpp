//===- Attention.cpp - Attention ------------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerRules.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include <limits>

using namespace mlir;

namespace nascent::nn {

/// Relates the width of `x` to a dimension of a parameter that is `factor`
/// times as large.
static LogicalResult relateMultiple(Shape &x, Shape &parameter, int64_t factor,
                                    StringRef what, EmitError emitError) {
  const Dim &width = x.dims[2], &multiple = parameter.dims[0];
  if (!width.getExpr().isUnknown())
    return narrow(Dim(width.getExpr() * factor, width.getOrigin()), parameter,
                  0, what, emitError);
  if (!multiple.isKnown() || multiple.getSize() % factor != 0)
    return success();
  return narrow(Dim(multiple.getSize() / factor, multiple.getOrigin()), x, 2,
                "width", emitError);
}

static LogicalResult verifyHeads(AttentionOp layer, const Dim &width,
                                 EmitError emitError) {
  int64_t heads = layer.getHeads();
  if (heads <= 0)
    return emitError() << "needs at least 1 head, got " << heads;
  if (!width.isKnown() || width.getSize() % heads == 0)
    return success();
  return noteOrigin(emitError() << "expects a width that is a multiple of its "
                                << heads << " heads, got " << width.getSize(),
                    width);
}

static LogicalResult verifyWindow(AttentionOp layer, EmitError emitError) {
  std::optional<uint64_t> window = layer.getWindow();
  if (!window)
    return success();
  auto places = int64_t(*window);
  if (places < 1 || places > std::numeric_limits<int32_t>::max())
    return emitError() << "expects a window of 1 to 2^31 - 1 places, got "
                       << places;
  if (!layer.getCausal())
    return emitError()
           << "has a window of " << places
           << " places, which is of what comes before each one; add "
              "'causal'";
  if (layer.getLengths())
    return emitError()
           << "has a window and lengths; drop the lengths, for what "
              "is behind one is seen by no place before it";
  return success();
}

LogicalResult AttentionOp::relate(LayerShapes &shapes, EmitError emitError) {
  Shape &x = shapes.inputs[0];
  if (x.rank() != 3)
    return emitError() << "expects an input of rank 3 (batch, length, width), "
                          "got rank "
                       << x.rank();
  if (failed(verifyWindow(*this, emitError)) ||
      (getLengths() && failed(relateLengths(x, shapes.inputs[1], emitError))))
    return failure();
  Shape &y = shapes.outputs[0];
  if (y.rank() != 3)
    return emitError() << "expects an output of the input's rank 3, got rank "
                       << y.rank();
  if (failed(relateFirst(x, y, 3, emitError)))
    return failure();
  MutableArrayRef<Shape> parameters(shapes.parameters);
  Shape &in = parameters[0], &out = parameters[getNoBias() ? 1 : 2];
  // Widths first, so that what is known of any of them is known of all.
  if (failed(unify(in, 1, x, 2, "width", emitError)) ||
      failed(unify(out, 1, x, 2, "width", emitError)) ||
      failed(relateMultiple(x, in, 3, "rows of in_proj_weight", emitError)) ||
      failed(relateMultiple(x, out, 1, "rows of out_proj.weight", emitError)))
    return failure();
  if (!getNoBias() &&
      (failed(relateMultiple(x, parameters[1], 3, "length of in_proj_bias",
                             emitError)) ||
       failed(relateMultiple(x, parameters[3], 1, "length of out_proj.bias",
                             emitError))))
    return failure();
  return verifyHeads(*this, x.dims[2], emitError);
}

SmallVector<Dim> AttentionOp::getMultiplyAdds(const LayerShapes &shapes) {
  // Four products with the width, and two with what is seen, at each place.
  const Dim &length = shapes.inputs[0].dims[1];
  const Dim &width = shapes.inputs[0].dims[2];
  if (length.getExpr().isUnknown() || width.getExpr().isUnknown())
    return {length, width};
  SizeExpr seen = getWindow() ? SizeExpr(*getWindow()) : length.getExpr();
  return {length, width,
          Dim(width.getExpr() * 4 + seen * 2, width.getOrigin())};
}

std::optional<Shape> AttentionOp::getLargestIntermediate(const Shape &input) {
  // What each place of each head makes of each other one.
  Shape scores(4);
  const Dim &length = input.dims[1];
  Dim heads(getHeads(), {getLoc(), "heads of " + quotedName(*this)});
  Dim seen = getWindow() ? Dim(*getWindow(), heads.getOrigin()) : length;
  scores.dims = {input.dims[0], heads, length, seen};
  return scores;
}

std::optional<unsigned> AttentionOp::getLengthDim(unsigned input) {
  return detail::lengthDim(getLengths(), getOperand(input), /*dim=*/1);
}

} // namespace nascent::nn
