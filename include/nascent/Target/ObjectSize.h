//===- ObjectSize.h - How much memory an object takes -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_TARGET_OBJECTSIZE_H
#define NASCENT_TARGET_OBJECTSIZE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>

namespace nascent {

/// The bytes of code and constants in an object, given as its file's contents.
llvm::Expected<int64_t> measureObject(llvm::StringRef object);

} // namespace nascent

#endif // NASCENT_TARGET_OBJECTSIZE_H
