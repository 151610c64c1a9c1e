//===- Division.h - Dividing without a division -----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Granlund and Montgomery, "Division by Invariant Integers using
// Multiplication", PLDI '94. LLVM does the same for constants, but not for two
// words on targets of 32 bits, which it may make of one: there it calls a
// library.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_PARAMETERS_DIVISION_H
#define NASCENT_LIB_PARAMETERS_DIVISION_H

#include "llvm/Support/MathExtras.h"

namespace nascent::parameters {

/// ⌊x / divisor⌋ is x·factor >> shift, without a sign, in 64 bits: for any x
/// below 2^31, and where the divisor is 1 for any at all.
struct Division {
  int64_t factor, shift;

  /// `divisor` is positive and below 2^31.
  static Division by(int64_t divisor) {
    int64_t shift = divisor == 1 ? 0 : 31 + llvm::Log2_64_Ceil(divisor);
    return {int64_t(llvm::divideCeil(int64_t(1) << shift, divisor)), shift};
  }
};

} // namespace nascent::parameters

#endif // NASCENT_LIB_PARAMETERS_DIVISION_H
