//===- Distributions.h - From random draws to numbers -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_IR_DISTRIBUTIONS_H
#define NASCENT_DIALECT_NN_IR_DISTRIBUTIONS_H

#include "nascent/Support/ElementwiseBuilder.h"

namespace nascent::nn {

/// low + u·range with u the upper 24 bits times 2⁻²⁴.
mlir::Value emitUniform(ElementwiseBuilder &e, mlir::Value bits,
                        mlir::Value low, mlir::Value range);

/// mean + z·std.
mlir::Value emitNormal(ElementwiseBuilder &e, mlir::Value z, mlir::Value mean,
                       mlir::Value std);

/// √2·erf⁻¹(low + u·range) with u = (m + ½)·2⁻²³, m the upper 23 bits: N(0, 1)
/// between the points whose erf(x/√2) are `low` and `low + range`.
mlir::Value emitTruncatedNormal(ElementwiseBuilder &e, mlir::Value bits,
                                mlir::Value low, mlir::Value range);

} // namespace nascent::nn

#endif // NASCENT_DIALECT_NN_IR_DISTRIBUTIONS_H
