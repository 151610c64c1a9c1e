//===- Reorder.cpp - Values in another order ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Reorder.h"
#include "nascent/Conversion/NNToLinalg/LinalgBuilders.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"

using namespace mlir;

namespace nascent::nn {

/// A value with the first `count` dimensions behind the batch moved to the end.
static Value rotate(ImplicitLocOpBuilder &b, Value value, int64_t count) {
  auto permutation =
      llvm::to_vector(llvm::seq<int64_t>(0, typeOf(value).getRank()));
  std::rotate(permutation.begin() + 1, permutation.begin() + 1 + count,
              permutation.end());
  return transpose(b, value, permutation);
}

Value lowerReorder(ReorderOp op, ImplicitLocOpBuilder &b, Value input) {
  Order from = orderOf(op.getInput().getType()), to = orderOf(op.getType());
  ArrayRef<int64_t> shape = op.getType().getShape();
  if (from.isMerged() || to.isMerged()) {
    int64_t spatial = std::max(from.spatial, to.spatial);
    int64_t channels = shape[1] / spatial;
    bool isLast = from.kind == Order::ChannelsLast;
    Value split = splitBehindBatch(
        b, input,
        {shape[0], isLast ? spatial : channels, isLast ? channels : spatial});
    return mergeBehindBatch(b, rotate(b, split, 1));
  }
  RankedTensorType type = storedType(op.getType());
  // With one channel, or one pixel, both orders are the same in memory. What is
  // merged has lost its open sizes, so that it cannot be split again; and of a
  // stream, which of several sizes of 1 is the sequence's.
  ArrayRef<int64_t> image = shape.drop_front(), pixels = image.drop_front();
  auto isOne = [](int64_t size) { return size == 1; };
  bool isStream = op->getParentOfType<ModuleOp>()->hasAttr(kStreamAttrName);
  if (!isStream && llvm::none_of(image, ShapedType::isDynamic) &&
      (image.front() == 1 || llvm::all_of(pixels, isOne)))
    return splitBehindBatch(b, mergeBehindBatch(b, input), type.getShape());
  return rotate(b, input,
                to.kind == Order::ChannelsLast ? 1 : shape.size() - 2);
}

} // namespace nascent::nn
