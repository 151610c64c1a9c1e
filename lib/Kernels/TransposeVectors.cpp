//===- TransposeVectors.cpp - Rows of a block to its columns --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Halves of the block that are not on its diagonal change places, then halves
// of its quarters, and so on: logarithmically many steps, in each of which
// every vector is shuffled once with one other. `vector.transpose` has such a
// form for 16 × 16 only, of one target.
//
//===----------------------------------------------------------------------===//

#include "TransposeVectors.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace nascent::kernels {

/// `value` with so many lanes, of which those that it does not have are
/// anything.
static Value resize(ImplicitLocOpBuilder &b, Value value, int64_t lanes) {
  int64_t own = cast<VectorType>(value.getType()).getNumElements();
  if (own == lanes)
    return value;
  auto each = llvm::map_to_vector(llvm::seq<int64_t>(0, lanes), [&](int64_t i) {
    return i < own ? i : vector::ShuffleOp::kPoisonIndex;
  });
  return vector::ShuffleOp::create(b, value, value, each);
}

SmallVector<Value> transpose(ImplicitLocOpBuilder &b, ArrayRef<Value> lines,
                             int64_t count, int64_t lanes) {
  int64_t length = cast<VectorType>(lines.front().getType()).getNumElements();
  int64_t size = std::max(length, lanes);
  auto block = llvm::map_to_vector(
      lines, [&](Value line) { return resize(b, line, size); });
  // What takes the place of lines that are missing is not looked at.
  block.resize(size, block.front());
  for (int64_t half = size / 2; half > 0; half /= 2) {
    SmallVector<int64_t> upper, lower;
    for (int64_t i = 0; i < size; ++i) {
      bool isRight = i & half;
      upper.push_back(isRight ? size + i - half : i);
      lower.push_back(isRight ? size + i : i + half);
    }
    for (int64_t i = 0; i < size; ++i) {
      if (i & half)
        continue;
      Value first = block[i], second = block[i + half];
      block[i] = vector::ShuffleOp::create(b, first, second, upper);
      block[i + half] = vector::ShuffleOp::create(b, first, second, lower);
    }
  }
  block.truncate(count);
  for (Value &column : block)
    column = resize(b, column, lanes);
  return block;
}

} // namespace nascent::kernels
