//===- Png.h - Images as numbers --------------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_SUPPORT_PNG_H
#define NASCENT_SUPPORT_PNG_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <vector>

namespace nascent {

/// An image as networks take it.
struct PngImage {
  /// 1 for grey, 3 for red, green and blue. Transparency is left out.
  int64_t channels = 0;
  int64_t height = 0, width = 0;
  /// From 0 to 1, by channel, row and column; gamma is not looked at.
  std::vector<float> values;
};

/// Reads the contents of a PNG file. Fails for one that is damaged, or whose
/// size is more than its length can hold.
llvm::Expected<PngImage> parsePng(llvm::StringRef contents);

} // namespace nascent

#endif // NASCENT_SUPPORT_PNG_H
