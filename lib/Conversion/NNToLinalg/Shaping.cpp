//===- Shaping.cpp - Layers that only move elements -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerLowerings.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "nascent/Conversion/NNToLinalg/LinalgBuilders.h"
#include "nascent/Dialect/NN/IR/NNOps.h"

using namespace mlir;

namespace nascent::nn {
namespace {

Value lower(PermuteOp permute, ImplicitLocOpBuilder &b, ValueRange inputs,
            ValueRange) {
  SmallVector<int64_t> permutation = permute.getStoredPermutation(
      permute.getInput().getType(), permute.getType());
  if (isIdentityPermutation(permutation))
    return inputs[0];
  return transpose(b, inputs[0], permutation);
}

} // namespace

void attachShapingLowerings(MLIRContext &context) {
  attach<PermuteOp, lower>(context);
}

} // namespace nascent::nn
