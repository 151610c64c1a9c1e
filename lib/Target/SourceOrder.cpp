//===- SourceOrder.cpp - Long straight code as it was written -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Target/SourceOrder.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Analysis/VectorUtils.h"
#include "llvm/IR/Instructions.h"
#include "llvm/MC/MCSubtargetInfo.h"

using namespace llvm;

namespace nascent {

/// Whether as many elements of vectors are broadcast, each for several
/// operations, as there are registers.
static bool sharesManyElements(const BasicBlock &block) {
  constexpr int64_t registers = 16;
  return count_if(block, [](const Instruction &instruction) {
           auto *shuffle = dyn_cast<ShuffleVectorInst>(&instruction);
           return shuffle && shuffle->hasNUsesOrMore(2) &&
                  shuffle->getType()->getScalarType()->isFloatTy() &&
                  getSplatIndex(shuffle->getShuffleMask()) >= 0;
         }) >= registers;
}

SourceOrder::SourceOrder(const Module &module, const TargetMachine &machine,
                         const OptPassGate &others)
    : others(others) {
  if (!machine.getTargetTriple().isX86() ||
      machine.getMCSubtargetInfo()->checkFeatures("+avx512f"))
    return;
  for (const Function &function : module)
    if (any_of(function, sharesManyElements))
      functions.insert(("function (" + function.getName() + ")").str());
}

bool SourceOrder::shouldRunPass(StringRef pass, StringRef description) const {
  if (pass == "machine-scheduler" && functions.contains(description))
    return false;
  return !others.isEnabled() || others.shouldRunPass(pass, description);
}

} // namespace nascent
