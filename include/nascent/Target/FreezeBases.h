//===- FreezeBases.h - What loops add to, computed before -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_TARGET_FREEZEBASES_H
#define NASCENT_TARGET_FREEZEBASES_H

#include "llvm/IR/Function.h"

namespace nascent {

/// Freezes the addresses that sums begin with: those that loops which write
/// nothing use, computed by an outer loop that writes. LLVM then does not look
/// into how they were. Its loop strength reduction would try all ways to share
/// what they are sums of: half of the time that code generation took for the
/// training of a ResNet-8, for the same inner loops. In a loop that writes,
/// LLVM must know which buffer an address is in.
void freezeBases(llvm::Function &function);

} // namespace nascent

#endif // NASCENT_TARGET_FREEZEBASES_H
