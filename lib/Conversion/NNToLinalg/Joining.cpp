//===- Joining.cpp - Layers that join values, or take a part --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerLowerings.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "nascent/Conversion/NNToLinalg/LinalgBuilders.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;

namespace nascent::nn {
namespace {

/// All elements at the same place joined by one operation, from the left.
template <typename ArithOp, typename LayerOp>
Value lowerJoin(LayerOp, ImplicitLocOpBuilder &b, ValueRange inputs,
                ValueRange) {
  return elementwise(b, inputs,
                     [](ImplicitLocOpBuilder &in, ValueRange elements) {
                       Value joined = elements.front();
                       for (Value next : elements.drop_front())
                         joined = ArithOp::create(in, joined, next);
                       return joined;
                     });
}

/// The products of matrices, a kernel with a group for each of them.
Value lower(MatmulOp op, ImplicitLocOpBuilder &b, ValueRange inputs,
            ValueRange) {
  Value first = inputs[0], second = inputs[1];
  unsigned rank = typeOf(first).getRank();
  // Columns are to be side by side, as those of a weight are.
  if (op.getTransposed()) {
    auto turned = llvm::to_vector(llvm::seq<int64_t>(0, rank));
    std::swap(turned[rank - 2], turned[rank - 1]);
    second = transpose(b, second, turned);
  }
  Sizes sizes = tensor::getMixedSizes(b, b.getLoc(), first);
  sizes.back() = tensor::getMixedSize(b, b.getLoc(), second, rank - 1);
  Value init = filledOf(b, sizes, 0.0);
  // The loops: those of the result, then the one that is summed over.
  auto mapOf = [&](unsigned row, unsigned column) {
    SmallVector<AffineExpr> indices;
    for (unsigned dim = 0; dim < rank - 2; ++dim)
      indices.push_back(b.getAffineDimExpr(dim));
    indices.push_back(b.getAffineDimExpr(row));
    indices.push_back(b.getAffineDimExpr(column));
    return AffineMap::get(rank + 1, 0, indices, b.getContext());
  };
  AffineMap maps[] = {mapOf(rank - 2, rank), mapOf(rank, rank - 1),
                      mapOf(rank - 2, rank - 1)};
  return sumOfProducts(b, first, second, init, maps);
}

/// Where an axis of a value of `type`, from the last one on where negative, is
/// among the dimensions that are stored.
int64_t dimensionOf(int64_t axis, Type type) {
  auto tensor = cast<RankedTensorType>(type);
  return storedDim(tensor, axis < 0 ? axis + tensor.getRank() : axis);
}

Value lower(ConcatOp concat, ImplicitLocOpBuilder &b, ValueRange inputs,
            ValueRange) {
  return tensor::ConcatOp::create(
      b, storedType(concat.getType()),
      dimensionOf(concat.getAxis(), concat.getType()), inputs);
}

Value lower(SliceOp slice, ImplicitLocOpBuilder &b, ValueRange inputs,
            ValueRange) {
  Value input = inputs[0];
  auto type = cast<RankedTensorType>(input.getType());
  RankedTensorType part = storedType(slice.getType());
  int64_t axis = dimensionOf(slice.getAxis(), slice.getType());
  // A place from the last element on is one of a size that may be open.
  SizeExpr whole(type.getDimSize(axis));
  bool isOpen = whole.isUnknown();
  if (isOpen)
    whole = SizeExpr::name("size", 0);
  auto placeOf = [&](int64_t place) {
    return place < 0 ? whole + place : SizeExpr(place);
  };
  SizeExpr start = placeOf(slice.getStart()),
           end = slice.getEnd() ? placeOf(*slice.getEnd()) : whole;
  SmallVector<OpFoldResult> starts(type.getRank(), b.getIndexAttr(0));
  SmallVector<OpFoldResult> steps(type.getRank(), b.getIndexAttr(1));
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(b, b.getLoc(), input);
  Value own = isOpen ? cast<Value>(sizes[axis]) : Value();
  auto numberOf = [&](const SizeExpr &size) -> OpFoldResult {
    if (size.isNumber())
      return b.getIndexAttr(size.getNumber());
    return emitSize(b, size, own);
  };
  starts[axis] = numberOf(start);
  sizes[axis] = numberOf(end - start);
  return tensor::ExtractSliceOp::create(b, part, input, starts, sizes, steps);
}

} // namespace

void attachJoiningLowerings(MLIRContext &context) {
  attach<AddOp, lowerJoin<arith::AddFOp>>(context);
  attach<MulOp, lowerJoin<arith::MulFOp>>(context);
  attach<MatmulOp, lower>(context);
  attach<ConcatOp, lower>(context);
  attach<SliceOp, lower>(context);
}

} // namespace nascent::nn
