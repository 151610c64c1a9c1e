//===- TensorValues.h - A tensor's elements as floats -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_SUPPORT_TENSORVALUES_H
#define NASCENT_SUPPORT_TENSORVALUES_H

#include "nascent/Support/TensorFile.h"

namespace nascent {

/// What happened to elements on the way from one type to another.
struct ConversionCounts {
  /// Those that are not a number; they stay so.
  int64_t nans = 0;
  /// Finite ones that became infinite.
  int64_t overflows = 0;
};

/// Reads the elements of a tensor for which `isFloat` holds, as many as
/// `values` has, rounding to nearest, ties to even.
ConversionCounts readFloats(const Tensor &tensor,
                            llvm::MutableArrayRef<float> values);

/// Writes values as little-endian elements of type F64, F32, F16 or BF16,
/// rounded likewise. `bytes` has room for exactly them.
ConversionCounts writeFloats(llvm::ArrayRef<float> values, DType dtype,
                             llvm::MutableArrayRef<char> bytes);

} // namespace nascent

#endif // NASCENT_SUPPORT_TENSORVALUES_H
