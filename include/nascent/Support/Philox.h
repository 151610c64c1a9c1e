//===- Philox.h - Counter-based random numbers ------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Philox4x32-10: Salmon, Moraes, Dror and Shaw, "Parallel Random Numbers: As
// Easy as 1, 2, 3", SC'11. Four 32-bit words out of a 128-bit counter and a
// 64-bit key, without state: any element can be computed alone.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_SUPPORT_PHILOX_H
#define NASCENT_SUPPORT_PHILOX_H

#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "llvm/ADT/StringRef.h"
#include <array>
#include <cstdint>

namespace nascent {

/// Emits Philox4x32-10 on i64 values or vectors of them, of which only the
/// lower halves count, in arguments and results alike: a 32-bit multiplication
/// that gives 64 bits is one instruction on such vectors, and its result needs
/// no rearranging. The four words of `counter` have one type; the two of `key`
/// are scalars or have that type.
std::array<mlir::Value, 4> emitPhilox(mlir::ImplicitLocOpBuilder &builder,
                                      std::array<mlir::Value, 4> counter,
                                      std::array<mlir::Value, 2> key);

/// The same in a loop over the ten rounds, which is a tenth of the code. The
/// key's words may be vectors that fill the counter's when they are repeated.
std::array<mlir::Value, 4> emitPhiloxLoop(mlir::ImplicitLocOpBuilder &builder,
                                          std::array<mlir::Value, 4> counter,
                                          std::array<mlir::Value, 2> key);

/// The 64-bit FNV-1a hash of the name of a parameter or a layer, which its key
/// is drawn from.
uint64_t hashName(llvm::StringRef name);

} // namespace nascent

#endif // NASCENT_SUPPORT_PHILOX_H
