//===- InPlace.cpp - Values that are computed where others are ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Kernels/InPlace.h"
#include "PanelLayout.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "nascent/Dialect/NN/IR/NNOps.h"

using namespace mlir;

namespace nascent::kernels {

static bool isAccumulator(OpOperand &use) {
  auto op = dyn_cast<linalg::LinalgOp>(use.getOwner());
  return op && op.isDpsInit(&use) && op.getNumReductionLoops() > 0;
}

/// Whether what `op` takes out of panels, or puts into them, is then stored in
/// those of `end`.
static bool isRelaidFor(Operation *op, linalg::PackOp end) {
  auto unpack = dyn_cast<linalg::UnPackOp>(op);
  return end && (op == end || (unpack && areInverse(unpack, end)));
}

/// The one operation that puts what is in `block` into panels, or null.
static linalg::PackOp findOnlyPack(Block *block) {
  auto packs = block->getOps<linalg::PackOp>();
  return llvm::hasSingleElement(packs) ? *packs.begin() : linalg::PackOp();
}

bool isReadInPlace(Value tensor) {
  // What is computed in turn from what is at its own place. Linalg on tensors
  // has no cycles, and a chain is as long as a kernel.
  SmallVector<Value> worklist = {tensor};
  llvm::DenseSet<Value> seen;
  while (!worklist.empty()) {
    Value value = worklist.pop_back_val();
    if (!seen.insert(value).second)
      continue;
    for (OpOperand &use : value.getUses()) {
      Operation *user = use.getOwner();
      if (isa<nn::LaunchYieldOp, bufferization::MaterializeInDestinationOp>(
              user))
        continue;
      if (isRelaidFor(user, findOnlyPack(user->getBlock()))) {
        worklist.push_back(user->getResult(0));
        continue;
      }
      auto op = dyn_cast<linalg::LinalgOp>(user);
      if (!op || op->getNumResults() != 1)
        return false;
      bool isElementwise = op.getNumReductionLoops() == 0 &&
                           op.isDpsInput(&use) &&
                           op.getMatchingIndexingMap(&use).isIdentity() &&
                           op.getIndexingMapsArray().back().isIdentity();
      if (!isElementwise && !isAccumulator(use))
        return false;
      worklist.push_back(op->getResult(0));
    }
  }
  return true;
}

bool isAccumulatedOnto(Value tensor) {
  return llvm::all_of(tensor.getUses(), [](OpOperand &use) {
    auto unpack = dyn_cast<linalg::UnPackOp>(use.getOwner());
    return unpack ? isAccumulatedOnto(unpack.getResult()) : isAccumulator(use);
  });
}

} // namespace nascent::kernels
