//===- ViewGradient.cpp - Gradients of what moves elements ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What only moves elements has a cotangent that moves them back.
//
//===----------------------------------------------------------------------===//

#include "Cotangents.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "nascent/Conversion/NNToLinalg/LinalgBuilders.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace nascent::gradients {

/// The same elements in the shape that `value` has.
static Value likeShape(OpBuilder &builder, Value cotangent, Value value,
                       ArrayRef<ReassociationIndices> groups) {
  ImplicitLocOpBuilder at(value.getLoc(), builder);
  RankedTensorType from = nn::typeOf(cotangent), to = nn::typeOf(value);
  if (from.getRank() > to.getRank())
    return tensor::CollapseShapeOp::create(at, cotangent, groups);
  return nn::expand(at, cotangent, to, groups, value);
}

/// The places of the parts of a concatenation, as slices of its cotangent.
static void takeApart(tensor::ConcatOp op, Value dy, Cotangents &cotangents) {
  ImplicitLocOpBuilder at(op.getLoc(), cotangents.getBuilder());
  int64_t dim = op.getDim(), start = 0;
  for (Value input : op.getInputs()) {
    RankedTensorType type = nn::typeOf(input);
    if (cotangents.isActive(input)) {
      nn::Sizes sizes = nn::sizesLike(at, input, type.getShape());
      nn::Sizes starts(type.getRank(), at.getIndexAttr(0));
      nn::Sizes steps(type.getRank(), at.getIndexAttr(1));
      starts[dim] = at.getIndexAttr(start);
      Value part =
          tensor::ExtractSliceOp::create(at, type, dy, starts, sizes, steps);
      cotangents.add(input, part);
    }
    start += type.getDimSize(dim);
  }
}

/// The part of a padded value that is not padding, taken along one dimension
/// after the other. Where zeros have been joined to it, it is that without.
static Value takeInside(tensor::PadOp op, Value dy, OpBuilder &builder) {
  ImplicitLocOpBuilder at(op.getLoc(), builder);
  RankedTensorType type = op.getSourceType();
  nn::Sizes own = nn::sizesLike(at, op.getSource(), type.getShape());
  nn::Sizes steps(type.getRank(), builder.getIndexAttr(1));
  nn::Sizes low = op.getMixedLowPad(), high = op.getMixedHighPad();
  while (auto concat = dy.getDefiningOp<tensor::ConcatOp>()) {
    int64_t dim = concat.getDim(), start = 0;
    Value inside;
    for (Value part : concat.getInputs()) {
      int64_t size = nn::typeOf(part).getDimSize(dim);
      if (isConstantIntValue(low[dim], start) && size == type.getDimSize(dim) &&
          !ShapedType::isDynamic(size))
        inside = part;
      start += size;
    }
    if (!inside)
      break;
    dy = inside;
    low[dim] = high[dim] = builder.getIndexAttr(0);
  }
  for (int64_t dim = 0; dim < type.getRank(); ++dim) {
    if (isZeroInteger(low[dim]) && isZeroInteger(high[dim]))
      continue;
    nn::Sizes starts(type.getRank(), builder.getIndexAttr(0));
    nn::Sizes sizes = nn::sizesLike(at, dy, nn::typeOf(dy).getShape());
    starts[dim] = low[dim];
    sizes[dim] = own[dim];
    dy = tensor::ExtractSliceOp::create(at, dy, starts, sizes, steps);
  }
  return dy;
}

/// Whether `value` is sums of products that have columns: dimensions of the
/// second factor alone.
static bool isProduct(Value value) {
  auto op = value.getDefiningOp<linalg::GenericOp>();
  if (!op || op.getNumDpsInputs() != 2 || op.getNumReductionLoops() == 0)
    return false;
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  return llvm::any_of(llvm::seq(op.getNumLoops()), [&](unsigned loop) {
    return maps[2].isFunctionOfDim(loop) && maps[1].isFunctionOfDim(loop) &&
           !maps[0].isFunctionOfDim(loop);
  });
}

