//===- LinalgBody.cpp - What an op computes of its elements ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LinalgBody.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace nascent::kernels {

LogicalResult verifyOnVectors(linalg::LinalgOp op) {
  for (Operation &inner : op.getBlock()->without_terminator())
    if (inner.getNumResults() != 1 ||
        !inner.getResult(0).getType().isIntOrIndexOrFloat() ||
        !(inner.hasTrait<OpTrait::ConstantLike>() ||
          isa<linalg::IndexOp>(inner) ||
          OpTrait::hasElementwiseMappableTraits(&inner)))
      return inner.emitOpError("has no form on vectors, which kernels need");
  return success();
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

bool isNeutral(Operation *combine, Attribute value) {
  std::optional<TypedAttr> neutral = arith::getNeutralElement(combine);
  // MLIR's neutral element of a sum is -0, but +0 only ever changes the sign of
  // a zero.
  auto number = dyn_cast<FloatAttr>(value);
  return neutral &&
         (value == *neutral || (isa<arith::AddFOp>(combine) && number &&
                                number.getValue().isZero()));
}

bool canBePadded(linalg::LinalgOp op, Attribute padding) {
  auto number = dyn_cast<FloatAttr>(padding);
  if (isSumOfProducts(op))
    return number && number.getValue().isZero();
  Block *body = op.getBlock();
  Operation *combine = body->getTerminator()->getOperand(0).getDefiningOp();
  return combine && combine == &body->front() &&
         combine->getNumOperands() == 2 &&
         llvm::is_contained(combine->getOperands(),
                            body->getArguments().back()) &&
         isNeutral(combine, padding);
}

} // namespace nascent::kernels
