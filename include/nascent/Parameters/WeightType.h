//===- WeightType.h - How weights are stored --------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_PARAMETERS_WEIGHTTYPE_H
#define NASCENT_PARAMETERS_WEIGHTTYPE_H

#include "llvm/ADT/ArrayRef.h"
#include <cstdint>

namespace nascent::parameters {

/// How the weights of matmuls are stored. Sums are f32 whatever it is.
enum class WeightType { F32, F16, BF16 };

/// The bytes of one stored weight.
inline int64_t bytesOf(WeightType type) {
  return type == WeightType::F32 ? 4 : 2;
}

/// Whether a weight of this shape may be stored in 16 bits. Those that see one
/// channel at a time are small, and kernels of windows read floats.
inline bool mayBeNarrow(llvm::ArrayRef<int64_t> shape) {
  return shape.size() == 2 || (shape.size() > 2 && shape[1] != 1);
}

} // namespace nascent::parameters

#endif // NASCENT_PARAMETERS_WEIGHTTYPE_H
