//===- Margins.cpp - What surrounds a value -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Conversion/NNToLinalg/Margins.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "nascent/Conversion/NNToLinalg/LinalgBuilders.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"

using namespace mlir;

namespace nascent::nn {

void nameKernel(Value result, const Twine &part) {
  result.getDefiningOp()->setAttr(kLayerPartAttrName,
                                  StringAttr::get(result.getContext(), part));
}

Value Margins::margin(Value input, unsigned dim, int64_t size, int64_t from,
                      int64_t step, StringRef side) {
  Sizes sizes = sizesLike(b, input, typeOf(input).getShape());
  sizes[dim] = b.getIndexAttr(size);
  SmallVector<AffineExpr> read;
  for (unsigned each = 0; each < sizes.size(); ++each)
    read.push_back(b.getAffineDimExpr(each));
  read[dim] = read[dim] * step + from;
  AffineMap map = AffineMap::get(sizes.size(), 0, read, b.getContext());
  Value result = mapElements(
      b, input, map, ArrayRef(sizes),
      [&](ImplicitLocOpBuilder &in, ValueRange elements) {
        return mode == "constant" ? constant(in, value) : elements[0];
      });
  nameKernel(result, side + "_" + Twine(dim));
  return result;
}

/// The last `size` elements of `input` along `dim`, which is open.
Value Margins::lastOf(Value input, unsigned dim, int64_t size) {
  SmallVector<int64_t> shape(typeOf(input).getShape());
  Sizes sizes = sizesLike(b, input, shape);
  SmallVector<OpFoldResult> starts(shape.size(), b.getIndexAttr(0));
  SmallVector<OpFoldResult> steps(shape.size(), b.getIndexAttr(1));
  starts[dim] = emitSize(b, SizeExpr::name("size", 0) - SizeExpr(size),
                         cast<Value>(sizes[dim]));
  sizes[dim] = b.getIndexAttr(size);
  shape[dim] = size;
  return tensor::ExtractSliceOp::create(b, typeOf(input).clone(shape), input,
                                        starts, sizes, steps);
}

Value Margins::add(Value input, unsigned dim, int64_t before, int64_t after) {
  bool isReflected = mode == "reflect";
  // What the margin behind is made of, and its last element.
  Value end = input;
  int64_t last;
  if (!typeOf(input).isDynamicDim(dim)) {
    last = typeOf(input).getDimSize(dim) - 1;
  } else {
    last = isReflected ? after : 0;
    if (after > 0)
      end = lastOf(input, dim, last + 1);
  }
  SmallVector<Value> parts;
  if (before > 0)
    parts.push_back(isReflected
                        ? margin(input, dim, before, before, -1, "before")
                        : margin(input, dim, before, 0, 0, "before"));
  parts.push_back(input);
  if (after > 0)
    parts.push_back(isReflected ? margin(end, dim, after, last - 1, -1, "after")
                                : margin(end, dim, after, last, 0, "after"));
  if (parts.size() == 1)
    return input;
  return tensor::ConcatOp::create(b, dim, parts);
}

} // namespace nascent::nn