/// The gradient of a weight as the weight is stored: panels, whose columns
/// behind the last one are zeros.
static Value pack(linalg::UnPackOp op, Value dy, OpBuilder &builder) {
  ImplicitLocOpBuilder at(op.getLoc(), builder);
  RankedTensorType stored = nn::typeOf(op.getSource());
  if (isProduct(dy)) {
    Value empty =
        tensor::EmptyOp::create(at, stored.getShape(), stored.getElementType());
    Value zero = nn::constant(at, 0.0);
    return linalg::PackOp::create(at, dy, empty, op.getInnerDimsPos(),
                                  op.getMixedTiles(), zero)
        ->getResult(0);
  }
  // What is no product of matrices is put into panels by a kernel of its own.
  int64_t panels = stored.getShape().front(), width = stored.getShape().back();
  dy = withMargins(builder, dy, 0, 0,
                   panels * width - nn::typeOf(dy).getDimSize(0));
  unsigned rank = stored.getRank();
  SmallVector<AffineExpr> read = {builder.getAffineDimExpr(0) * width +
                                  builder.getAffineDimExpr(rank - 1)};
  for (unsigned dim = 1; dim + 1 < rank; ++dim)
    read.push_back(builder.getAffineDimExpr(dim));
  AffineMap map = AffineMap::get(rank, 0, read, builder.getContext());
  return nn::mapElements(
      at, dy, map, stored.getShape(),
      [](ImplicitLocOpBuilder &, ValueRange elements) { return elements[0]; });
}

static Value transposeBack(linalg::TransposeOp op, Value dy,
                           OpBuilder &builder) {
  ImplicitLocOpBuilder at(op.getLoc(), builder);
  return nn::transpose(at, dy, invertPermutationVector(op.getPermutation()));
}

LogicalResult propagate(OpResult result, Value dy, Cotangents &cotangents) {
  Operation *op = result.getOwner();
  OpBuilder &builder = cotangents.getBuilder();
  auto pass = [&](Value input, Value cotangent) {
    cotangents.add(input, cotangent);
    return success();
  };
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case<tensor::ExpandShapeOp, tensor::CollapseShapeOp>([&](auto view) {
        return pass(view.getSrc(), likeShape(builder, dy, view.getSrc(),
                                             view.getReassociationIndices()));
      })
      .Case([&](linalg::TransposeOp transpose) {
        return pass(transpose.getInput(),
                    transposeBack(transpose, dy, builder));
      })
      .Case([&](linalg::UnPackOp unpack) {
        return pass(unpack.getSource(), pack(unpack, dy, builder));
      })
      .Case([&](tensor::PadOp padding) {
        return pass(padding.getSource(), takeInside(padding, dy, builder));
      })
      .Case([&](tensor::ExtractSliceOp slice) -> LogicalResult {
        bool isPlain = llvm::all_of(slice.getStaticStrides(),
                                    [](int64_t step) { return step == 1; });
        bool isOpen = ShapedType::isDynamicShape(slice.getStaticOffsets());
        for (auto [size, all] : llvm::zip(slice.getStaticSizes(),
                                          slice.getSourceType().getShape()))
          isOpen |= ShapedType::isDynamic(size) != ShapedType::isDynamic(all);
        if (isOpen || !isPlain ||
            slice.getSourceType().getRank() != slice.getType().getRank())
          return emitNoGradient(op)
                 << "it takes a part that is not of neighbours at a place that "
                    "is a number; bind its input";
        cotangents.addPart(slice, dy);
        return success();
      })
      .Case([&](tensor::ConcatOp concat) {
        takeApart(concat, dy, cotangents);
        return success();
      })
      .Case([&](linalg::LinalgOp linalgOp) {
        return propagateLinalg(linalgOp, dy, cotangents);
      })
      .Case([&](nn::RecurrenceOp recurrence) -> LogicalResult {
        if (result.getResultNumber() != 0)
          return emitNoGradient(op)
                 << "what its loss is of uses the states after its last step; "
                    "have that use its output";
        return propagateRecurrence(recurrence, dy, cotangents);
      })
      .Default([&](Operation *) -> LogicalResult {
        return emitNoGradient(op) << "there is no rule for '"
                                  << op->getName().getStringRef() << "'";
      });
}

} // namespace nascent::gradients
