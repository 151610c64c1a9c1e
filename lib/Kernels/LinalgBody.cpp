//===- LinalgBody.cpp - What an op computes of its elements ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Kernels/LinalgBody.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace nascent::kernels {

LogicalResult verifyOnVectors(Block &body) {
  for (Operation &inner : body.without_terminator())
    if (inner.getNumResults() != 1 ||
        !inner.getResult(0).getType().isIntOrIndexOrFloat() ||
        !(inner.hasTrait<OpTrait::ConstantLike>() ||
          isa<linalg::IndexOp>(inner) ||
          OpTrait::hasElementwiseMappableTraits(&inner)))
      return inner.emitOpError("has no form on vectors, which kernels need");
  return success();
}

LogicalResult verifyComputed(linalg::LinalgOp op) {
  if (op->getNumResults() != 1 ||
      !getElementTypeOrSelf(op->getResult(0)).isF32())
    return op->emitOpError("must compute one tensor of f32");
  for (BlockArgument argument : op.getBlock()->getArguments())
    if (!argument.getType().isF32() &&
        !llvm::all_of(argument.getUsers(), llvm::IsaPred<arith::ExtFOp>))
      return op->emitOpError() << "computes with " << argument.getType()
                               << ", but kernels compute with f32";
  return success();
}

bool isPerColumn(AffineMap map) {
  unsigned rank = map.getNumDims();
  return rank > 1 && map.getNumResults() == 1 &&
         map.getResult(0) == getAffineDimExpr(rank - 1, map.getContext());
}

bool isScalar(AffineMap map) {
  return map.getNumResults() > 0 &&
         llvm::all_of(map.getResults(), [](AffineExpr expr) {
           return expr == getAffineConstantExpr(0, expr.getContext());
         });
}

bool isSumOfProducts(linalg::LinalgOp op) {
  Block *body = op.getBlock();
  // Upstream looks through anything with one operand.
  return linalg::detail::isContractionBody(
             *body,
             [](Operation *multiply, Operation *add) {
               return isa<arith::MulFOp>(multiply) && isa<arith::AddFOp>(add);
             }) &&
         llvm::all_of(
             body->without_terminator(),
             llvm::IsaPred<arith::MulFOp, arith::AddFOp, arith::ExtFOp>);
}

bool isLookup(linalg::LinalgOp op) {
  if (op.getNumReductionLoops() != 1 || op.getNumDpsInputs() != 2)
    return false;
  SmallVector<unsigned> reduced;
  op.getReductionDims(reduced);
  unsigned row = reduced.front();
  Block *body = op.getBlock();
  auto found =
      body->getTerminator()->getOperand(0).getDefiningOp<arith::SelectOp>();
  auto isIt =
      found ? found.getCondition().getDefiningOp<arith::CmpIOp>() : nullptr;
  if (!isIt || isIt.getPredicate() != arith::CmpIPredicate::eq ||
      found.getTrueValue() != body->getArgument(1) ||
      found.getFalseValue() != body->getArgument(2))
    return false;
  auto place = isIt.getLhs().getDefiningOp<linalg::IndexOp>();
  auto wanted = isIt.getRhs().getDefiningOp<arith::IndexCastUIOp>();
  auto bits =
      wanted ? wanted.getIn().getDefiningOp<arith::BitcastOp>() : nullptr;
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  return place && place.getDim() == row && bits &&
         bits.getIn() == body->getArgument(0) && bits.getType().isInteger(32) &&
         !maps[0].isFunctionOfDim(row) &&
         llvm::is_contained(maps[1].getResults(),
                            getAffineDimExpr(row, op.getContext()));
}

bool isNeutral(Operation *combine, Attribute value) {
  std::optional<TypedAttr> neutral = arith::getNeutralElement(combine);
  // MLIR's neutral element of a sum is -0, but +0 only ever changes the sign of
  // a zero.
  auto number = dyn_cast<FloatAttr>(value);
  return neutral &&
         (value == *neutral || (isa<arith::AddFOp>(combine) && number &&
                                number.getValue().isZero()));
}

/// The only operation of a body, if it is on an operand and what is accumulated
/// onto.
static Operation *findCombine(linalg::LinalgOp op) {
  Block *body = op.getBlock();
  Operation *combine = body->getTerminator()->getOperand(0).getDefiningOp();
  bool isOnly =
      combine && combine == &body->front() && combine->getNumOperands() == 2 &&
      llvm::all_of(combine->getOperands(), llvm::IsaPred<BlockArgument>) &&
      llvm::count(combine->getOperands(), body->getArguments().back()) == 1;
  return isOnly ? combine : nullptr;
}

bool isMaximum(linalg::LinalgOp op) {
  auto maximum = dyn_cast_or_null<arith::MaximumFOp>(findCombine(op));
  return maximum &&
         bitEnumContainsAll(maximum.getFastmath(), arith::FastMathFlags::nsz);
}

bool canBePadded(linalg::LinalgOp op, Attribute padding) {
  auto number = dyn_cast<FloatAttr>(padding);
  if (isSumOfProducts(op))
    return number && number.getValue().isZero();
  Operation *combine = findCombine(op);
  return combine && isNeutral(combine, padding);
}

} // namespace nascent::kernels
