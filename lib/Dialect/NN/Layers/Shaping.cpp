//===- Shaping.cpp - Layers that only move elements -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerRules.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include <fmt/format.h>

using namespace mlir;

namespace nascent::nn {

NN_SAME_SHAPE(IdentityOp, relateSame, "Identity()", "Identity()", "Identity")
NN_SAME_SHAPE(DropoutOp, relateSame,
              fmt::format("Dropout(p={}, inplace=False)", python(getP())),
              fmt::format("Dropout(p = {}, axes=())", python(getP())),
              "Dropout")

bool IdentityOp::isRowWise() { return true; }
bool DropoutOp::isRowWise() { return true; }

void IdentityOp::assignOrders(LayerOrders &orders) {
  detail::keepOrders(orders);
}
void DropoutOp::assignOrders(LayerOrders &orders) {
  detail::keepOrders(orders);
}

bool IdentityOp::isIdentity() { return true; }
bool DropoutOp::isIdentity() { return true; }

OpFoldResult IdentityOp::fold(FoldAdaptor) { return inputIfSameType(*this); }
OpFoldResult DropoutOp::fold(FoldAdaptor) { return inputIfSameType(*this); }

LogicalResult DropoutOp::verify() {
  double p = getP().convertToDouble();
  if (p >= 0.0 && p <= 1.0)
    return success();
  return emitOpError() << quotedName(*this)
                       << " needs a probability between 0 and 1, got " << p;
}

//===----------------------------------------------------------------------===//
// FlattenOp
//===----------------------------------------------------------------------===//

/// Relates the dimensions from `start` on of `x` to the one of `y` that is
/// their product, whichever of them is still unknown.
static LogicalResult relateProduct(Shape &x, unsigned start, Shape &y,
                                   StringRef layer, Location loc,
                                   EmitError emitError) {
  SizeExpr product(1);
  Dim *unknown = nullptr;
  std::string factors;
  for (Dim &dim : llvm::drop_begin(x.dims, start)) {
    if (!dim.getExpr().isUnknown()) {
      product = product * dim.getExpr();
      factors += (factors.empty() ? "" : "*") + dim.getExpr().format();
    } else if (unknown) {
      return success(); // two unknowns: nothing follows
    } else {
      unknown = &dim;
    }
  }
  if (product.isTooLarge() && !product.isFormula())
    return emitError() << "flattens 2^63 elements or more";
  if (product.isNumber() && product.getNumber() <= 0)
    return success(); // `verifySize` reports the dimension
  if (!unknown)
    return narrow(Dim(product, Origin{loc, fmt::format("{} flattened by {}",
                                                       factors, layer.str())}),
                  y, start, "flattened size", emitError);
  const Dim &whole = y.dims[start];
  if (!whole.isKnown() || !product.isNumber())
    return success();
  if (whole.getSize() % product.getNumber() == 0) {
    *unknown = Dim(whole.getSize() / product.getNumber(), whole.getOrigin());
    x.changed = true;
    return success();
  }
  InFlightDiagnostic diag =
      emitError() << "expects a flattened size that is a multiple of "
                  << product.getNumber() << ", got " << whole.getSize();
  diag.attachNote(whole.getOrigin().location)
      << whole.getSize() << " comes from " << whole.getOrigin().phrase;
  return diag;
}

LogicalResult FlattenOp::relate(LayerShapes &shapes, EmitError emitError) {
  Shape &x = shapes.inputs[0], &y = shapes.outputs[0];
  if (x.rank() == 0)
    return emitError() << "expects an input of rank 1 or more, got rank 0";
  int64_t start = getStart();
  if (start < 0 || start >= int64_t(x.rank()))
    return emitError() << "expects 'start' between 0 and "
                       << int64_t(x.rank()) - 1 << " for an input of rank "
                       << x.rank() << ", got " << start;
  if (y.rank() != start + 1)
    return emitError() << "expects an output of rank " << start + 1
                       << ", got rank " << y.rank();
  for (unsigned dim = 0; dim < start; ++dim)
    if (failed(unify(x, dim, y, dim, fmt::format("dimension {} to be", dim),
                     emitError)))
      return failure();
  return relateProduct(x, start, y, quotedName(*this), getLoc(), emitError);
}

std::string FlattenOp::describe(NamingScheme scheme, const LayerShapes &,
                                StringRef) {
  return pick(scheme,
              fmt::format("Flatten(start_dim={}, end_dim=-1)", getStart()),
              "Flatten", "Flatten");
}

bool FlattenOp::isRowWise() { return getStart() > 0; }
bool FlattenOp::isIdentity() { return true; }

void FlattenOp::assignOrders(LayerOrders &orders) {
  Order &input = orders.inputs[0];
  ArrayRef<int64_t> shape = orders.inputTypes[0].getShape();
  if (input.kind == Order::Canonical)
    return;
  std::optional<int64_t> spatial;
  if (!input.isMerged() && getStart() == 1)
    spatial = checkedProduct(shape.drop_front(2));
  if (input.isMerged() || getStart() == 2)
    orders.output = input;
  else if (spatial == 1)
    orders.output = Order();
  else if (spatial && !ShapedType::isDynamic(*spatial))
    orders.output = Order::channelsLast(*spatial);
  else
    input = Order();
}

OpFoldResult FlattenOp::fold(FoldAdaptor) { return inputIfSameType(*this); }

} // namespace nascent::nn
