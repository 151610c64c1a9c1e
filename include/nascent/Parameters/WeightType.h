//===- WeightType.h - How weights are stored --------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_PARAMETERS_WEIGHTTYPE_H
#define NASCENT_PARAMETERS_WEIGHTTYPE_H

#include <cstdint>

namespace nascent::parameters {

/// How the weights of matmuls are stored. Sums are f32 whatever it is.
enum class WeightType { F32, F16, BF16 };

/// The bytes of one stored weight.
inline int64_t bytesOf(WeightType type) {
  return type == WeightType::F32 ? 4 : 2;
}

} // namespace nascent::parameters

#endif // NASCENT_PARAMETERS_WEIGHTTYPE_H
