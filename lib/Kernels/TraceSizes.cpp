//===- TraceSizes.cpp - Where the sizes of values come from ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TraceSizes.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "nascent/Kernels/NetworkFunctions.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace nascent::kernels {

/// A value that has, in the dimension that is returned, the size of `dim` of
/// `value`, and which `value` is computed from; none where there is none.
static std::optional<std::pair<Value, unsigned>> sourceOfSize(Value value,
                                                              unsigned dim) {
  Operation *op = value.getDefiningOp();
  if (op && isView(op)) {
    auto groups =
        isa<tensor::CollapseShapeOp>(op)
            ? cast<tensor::CollapseShapeOp>(op).getReassociationIndices()
            : cast<tensor::ExpandShapeOp>(op).getReassociationIndices();
    // Dimensions in front of it that are one on both sides.
    if (dim < groups.size() &&
        llvm::all_of(
            ArrayRef(groups).take_front(dim + 1),
            [](auto &group) { return group.size() == 1; }))
      return std::pair(op->getOperand(0), dim);
  }
  auto pad = dyn_cast_or_null<tensor::PadOp>(op);
  if (pad && pad.getStaticLow()[dim] == 0 && pad.getStaticHigh()[dim] == 0)
    return std::pair(pad.getSource(), dim);
  auto linalgOp = dyn_cast_or_null<linalg::LinalgOp>(op);
  if (!linalgOp)
    return std::nullopt;
  AffineExpr size = linalgOp.getIndexingMapMatchingResult(cast<OpResult>(value))
                        .getResult(dim);
  for (OpOperand *input : linalgOp.getDpsInputOperands())
    for (auto [place, index] :
         llvm::enumerate(linalgOp.getMatchingIndexingMap(input).getResults()))
      if (index == size && isa<AffineDimExpr>(size))
        return std::pair(input->get(), unsigned(place));
  return std::nullopt;
}

void traceSizes(Value value) {
  for (Operation *user : llvm::to_vector(value.getUsers())) {
    auto size = dyn_cast<tensor::DimOp>(user);
    std::optional<int64_t> dim = size ? size.getConstantIndex() : std::nullopt;
    if (!dim)
      continue;
    std::pair<Value, unsigned> source(value, *dim);
    while (auto next = sourceOfSize(source.first, source.second))
      source = *next;
    OpBuilder builder(size);
    Value traced = tensor::DimOp::create(builder, size.getLoc(), source.first,
                                         source.second);
    size.replaceAllUsesWith(traced);
    size.erase();
  }
}

} // namespace nascent::kernels
