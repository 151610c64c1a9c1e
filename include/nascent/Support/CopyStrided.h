//===- CopyStrided.h - Elements in another order ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_SUPPORT_COPYSTRIDED_H
#define NASCENT_SUPPORT_COPYSTRIDED_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>

namespace nascent {

/// Fills `to` with elements of `size` bytes, row-major of `shape`. One step in
/// dimension i of it is `strides[i]` bytes in `from`.
void copyStrided(llvm::StringRef from, llvm::ArrayRef<int64_t> shape,
                 llvm::ArrayRef<int64_t> strides, unsigned size,
                 llvm::MutableArrayRef<char> to);

} // namespace nascent

#endif // NASCENT_SUPPORT_COPYSTRIDED_H
