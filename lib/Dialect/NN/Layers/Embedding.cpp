//===- Embedding.cpp - Sequences of words ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerRules.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include <fmt/format.h>
#include <limits>

using namespace mlir;

namespace nascent::nn {

//===----------------------------------------------------------------------===//
// EmbeddingOp
//===----------------------------------------------------------------------===//

/// The row of zeros, counted from the first one on.
static std::optional<int64_t> paddingRow(EmbeddingOp layer) {
  std::optional<int64_t> row = layer.getPaddingIndex();
  return row && *row < 0 ? *row + int64_t(layer.getEntries()) : row;
}

Attribute detail::embeddingNormal(Operation *layer) {
  MLIRContext *context = layer->getContext();
  std::optional<int64_t> row = paddingRow(cast<EmbeddingOp>(layer));
  // Where it is negative nevertheless, the rule reports it.
  if (!row || *row < 0)
    return standardNormal(context);
  return PaddedNormalAttr::get(context, APFloat(0.0), APFloat(1.0), *row);
}

LogicalResult EmbeddingOp::relate(LayerShapes &shapes, EmitError emitError) {
  Shape &x = shapes.inputs[0], &y = shapes.outputs[0];
  Shape &weight = shapes.parameters[0];
  int64_t entryCount = getEntries(), widthCount = getWidth();
  constexpr int64_t most = std::numeric_limits<int32_t>::max();
  if (x.rank() < 1 || y.rank() != x.rank() + 1)
    return emitError() << "expects an input of rank 1 or more and an output of "
                          "one more, got ranks "
                       << x.rank() << " and " << y.rank();
  if (entryCount <= 0 || entryCount > most)
    return emitError() << "needs from 1 to " << most
                       << " entries, which indices of 32 bits tell apart, got "
                       << entryCount;
  if (widthCount <= 0)
    return emitError() << "needs a width of at least 1, got " << widthCount;
  if (std::optional<int64_t> row = paddingRow(*this);
      row && (*row < 0 || *row >= entryCount))
    return emitError() << "expects 'padding_index' to be from -" << entryCount
                       << " to " << entryCount - 1 << ", got "
                       << int64_t(*getPaddingIndex());
  std::string name = quotedName(*this);
  Dim entries(entryCount, Origin{getLoc(), "the entries of " + name});
  Dim width(widthCount, Origin{getLoc(), "the width of " + name});
  if (failed(narrow(entries, weight, 0, "rows of its weight", emitError)) ||
      failed(narrow(width, weight, 1, "width of its weight", emitError)) ||
      failed(narrow(width, y, x.rank(), "output width", emitError)))
    return failure();
  return relateFirst(x, y, x.rank(), emitError);
}

std::optional<int64_t> EmbeddingOp::getIndexLimit(unsigned) {
  return getEntries();
}

//===----------------------------------------------------------------------===//
// PositionOp
//===----------------------------------------------------------------------===//

LogicalResult PositionOp::relate(LayerShapes &shapes, EmitError emitError) {
  Shape &x = shapes.inputs[0];
  if (x.rank() != 3)
    return emitError() << "expects an input of rank 3 (batch, length, width), "
                          "got rank "
                       << x.rank();
  std::optional<int64_t> learned = getLearned();
  if (learned.has_value() == getSinusoidal())
    return emitError() << "needs one of 'learned(…)' and 'sinusoidal', got "
                       << (learned ? "both" : "neither");
  if (failed(detail::relateSame(shapes, emitError)))
    return failure();
  if (!learned)
    return success();
  if (*learned <= 0)
    return emitError() << "needs at least 1 place in 'learned', got "
                       << *learned;
  Dim places(*learned,
             Origin{getLoc(), fmt::format("'learned({})' of {}", *learned,
                                          quotedName(*this))});
  if (failed(narrow(places, shapes.parameters[0], 0, "rows of its weight",
                    emitError)) ||
      failed(unify(shapes.parameters[0], 1, x, 2, "width of its weight",
                   emitError)))
    return failure();
  const Dim &length = x.dims[1];
  if (length.getExpr().isUnknown())
    return success();
  if (!length.isKnown()) {
    x.require(SizeCondition::atLeast(*learned, length.getExpr()));
    return success();
  }
  if (length.getSize() <= *learned)
    return success();
  return noteOrigin(noteOrigin(emitError()
                                   << "expects a length of at most " << *learned
                                   << ", the places of its weight, got "
                                   << length.getSize(),
                               places),
                    length);
}

} // namespace nascent::nn
