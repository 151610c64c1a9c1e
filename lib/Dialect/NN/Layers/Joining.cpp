//===- Joining.cpp - Layers that join values, or take a part --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerRules.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include <fmt/format.h>

using namespace mlir;

namespace nascent::nn {

LogicalResult detail::verifyJoin(LayerOpInterface layer) {
  if (layer->getNumOperands() >= 2)
    return success();
  return emitLayerError(layer) << "joins two values or more, got one";
}

//===----------------------------------------------------------------------===//
// MatmulOp
//===----------------------------------------------------------------------===//

LogicalResult MatmulOp::verify() {
  if (getNumOperands() == 2)
    return success();
  return emitLayerError(*this)
         << "multiplies two values, got " << getNumOperands();
}

LogicalResult MatmulOp::relate(LayerShapes &shapes, EmitError emitError) {
  Shape &a = shapes.inputs[0], &b = shapes.inputs[1], &y = shapes.outputs[0];
  unsigned rank = a.rank();
  if (rank < 3 || b.rank() != rank || y.rank() != rank)
    return emitError() << "expects two values and a result of one rank, 3 or "
                          "more, got ranks "
                       << rank << ", " << b.rank() << " and " << y.rank();
  unsigned rows = rank - 2, columns = rank - 1;
  unsigned depth = getTransposed() ? columns : rows;
  unsigned others = getTransposed() ? rows : columns;
  auto relateBatches = [&](Shape &other, StringRef whose) -> LogicalResult {
    for (unsigned dim = 0; dim < rows; ++dim)
      if (failed(unify(a, dim, other, dim,
                       fmt::format("dimension {}{} to be", dim, whose.str()),
                       emitError)))
        return failure();
    return success();
  };
  // What the result says reaches the second value in the second turn.
  for (int turn = 0; turn < 2; ++turn)
    if (failed(relateBatches(b, " of its 2nd input")) ||
        failed(relateBatches(y, "")))
      return failure();
  if (failed(unify(a, columns, b, depth,
                   fmt::format("dimension {} of its 2nd input, which it sums "
                               "over, to be",
                               depth),
                   emitError)) ||
      failed(unify(a, rows, y, rows, fmt::format("dimension {} to be", rows),
                   emitError)))
    return failure();
  return unify(b, others, y, columns,
               fmt::format("dimension {} to be", columns), emitError);
}

SmallVector<Dim> MatmulOp::getMultiplyAdds(const LayerShapes &shapes) {
  SmallVector<Dim> factors(llvm::drop_begin(shapes.outputs[0].dims));
  factors.push_back(shapes.inputs[0].dims.back());
  return factors;
}

//===----------------------------------------------------------------------===//
// ConcatOp
//===----------------------------------------------------------------------===//

LogicalResult ConcatOp::verify() { return detail::verifyJoin(*this); }

/// Relates the sizes along `axis` of what is concatenated to the result's,
/// their sum, whichever of them is still unknown.
static LogicalResult relateSum(LayerShapes &shapes, unsigned axis,
                               StringRef layer, Location loc,
                               EmitError emitError) {
  Shape &y = shapes.outputs[0];
  SizeExpr sum(0);
  Shape *unknown = nullptr;
  std::string terms;
  for (Shape &x : shapes.inputs) {
    const SizeExpr &size = x.dims[axis].getExpr();
    if (!size.isUnknown()) {
      sum = sum + size;
      terms += (terms.empty() ? "" : " + ") + size.format();
    } else if (unknown) {
      return success(); // two unknowns: nothing follows
    } else {
      unknown = &x;
    }
  }
  if (sum.isTooLarge() && !sum.isFormula())
    return emitError() << "concatenates 2^63 elements or more";
  if (!unknown)
    return narrow(Dim(sum, Origin{loc, fmt::format("{} concatenated by {}",
                                                   terms, layer.str())}),
                  y, axis, "concatenated size", emitError);
  const Dim &whole = y.dims[axis];
  if (!whole.isKnown() || !sum.isNumber())
    return success();
  int64_t rest = sum.getNumber();
  if (whole.getSize() > rest) {
    Origin origin = derived(whole.getOrigin(),
                            fmt::format("less {} by {}", rest, layer.str()));
    unknown->dims[axis] = Dim(whole.getSize() - rest, origin);
    unknown->changed = true;
    return success();
  }
  return noteOrigin(emitError() << "expects a concatenated size of more than "
                                << rest << ", which the known inputs have, got "
                                << whole.getSize(),
                    whole);
}

LogicalResult ConcatOp::relate(LayerShapes &shapes, EmitError emitError) {
  FailureOr<unsigned> axis =
      resolveAxis(getAxis(), shapes.outputs[0].rank(), emitError);
  if (failed(axis) || failed(detail::relateSame(shapes, emitError, *axis)))
    return failure();
  return relateSum(shapes, *axis, quotedName(*this), getLoc(), emitError);
}

/// Of merged dimensions, a part is not one of what is stored.
static void keepUnmerged(LayerOrders &orders) {
  detail::keepOrders(orders);
  if (!orders.output.isMerged())
    return;
  llvm::fill(orders.inputs, Order());
  orders.output = Order();
}

void ConcatOp::assignOrders(LayerOrders &orders) { keepUnmerged(orders); }

//===----------------------------------------------------------------------===//
// SliceOp
//===----------------------------------------------------------------------===//

namespace {
/// The first element of a slice and the one after its last, of a dimension that
/// may be unknown: each as a distance from its beginning or from its end.
struct Bounds {
  SizeExpr start;
  SizeExpr end;
  bool isStartFromEnd;
  bool isEndFromEnd;

