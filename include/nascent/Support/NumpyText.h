//===- NumpyText.h - Arrays as NumPy prints them ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_SUPPORT_NUMPYTEXT_H
#define NASCENT_SUPPORT_NUMPYTEXT_H

#include "llvm/ADT/ArrayRef.h"
#include <cstdint>
#include <string>

namespace nascent {

/// What `str` of a NumPy array of `float32` is with NumPy's default options: 8
/// digits, 75 columns, and of more than 1000 elements the first and last three
/// in each dimension. No size is 0.
std::string toNumpyText(llvm::ArrayRef<int64_t> shape,
                        llvm::ArrayRef<float> values);

} // namespace nascent

#endif // NASCENT_SUPPORT_NUMPYTEXT_H
