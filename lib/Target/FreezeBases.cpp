//===- FreezeBases.cpp - What loops add to, computed before ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Target/FreezeBases.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

namespace nascent {

/// Prefetches, which LLVM takes for writes, are none.
static bool writes(const Loop &loop) {
  return any_of(loop.blocks(), [](const BasicBlock *block) {
    return any_of(*block, [](const Instruction &instruction) {
      auto *call = dyn_cast<IntrinsicInst>(&instruction);
      bool isPrefetch = call && call->getIntrinsicID() == Intrinsic::prefetch;
      return !isPrefetch && instruction.mayWriteToMemory();
    });
  });
}

static void freezeBases(const Loop &loop, BasicBlock &preheader) {
  DenseMap<Value *, Value *> frozen;
  for (BasicBlock *block : loop.blocks())
    for (Instruction &instruction : *block)
      for (Use &use : instruction.operands()) {
        auto *base = dyn_cast<GetElementPtrInst>(use.get());
        if (!base || loop.contains(base))
          continue;
        Value *&copy = frozen[base];
        if (!copy)
          copy = new FreezeInst(base, "base",
                                preheader.getTerminator()->getIterator());
        use.set(copy);
      }
}

void freezeBases(Function &function) {
  DominatorTree tree(function);
  LoopInfo loops(tree);
  // Only outermost ones: within them, one address is the next of another.
  for (const Loop *loop : loops.getLoopsInPreorder()) {
    BasicBlock *preheader = loop->getLoopPreheader();
    const Loop *parent = loop->getParentLoop();
    if (preheader && !writes(*loop) && parent && writes(*parent))
      freezeBases(*loop, *preheader);
  }
}

} // namespace nascent
