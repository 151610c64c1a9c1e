//===- Distributions.h - From random bits to numbers ------------*- C++ -*-===//

#ifndef NASCENT_DIALECT_NN_IR_DISTRIBUTIONS_H
#define NASCENT_DIALECT_NN_IR_DISTRIBUTIONS_H

#include "nascent/Support/ElementwiseBuilder.h"

namespace nascent::nn {

/// low + u·range with u the upper 24 bits times 2⁻²⁴.
mlir::Value emitUniform(ElementwiseBuilder &e, mlir::Value bits,
                        mlir::Value low, mlir::Value range);

/// N(0, 1): ±Φ⁻¹((m + ½)·2⁻²⁴), the top bit being the sign and m the next 23.
mlir::Value emitStandardNormal(ElementwiseBuilder &e, mlir::Value bits);

/// √2·erf⁻¹(low + u·range) with u = (m + ½)·2⁻²³, m the upper 23 bits: N(0, 1)
/// between the points whose erf(x/√2) are `low` and `low + range`.
mlir::Value emitTruncatedNormal(ElementwiseBuilder &e, mlir::Value bits,
                                mlir::Value low, mlir::Value range);

} // namespace nascent::nn

#endif // NASCENT_DIALECT_NN_IR_DISTRIBUTIONS_H
