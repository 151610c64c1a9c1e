//===- SpreadLanes.h - Elements of vectors without masks --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_TARGET_SPREADLANES_H
#define NASCENT_TARGET_SPREADLANES_H

#include "llvm/IR/Function.h"

namespace nascent {

/// Fills vectors with elements of others, of eight floats, by shuffles within
/// halves: first the half that an element is in goes to both halves. A shuffle
/// across halves would load a mask for each element; one within them does not,
/// and processors with vectors of 256 bits have more of those.
void spreadLanes(llvm::Function &function);

} // namespace nascent

#endif // NASCENT_TARGET_SPREADLANES_H
