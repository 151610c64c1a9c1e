//===- Descriptor.h - Files that are open already ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_SUPPORT_DESCRIPTOR_H
#define NASCENT_SUPPORT_DESCRIPTOR_H

#include "llvm/ADT/StringRef.h"
#include <optional>

namespace nascent {

/// The descriptor that `path` stands for: "/dev/stdin", "/dev/fd/3"; nullopt if
/// the path is that of a file. Opening these paths would do something else:
/// start again at the front, or truncate what the shell redirects to.
std::optional<int> openDescriptor(llvm::StringRef path);

} // namespace nascent

#endif // NASCENT_SUPPORT_DESCRIPTOR_H
