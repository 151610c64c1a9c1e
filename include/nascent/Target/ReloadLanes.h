//===- ReloadLanes.h - Elements of stored vectors from memory ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_TARGET_RELOADLANES_H
#define NASCENT_TARGET_RELOADLANES_H

#include "llvm/IR/Function.h"

namespace nascent {

/// Loads the upper half of the lanes of vectors of eight floats or more, where
/// they are used one by one, from where the vector has just been stored. Loads
/// that fill all lanes of a vector take no shuffle, of which processors have
/// few, and by the time that the lower half has been used the store is done.
void reloadLanes(llvm::Function &function);

} // namespace nascent

#endif // NASCENT_TARGET_RELOADLANES_H
