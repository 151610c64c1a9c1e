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
  return layer.emitOpError()
         << quotedName(layer) << " joins two values or more, got one";
}

//===----------------------------------------------------------------------===//
// AddOp, MulOp
//===----------------------------------------------------------------------===//

NN_SAME_SHAPE(AddOp, relateSame, "Add()", "Add()", "Add")
NN_SAME_SHAPE(MulOp, relateSame, "Mul()", "Mul()", "Multiply")

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
  int64_t sum = 0;
  Shape *unknown = nullptr;
  std::string terms;
  for (Shape &x : shapes.inputs) {
    const Dim &dim = x.dims[axis];
    if (dim.isKnown()) {
      if (llvm::AddOverflow(sum, dim.getSize(), sum))
        return emitError() << "concatenates 2^63 elements or more";
      terms += (terms.empty() ? "" : " + ") + std::to_string(dim.getSize());
    } else if (unknown) {
      return success(); // two unknowns: nothing follows
    } else {
      unknown = &x;
    }
  }
  if (!unknown)
    return narrow(Dim(sum, Origin{loc, fmt::format("{} concatenated by {}",
                                                   terms, layer.str())}),
                  y, axis, "concatenated size", emitError);
  const Dim &whole = y.dims[axis];
  if (!whole.isKnown())
    return success();
  if (whole.getSize() > sum) {
    Origin origin = derived(whole.getOrigin(),
                            fmt::format("less {} by {}", sum, layer.str()));
    unknown->dims[axis] = Dim(whole.getSize() - sum, origin);
    unknown->changed = true;
    return success();
  }
  InFlightDiagnostic diag =
      emitError() << "expects a concatenated size of more than " << sum
                  << ", which the known inputs have, got " << whole.getSize();
  diag.attachNote(whole.getOrigin().location)
      << whole.getSize() << " comes from " << whole.getOrigin().phrase;
  return diag;
}

LogicalResult ConcatOp::relate(LayerShapes &shapes, EmitError emitError) {
  FailureOr<unsigned> axis =
      resolveAxis(getAxis(), shapes.outputs[0].rank(), emitError);
  if (failed(axis) || failed(relateSame(shapes, emitError, *axis)))
    return failure();
  return relateSum(shapes, *axis, quotedName(*this), getLoc(), emitError);
}

std::string ConcatOp::describe(NamingScheme scheme, const LayerShapes &,
                               StringRef) {
  std::string text = fmt::format("Concat(dim={})", int64_t(getAxis()));
  return pick(scheme, text, text, "Concatenate");
}

bool ConcatOp::isRowWise() { return true; }

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
  int64_t start;
  int64_t end;
  bool isStartFromEnd;
  bool isEndFromEnd;

  /// Both from the beginning, once the size is known.
  void resolve(int64_t size) {
    start += isStartFromEnd ? size : 0;
    end += isEndFromEnd ? size : 0;
    isStartFromEnd = isEndFromEnd = false;
  }
};
} // namespace

static Bounds boundsOf(SliceOp op) {
  int64_t start = op.getStart();
  std::optional<int64_t> end = op.getEnd();
  return {start, end.value_or(0), start < 0, !end || *end < 0};
}

LogicalResult SliceOp::relate(LayerShapes &shapes, EmitError emitError) {
  Shape &x = shapes.inputs[0], &y = shapes.outputs[0];
  FailureOr<unsigned> axis = resolveAxis(getAxis(), x.rank(), emitError);
  if (failed(axis))
    return failure();
  if (failed(relateSame(shapes, emitError, *axis)))
    return failure();
  Dim &whole = x.dims[*axis], &part = y.dims[*axis];
  Bounds bounds = boundsOf(*this);
  if (whole.isKnown()) {
    int64_t size = whole.getSize();
    bounds.resolve(size);
    if (bounds.start < 0 || bounds.end > size) {
      bool isBefore = bounds.start < 0;
      InFlightDiagnostic diag =
          emitError() << (isBefore ? "starts before the first of "
                                   : "ends past the last of ")
                      << size << " elements: its "
                      << (isBefore ? "start is " : "end is ")
                      << (isBefore ? int64_t(getStart()) : bounds.end);
      diag.attachNote(whole.getOrigin().location)
          << size << " comes from " << whole.getOrigin().phrase;
      return diag;
    }
  }
  if (bounds.isStartFromEnd == bounds.isEndFromEnd) {
    int64_t size;
    if (llvm::SubOverflow(bounds.end, bounds.start, size) || size <= 0) {
      InFlightDiagnostic diag = emitError()
                                << "takes no elements: it starts with element "
                                << bounds.start << " and ends before element "
                                << bounds.end;
      if (whole.isKnown())
        diag.attachNote(whole.getOrigin().location)
            << whole.getSize() << " comes from " << whole.getOrigin().phrase;
      return diag;
    }
    return narrow(Dim(size, Origin{getLoc(), fmt::format("the part taken by {}",
                                                         quotedName(*this))}),
                  y, *axis, "size of the part", emitError);
  }
  // From one end to the other: the rest is left out.
  int64_t size;
  if (!part.isKnown() || bounds.isStartFromEnd)
    return success();
  if (llvm::SubOverflow(bounds.start, bounds.end, size) ||
      llvm::AddOverflow(part.getSize(), size, size))
    return emitError() << "takes a part of 2^63 elements or more, with what it "
                          "leaves out";
  Origin origin =
      derived(part.getOrigin(),
              fmt::format("and what {} leaves out", quotedName(*this)));
  return narrow(Dim(size, origin), x, *axis, "size of its input", emitError);
}

std::string SliceOp::describe(NamingScheme scheme, const LayerShapes &,
                              StringRef) {
  std::string text = fmt::format("Slice(dim={}, start={}", int64_t(getAxis()),
                                 int64_t(getStart()));
  if (std::optional<int64_t> end = getEnd())
    text += fmt::format(", end={}", *end);
  return pick(scheme, text + ")", text + ")", "Slice");
}

bool SliceOp::isRowWise() { return true; }

void SliceOp::assignOrders(LayerOrders &orders) { keepUnmerged(orders); }

OpFoldResult SliceOp::fold(FoldAdaptor) { return inputIfSameType(*this); }

} // namespace nascent::nn
