//===- CompareFloats.h - Whether numbers are near enough --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_SUPPORT_COMPAREFLOATS_H
#define NASCENT_SUPPORT_COMPAREFLOATS_H

#include "llvm/ADT/ArrayRef.h"
#include <cstdint>
#include <vector>

namespace nascent {

/// How far numbers may be apart: |actual - expected| may be up to
/// `absolute + relative * |expected|`. By default what PyTorch's `assert_close`
/// takes for floats.
struct Tolerance {
  double relative = 1.3e-6;
  double absolute = 1e-5;
};

/// Two numbers that are further apart.
struct Difference {
  int64_t index = 0;
  float expected = 0, actual = 0;
  /// Not a number where one of the two is not.
  double difference = 0;
};

/// How far two arrays of a size are apart.
struct Comparison {
  /// How many elements are too far apart.
  int64_t wrong = 0;
  /// The worst of these, at first what is not a number.
  std::vector<Difference> worst;
  /// The largest difference of all elements, where both are finite.
  double largest = 0;
};

/// Compares element by element. As in NumPy's `assert_allclose`, what is not a
/// number is equal to what is not one, and infinities to themselves. Keeps up
/// to `most` of the worst differences.
Comparison compareFloats(llvm::ArrayRef<float> actual,
                         llvm::ArrayRef<float> expected,
                         const Tolerance &tolerance, size_t most);

} // namespace nascent

#endif // NASCENT_SUPPORT_COMPAREFLOATS_H
