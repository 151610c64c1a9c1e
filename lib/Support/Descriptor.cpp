//===- Descriptor.cpp - Files that are open already -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/Descriptor.h"

namespace nascent {

std::optional<int> openDescriptor(llvm::StringRef path) {
  if (path == "/dev/stdin")
    return 0;
  if (path == "/dev/stdout")
    return 1;
  if (path == "/dev/stderr")
    return 2;
  unsigned short number;
  if ((path.consume_front("/dev/fd/") ||
       path.consume_front("/proc/self/fd/")) &&
      !path.getAsInteger(10, number))
    return number;
  return std::nullopt;
}

} // namespace nascent
