//===- LinkShared.h - A shared object of an object --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_DRIVER_LINKSHARED_H
#define NASCENT_LIB_DRIVER_LINKSHARED_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace nascent {

/// Makes a shared object of an object that needs no other, by the linker that
/// the machine has: LLVM's or the system's. Fails where there is none.
llvm::Expected<llvm::SmallVector<char, 0>> linkShared(llvm::StringRef object);

} // namespace nascent

#endif // NASCENT_LIB_DRIVER_LINKSHARED_H
