//===- Margins.cpp - What surrounds a value -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Margins.h"
#include "LinalgBuilders.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"

using namespace mlir;

namespace nascent::nn {

void nameKernel(Value result, const Twine &part) {
  result.getDefiningOp()->setAttr(kLayerPartAttrName,
                                  StringAttr::get(result.getContext(), part));
}

Value Margins::margin(Value input, unsigned dim, int64_t size, int64_t from,
                      int64_t step, StringRef side) {
  SmallVector<int64_t> shape(typeOf(input).getShape());
  shape[dim] = size;
  SmallVector<AffineExpr> read;
  for (unsigned each = 0; each < shape.size(); ++each)
    read.push_back(builder.getAffineDimExpr(each));
  read[dim] = read[dim] * step + from;
  AffineMap map = AffineMap::get(shape.size(), 0, read, builder.getContext());
  Value result = mapElements(builder, loc, input, map, shape,
                             [&](ImplicitLocOpBuilder &b, ValueRange elements) {
                               return mode == "constant"
                                          ? constant(b, loc, value)
                                          : elements[0];
                             });
  nameKernel(result, side + "_" + Twine(dim));
  return result;
}

Value Margins::add(Value input, unsigned dim, int64_t before, int64_t after) {
  int64_t last = typeOf(input).getDimSize(dim) - 1;
  bool isReflected = mode == "reflect";
  SmallVector<Value> parts;
  if (before > 0)
    parts.push_back(isReflected
                        ? margin(input, dim, before, before, -1, "before")
                        : margin(input, dim, before, 0, 0, "before"));
  parts.push_back(input);
  if (after > 0)
    parts.push_back(isReflected
                        ? margin(input, dim, after, last - 1, -1, "after")
                        : margin(input, dim, after, last, 0, "after"));
  if (parts.size() == 1)
    return input;
  return tensor::ConcatOp::create(builder, loc, dim, parts);
}

} // namespace nascent::nn
