//===- BoxMuller.h - Normal numbers from random words -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_PARAMETERS_BOXMULLER_H
#define NASCENT_PARAMETERS_BOXMULLER_H

#include "nascent/Support/ElementwiseBuilder.h"
#include <array>

namespace nascent::parameters {

/// Emits the coordinates of a random point of the plane: two independent
/// numbers of N(0, 1), by the method of Box and Muller ("A Note on the
/// Generation of Random Normal Deviates", 1958) from two random words, i32 or
/// vectors of it. `docs/Numerics.md` says which bits are used for what, and the
/// errors.
///
/// Only IEEE operations in one written order, so that every target gives the
/// same bits.
std::array<mlir::Value, 2> emitBoxMuller(ElementwiseBuilder &e,
                                         mlir::Value radiusBits,
                                         mlir::Value angleBits);

} // namespace nascent::parameters

#endif // NASCENT_PARAMETERS_BOXMULLER_H
