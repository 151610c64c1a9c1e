//===- Statistics.cpp - Means and variances -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Statistics.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

namespace nascent::nn {

Value inverseDeviation(ImplicitLocOpBuilder &b, Value variance,
                       const APFloat &eps) {
  Value added = constant(b, eps.convertToDouble());
  Value root =
      math::SqrtOp::create(b, arith::AddFOp::create(b, variance, added));
  return arith::DivFOp::create(b, constant(b, 1.0), root);
}

Count Count::of(ImplicitLocOpBuilder &b, Value value, ArrayRef<unsigned> dims) {
  Count count;
  for (unsigned dim : dims) {
    int64_t size = typeOf(value).getDimSize(dim);
    if (ShapedType::isDynamic(size))
      return {1, countOf(b, value, dims)};
    count.known *= size;
  }
  return count;
}

Value divide(ImplicitLocOpBuilder &b, Value sum, const Count &count) {
  Value by = count.open;
  if (!by)
    by = constant(b, double(count.known));
  return arith::DivFOp::create(b, sum, by);
}

Value scaleAndShift(ImplicitLocOpBuilder &b, Value x, ValueRange parameters) {
  if (!parameters.empty())
    x = arith::MulFOp::create(b, x, parameters[0]);
  if (parameters.size() > 1)
    x = arith::AddFOp::create(b, x, parameters[1]);
  return x;
}

Value addSquare(ImplicitLocOpBuilder &b, Value sum, Value difference) {
  return arith::AddFOp::create(
      b, sum, arith::MulFOp::create(b, difference, difference));
}

} // namespace nascent::nn
