//===- MakeError.h - An error of a formatted text ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_SUPPORT_MAKEERROR_H
#define NASCENT_SUPPORT_MAKEERROR_H

#include "llvm/Support/Error.h"
#include <fmt/format.h>

namespace nascent {

/// An error that reads as what `fmt::format` makes of these.
template <typename... Args>
llvm::Error makeError(fmt::format_string<Args...> text, Args &&...args) {
  return llvm::createStringError(
      fmt::format(text, std::forward<Args>(args)...));
}

} // namespace nascent

#endif // NASCENT_SUPPORT_MAKEERROR_H
