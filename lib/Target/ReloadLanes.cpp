//===- ReloadLanes.cpp - Elements of stored vectors from memory -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Target/ReloadLanes.h"
#include "llvm/Analysis/VectorUtils.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"

using namespace llvm;

namespace nascent {

/// What fills a vector with one of the upper lanes of `value` after `store`,
/// for one operation: where a shuffle serves several, loads are scarcer.
static void collectSplats(Value *value, const StoreInst &store, int lanes,
                          SmallVectorImpl<ShuffleVectorInst *> &splats) {
  for (User *user : value->users()) {
    auto *shuffle = dyn_cast<ShuffleVectorInst>(user);
    if (!shuffle || shuffle->getOperand(0) != value || !shuffle->hasOneUse() ||
        shuffle->getParent() != store.getParent() ||
        !store.comesBefore(shuffle))
      continue;
    int lane = getSplatIndex(shuffle->getShuffleMask());
    if (lane >= lanes / 2 && lane < lanes)
      splats.push_back(shuffle);
  }
}

static void reload(StoreInst &store) {
  Value *stored = store.getValueOperand();
  auto *type = dyn_cast<FixedVectorType>(stored->getType());
  if (!store.isSimple() || !type || type->getNumElements() < 8 ||
      type->getScalarSizeInBits() != 32 || isa<Constant>(stored))
    return;
  unsigned lanes = type->getNumElements();
  SmallVector<ShuffleVectorInst *> splats;
  collectSplats(stored, store, lanes, splats);
  // Floats may be stored as the integers that they have been made of.
  auto *floats =
      FixedVectorType::get(Type::getFloatTy(store.getContext()), lanes);
  for (User *user : stored->users())
    if (isa<BitCastInst>(user) && user->getType() == floats)
      collectSplats(user, store, lanes, splats);
  // One shuffle is sooner done than the store.
  if (splats.size() < 2)
    return;

  IRBuilder<> b(store.getNextNode());
  for (ShuffleVectorInst *splat : splats) {
    Type *element = splat->getType()->getElementType();
    Value *address =
        b.CreateConstInBoundsGEP1_64(element, store.getPointerOperand(),
                                     getSplatIndex(splat->getShuffleMask()));
    Value *loaded = b.CreateAlignedLoad(element, address, Align(4));
    splat->replaceAllUsesWith(
        b.CreateVectorSplat(splat->getType()->getElementCount(), loaded));
    splat->eraseFromParent();
  }
}

void reloadLanes(Function &function) {
  SmallVector<StoreInst *> stores;
  for (Instruction &instruction : instructions(function))
    if (auto *store = dyn_cast<StoreInst>(&instruction))
      stores.push_back(store);
  for (StoreInst *store : stores)
    reload(*store);
}

} // namespace nascent
