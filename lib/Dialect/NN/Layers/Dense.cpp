//===- Dense.cpp - Fully connected layers ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerRules.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include <fmt/format.h>

using namespace mlir;

namespace nascent::nn {

LogicalResult DenseOp::relate(LayerShapes &shapes, EmitError emitError) {
  Shape &x = shapes.inputs[0], &y = shapes.outputs[0];
  Shape &weight = shapes.parameters[0];
  if (x.rank() < 2)
    return emitError() << "expects an input of rank 2 or more (batch, width), "
                          "got rank "
                       << x.rank();
  if (x.rank() != y.rank())
    return emitError() << "expects an output of the input's rank " << x.rank()
                       << ", got rank " << y.rank();
  int64_t unitCount = getUnits();
  if (unitCount <= 0)
    return emitError() << "needs at least 1 unit, got " << unitCount;
  unsigned last = x.rank() - 1;
  Dim units(unitCount, Origin{getLoc(), "the units of " + quotedName(*this)});
  Dim in;
  if (std::optional<int64_t> width = getIn()) {
    if (*width <= 0)
      return emitError() << "needs an input width of at least 1, got "
                         << *width;
    in = Dim(*width, Origin{getLoc(), fmt::format("'in({})' of {}", *width,
                                                  quotedName(*this))});
  }
  if (failed(narrow(in, x, last, "input width", emitError)) ||
      failed(unify(weight, 1, x, last, "input width", emitError)) ||
      failed(narrow(units, y, last, "output width", emitError)) ||
      failed(narrow(units, weight, 0, "output width of its weight", emitError)))
    return failure();
  if (!getNoBias() && failed(narrow(units, shapes.parameters[1], 0,
                                    "length of its bias", emitError)))
    return failure();
  return relateFirst(x, y, last, emitError);
}

SmallVector<Dim> DenseOp::getMultiplyAdds(const LayerShapes &shapes) {
  // Every element of the weight once for each position between the batch and
  // the width.
  auto factors = llvm::to_vector_of<Dim>(shapes.parameters[0].dims);
  append_range(factors, ArrayRef(shapes.outputs[0].dims).slice(1).drop_back());
  return factors;
}

void DenseOp::assignOrders(LayerOrders &orders) {
  Order &input = orders.inputs[0];
  if (input.isMerged())
    orders.spatial[0] = input.spatial;
  else
    input = Order();
}

} // namespace nascent::nn
