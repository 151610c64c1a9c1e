//===- WeightType.h - How weights are stored --------------------*- C++ -*-===//

#ifndef NASCENT_CODEGEN_WEIGHTTYPE_H
#define NASCENT_CODEGEN_WEIGHTTYPE_H

namespace nascent::codegen {

/// How the weights of matmuls are stored. Sums are f32 whatever it is.
enum class WeightType { F32, F16, BF16 };

} // namespace nascent::codegen

#endif // NASCENT_CODEGEN_WEIGHTTYPE_H
