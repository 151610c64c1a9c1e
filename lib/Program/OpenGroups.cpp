//===- OpenGroups.cpp - What is in memory of open networks ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OpenGroups.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "nascent/Kernels/NetworkFunctions.h"

using namespace mlir;

namespace nascent::program {

Value storedValue(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (!kernels::isView(op))
      break;
    value = op->getOperand(0);
  }
  return value;
}

bool isStoredPart(Operation *op) {
  return isa<tensor::ExtractSliceOp>(op) &&
         llvm::any_of(op->getUsers(), llvm::IsaPred<tensor::CollapseShapeOp>);
}

/// Whether `use` is by an operation on elements, of those at their own places.
static bool isElementwise(OpOperand &use) {
  auto reader = dyn_cast<linalg::GenericOp>(use.getOwner());
  return reader && reader.getNumReductionLoops() == 0 &&
         use.getOperandNumber() < reader.getNumDpsInputs() &&
         reader.getMatchingIndexingMap(&use).isIdentity() &&
         reader.getIndexingMapsArray().back().isIdentity();
}

llvm::SetVector<Operation *> findInlined(func::FuncOp forward) {
  llvm::SetVector<Operation *> inlined;
  /// Those that have a reduction among what is computed with them.
  llvm::DenseSet<Operation *> reducing;
  for (Operation &op : forward.front()) {
    auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
    if (!linalgOp || isa<linalg::UnPackOp>(op))
      continue;
    // The same everywhere, or for each column.
    if (isa<linalg::FillOp, linalg::BroadcastOp>(op)) {
      inlined.insert(&op);
      continue;
    }
    if (linalgOp.getNumReductionLoops() > 0)
      reducing.insert(&op);
    OpOperand *use = kernels::findReader(op.getResult(0));
    if (!use || !isElementwise(*use))
      continue;
    Operation *reader = use->getOwner();
    if (reducing.contains(&op) && !reducing.insert(reader).second)
      continue;
    inlined.insert(&op);
  }
  return inlined;
}

} // namespace nascent::program
