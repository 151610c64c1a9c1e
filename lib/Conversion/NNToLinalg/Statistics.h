//===- Statistics.h - Means and variances -----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_CONVERSION_NNTOLINALG_STATISTICS_H
#define NASCENT_LIB_CONVERSION_NNTOLINALG_STATISTICS_H

#include "nascent/Conversion/NNToLinalg/LinalgBuilders.h"

namespace nascent::nn {

/// 1 / √(variance + eps).
mlir::Value inverseDeviation(mlir::ImplicitLocOpBuilder &b,
                             mlir::Value variance, const llvm::APFloat &eps);

/// How many elements a mean is of: a number, or a value of f32.
struct Count {
  int64_t known = 1;
  mlir::Value open;

  /// `value` has so many along `dims`.
  static Count of(mlir::ImplicitLocOpBuilder &b, mlir::Value value,
                  llvm::ArrayRef<unsigned> dims);
};

mlir::Value divide(mlir::ImplicitLocOpBuilder &b, mlir::Value sum,
                   const Count &count);

/// x·weight + bias, of those of the two that there are.
mlir::Value scaleAndShift(mlir::ImplicitLocOpBuilder &b, mlir::Value x,
                          mlir::ValueRange parameters);

mlir::Value addSquare(mlir::ImplicitLocOpBuilder &b, mlir::Value sum,
                      mlir::Value difference);

} // namespace nascent::nn

#endif // NASCENT_LIB_CONVERSION_NNTOLINALG_STATISTICS_H
