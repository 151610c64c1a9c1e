//===- SquareRoots.h - Square roots without an instruction ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_TARGET_SQUAREROOTS_H
#define NASCENT_TARGET_SQUAREROOTS_H

#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"

namespace nascent {

/// Gives `llvm.sqrt` of f32, and of vectors of it, a function of the module
/// where `machine` has no instruction and LLVM would call a library's `sqrtf`.
/// It rounds as an instruction does, so that numbers are the same on all
/// targets.
void expandSquareRoots(llvm::Module &module,
                       const llvm::TargetMachine &machine);

} // namespace nascent

#endif // NASCENT_TARGET_SQUAREROOTS_H
