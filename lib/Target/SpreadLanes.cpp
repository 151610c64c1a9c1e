//===- SpreadLanes.cpp - Elements of vectors without masks ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Target/SpreadLanes.h"
#include "llvm/Analysis/VectorUtils.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/ValueHandle.h"
#include <array>

using namespace llvm;

namespace nascent {

static constexpr int kHalf = 4;

/// Replaces what fills vectors with elements of one half of `value`.
static void spread(Instruction &value, int half,
                   ArrayRef<ShuffleVectorInst *> splats) {
  IRBuilder<> b(value.getContext());
  b.SetInsertPoint(*value.getInsertionPointAfterDef());
  // Fences, which are no instructions, keep LLVM from making one shuffle of
  // several again. Of the lower half it would make one that takes longer than
  // what inserts that half.
  auto fence = [&](Value *vector) {
    return b.CreateArithmeticFence(vector, vector->getType());
  };
  int first = half * kHalf;
  SmallVector<int, 2 * kHalf> lanes;
  for (int i = 0; i < 2 * kHalf; ++i)
    lanes.push_back(first + i % kHalf);
  Value *source = &value;
  if (half == 0)
    source =
        fence(b.CreateShuffleVector(source, ArrayRef(lanes).take_front(kHalf)));
  Value *both = fence(b.CreateShuffleVector(source, lanes));
  for (ShuffleVectorInst *splat : splats) {
    int lane = getSplatIndex(splat->getShuffleMask()) - first;
    for (int i = 0; i < 2 * kHalf; ++i)
      lanes[i] = i / kHalf * kHalf + lane;
    b.SetInsertPoint(splat);
    splat->replaceAllUsesWith(b.CreateShuffleVector(both, lanes));
    splat->eraseFromParent();
  }
}

static void spread(Instruction &value) {
  auto *type = dyn_cast<FixedVectorType>(value.getType());
  if (!type || type->getNumElements() != 2 * kHalf ||
      !type->getElementType()->isFloatTy())
    return;
  std::array<SmallVector<ShuffleVectorInst *>, 2> splats;
  for (User *user : value.users()) {
    auto *shuffle = dyn_cast<ShuffleVectorInst>(user);
    if (!shuffle || shuffle->getType() != type ||
        shuffle->getOperand(0) != &value || shuffle->getOperand(1) == &value)
      continue;
    int lane = getSplatIndex(shuffle->getShuffleMask());
    if (lane >= 0 && lane < 2 * kHalf)
      splats[lane / kHalf].push_back(shuffle);
  }
  for (int half = 0; half < 2; ++half)
    if (splats[half].size() > 1)
      spread(value, half, splats[half]);
}

void spreadLanes(Function &function) {
  // Handles, as shuffles that are replaced are among the values.
  SmallVector<WeakVH> values;
  for (Instruction &instruction : instructions(function))
    values.emplace_back(&instruction);
  for (const WeakVH &value : values)
    if (value)
      spread(*cast<Instruction>(value));
}

} // namespace nascent