  /// Both from the beginning, once the size is known.
  void resolve(const SizeExpr &size) {
    start = isStartFromEnd ? start + size : start;
    end = isEndFromEnd ? end + size : end;
    isStartFromEnd = isEndFromEnd = false;
  }
};
} // namespace

static Bounds boundsOf(SliceOp op) {
  // `kDynamic` is a number that users can write, as good as the next.
  auto known = [](int64_t bound) {
    return SizeExpr(std::max(bound, ShapedType::kDynamic + 1));
  };
  int64_t start = op.getStart(), end = op.getEnd().value_or(0);
  return {known(start), known(end), start < 0, !op.getEnd() || end < 0};
}

/// Checks that the part begins and ends within the dimension `axis` of `x`.
static LogicalResult verifyWithin(SliceOp op, const Bounds &bounds, Shape &x,
                                  unsigned axis, EmitError emitError) {
  const Dim &whole = x.dims[axis];
  auto isAfterFirst = SizeCondition::atLeast(bounds.start, 0);
  auto isBeforeLast = SizeCondition::atLeast(whole.getExpr(), bounds.end);
  if (!whole.isKnown()) {
    x.require(isAfterFirst);
    x.require(isBeforeLast);
    return success();
  }
  if (isAfterFirst.decide() == true && isBeforeLast.decide() == true)
    return success();
  bool isBefore = isAfterFirst.decide() == false;
  return noteOrigin(emitError() << (isBefore ? "starts before the first of "
                                             : "ends past the last of ")
                                << whole.getSize() << " elements: its "
                                << (isBefore ? "start is " : "end is ")
                                << (isBefore ? int64_t(op.getStart())
                                             : bounds.end.getNumber()),
                    whole);
}

LogicalResult SliceOp::relate(LayerShapes &shapes, EmitError emitError) {
  Shape &x = shapes.inputs[0], &y = shapes.outputs[0];
  FailureOr<unsigned> axis = resolveAxis(getAxis(), x.rank(), emitError);
  if (failed(axis))
    return failure();
  if (failed(detail::relateSame(shapes, emitError, *axis)))
    return failure();
  Dim &whole = x.dims[*axis], &part = y.dims[*axis];
  Bounds bounds = boundsOf(*this);
  if (!whole.getExpr().isUnknown()) {
    bounds.resolve(whole.getExpr());
    if (failed(verifyWithin(*this, bounds, x, *axis, emitError)))
      return failure();
  }
  if (bounds.isStartFromEnd == bounds.isEndFromEnd) {
    SizeExpr size = bounds.end - bounds.start;
    if (size.isNumber() && size.getNumber() <= 0) {
      InFlightDiagnostic diag =
          emitError() << "takes no elements: it starts with element "
                      << bounds.start.format() << " and ends before element "
                      << bounds.end.format();
      if (whole.isKnown())
        return noteOrigin(std::move(diag), whole);
      return diag;
    }
    return narrow(Dim(size, Origin{getLoc(), fmt::format("the part taken by {}",
                                                         quotedName(*this))}),
                  y, *axis, "size of the part", emitError);
  }
  // From one end to the other: the rest is left out.
  if (!part.isKnown() || bounds.isStartFromEnd)
    return success();
  SizeExpr size = part.getExpr() + bounds.start - bounds.end;
  if (size.isTooLarge())
    return emitError() << "takes a part of 2^63 elements or more, with what it "
                          "leaves out";
  Origin origin =
      derived(part.getOrigin(),
              fmt::format("and what {} leaves out", quotedName(*this)));
  return narrow(Dim(size, origin), x, *axis, "size of its input", emitError);
}

void SliceOp::assignOrders(LayerOrders &orders) { keepUnmerged(orders); }

OpFoldResult SliceOp::fold(FoldAdaptor) {
  // Two sizes that are open may differ.
  int64_t rank = getType().getRank(), axis = getAxis();
  bool isOpen = getType().isDynamicDim(axis < 0 ? axis + rank : axis);
  bool takesAll = getStart() == 0 && !getEnd();
  return takesAll || !isOpen ? inputIfSameType(*this) : Value();
}

} // namespace nascent::nn
