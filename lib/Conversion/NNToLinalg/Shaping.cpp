//===- Shaping.cpp - Layers that only move elements -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerLowerings.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "nascent/Conversion/NNToLinalg/LinalgBuilders.h"
#include "nascent/Conversion/NNToLinalg/LinalgLowering.h"
#include "nascent/Dialect/NN/IR/NNOps.h"

using namespace mlir;

namespace nascent::nn {
namespace {

struct PermuteLowering
    : LinalgLoweringOpInterface::ExternalModel<PermuteLowering, PermuteOp> {
  Value lowerToLinalg(Operation *op, OpBuilder &builder, Location loc,
                      ValueRange inputs, ValueRange) const {
    auto permute = cast<PermuteOp>(op);
    SmallVector<int64_t> permutation = permute.getStoredPermutation(
        permute.getInput().getType(), permute.getType());
    if (isIdentityPermutation(permutation))
      return inputs[0];
    return transpose(builder, loc, inputs[0], permutation);
  }
};

} // namespace

void attachShapingLowerings(MLIRContext &context) {
  PermuteOp::attachInterface<PermuteLowering>(context);
}

} // namespace nascent::nn
