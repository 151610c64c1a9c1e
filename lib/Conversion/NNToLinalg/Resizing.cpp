//===- Resizing.cpp - Layers that change spatial sizes --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerLowerings.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "nascent/Conversion/NNToLinalg/LinalgBuilders.h"
#include "nascent/Conversion/NNToLinalg/Margins.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Support/ElementwiseBuilder.h"

using namespace mlir;

namespace nascent::nn {
namespace {

Value lower(PadOp pad, ImplicitLocOpBuilder &b, ValueRange inputs, ValueRange) {
  Margins margins(b, pad.getMode(), pad.getValue().convertToDouble());
  SmallVector<int64_t> numbers = pad.getMargins();
  size_t spatialDims = numbers.size() / 2;
  Value result = inputs[0];
  for (size_t i = 0; i < spatialDims; ++i)
    result = margins.add(result, storedDim(pad.getType(), i + 2), numbers[i],
                         numbers[spatialDims + i]);
  return result;
}

/// Of the result, as it is stored.
Sizes upsampledSizes(UpsampleOp op, ImplicitLocOpBuilder &b, Value input) {
  Sizes sizes = sizesLike(b, input, storedType(op.getType()).getShape());
  for (auto [dim, factor] : llvm::enumerate(op.getFactors()))
    if (OpFoldResult &size = sizes[storedDim(op.getType(), dim + 2)];
        auto open = dyn_cast<Value>(size))
      size = emitSize(b, SizeExpr::name("size", 0) * SizeExpr(factor), open);
  return sizes;
}

Value nearest(UpsampleOp op, ImplicitLocOpBuilder &b, Value input) {
  unsigned rank = op.getType().getRank();
  SmallVector<AffineExpr> read;
  for (int64_t dim : storedDims(op.getType())) {
    AffineExpr place = b.getAffineDimExpr(read.size());
    read.push_back(dim < 2 ? place : place.floorDiv(op.getFactors()[dim - 2]));
  }
  return mapElements(
      b, input, AffineMap::get(rank, 0, read, b.getContext()),
      upsampledSizes(op, b, input),
      [](ImplicitLocOpBuilder &, ValueRange elements) { return elements[0]; });
}

/// The weight of the second of two neighbours that the result's element `place`
/// lies between: their centres are `factor` places apart, and the first centre
/// is half of that and half a place before place 0.
Value weightOf(ElementwiseBuilder &e, unsigned dim, int64_t factor) {
  ImplicitLocOpBuilder &b = e.getBuilder();
  auto number = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(b, value);
  };
  Value place = linalg::IndexOp::create(b, dim);
  Value twice = arith::MulIOp::create(b, place, number(2));
  twice = arith::AddIOp::create(b, twice, number(factor + 1));
  Value rest = arith::RemUIOp::create(b, twice, number(2 * factor));
  Value integer = arith::IndexCastOp::create(b, b.getI32Type(), rest);
  Value distance = arith::SIToFPOp::create(b, b.getF32Type(), integer);
  return e.mul(distance, e.f32(0.5f / factor));
}

/// With one more element at both ends, each place lies between two neighbours.
Value interpolated(UpsampleOp op, ImplicitLocOpBuilder &b, Value input) {
  unsigned rank = op.getType().getRank();
  Sizes sizes = upsampledSizes(op, b, input);
  SmallVector<int64_t> factors = op.getFactors();
  Margins margins(b, "replicate");
  SmallVector<unsigned> dims;
  for (size_t i = 0; i < factors.size(); ++i) {
    dims.push_back(storedDim(op.getType(), i + 2));
    input = margins.add(input, dims.back(), 1, 1);
  }
  // The corners around a place: bit i tells which neighbour along dimension i.
  SmallVector<AffineMap> maps;
  for (unsigned corner = 0; corner < 1u << factors.size(); ++corner) {
    SmallVector<AffineExpr> read;
    for (unsigned dim = 0; dim < rank; ++dim)
      read.push_back(b.getAffineDimExpr(dim));
    for (auto [i, factor] : llvm::enumerate(factors))
      read[dims[i]] = (read[dims[i]] * 2 + factor + 1).floorDiv(2 * factor) +
                      int64_t(corner >> i & 1);
    maps.push_back(AffineMap::get(rank, 0, read, b.getContext()));
  }
  return mapElements(b, SmallVector<Value>(maps.size(), input), maps, sizes,
                     [&](ImplicitLocOpBuilder &in, ValueRange elements) {
                       ElementwiseBuilder e(in, in.getLoc(), in.getF32Type());
                       SmallVector<Value> values(elements);
                       for (size_t i = factors.size(); i-- > 0;) {
                         Value weight = weightOf(e, dims[i], factors[i]);
                         Value rest = e.sub(e.f32(1.0f), weight);
                         size_t half = values.size() / 2;
                         for (size_t corner = 0; corner < half; ++corner)
                           values[corner] =
                               e.add(e.mul(rest, values[corner]),
                                     e.mul(weight, values[half + corner]));
                         values.resize(half);
                       }
                       return values.front();
                     });
}

Value lower(UpsampleOp op, ImplicitLocOpBuilder &b, ValueRange inputs,
            ValueRange) {
  return op.getMode() == "nearest" ? nearest(op, b, inputs[0])
                                   : interpolated(op, b, inputs[0]);
}

} // namespace

void attachResizingLowerings(MLIRContext &context) {
  attach<PadOp, lower>(context);
  attach<UpsampleOp, lower>(context);
}

} // namespace nascent::nn
