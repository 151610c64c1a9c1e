//===- OptimizerRules.h - What optimisers share -----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_DIALECT_NN_OPTIMIZERS_OPTIMIZERRULES_H
#define NASCENT_LIB_DIALECT_NN_OPTIMIZERS_OPTIMIZERRULES_H

#include "nascent/Dialect/NN/IR/NNAttributes.h"

namespace nascent::nn {

using VerifyError = llvm::function_ref<mlir::InFlightDiagnostic()>;

/// Fails, after an error, unless a hyperparameter is 0 or more.
llvm::LogicalResult verifyNotNegative(VerifyError emitError,
                                      llvm::StringRef what,
                                      const llvm::APFloat &value);
/// Fails, after an error, unless it is a share that an average keeps.
llvm::LogicalResult verifyShare(VerifyError emitError, llvm::StringRef what,
                                const llvm::APFloat &value);

/// A hyperparameter of f32.
Hyperparameter real(llvm::StringLiteral name, const llvm::APFloat &value);

/// Arithmetic on scalars of f64, for what all elements have in common. It is
/// rounded once, to f32.
struct Doubles {
  using Value = mlir::Value;

  mlir::ImplicitLocOpBuilder &b;

  Value number(double value);
  Value from(Value real);
  /// Of an i64 that is not negative.
  Value fromCount(Value count);
  Value round(Value number);
  Value add(Value x, Value y);
  Value sub(Value x, Value y);
  Value mul(Value x, Value y);
  Value div(Value x, Value y);
  /// 1 - x.
  Value complement(Value x);
  /// For an i64 as exponent: by squaring, so that every target multiplies the
  /// same.
  Value power(Value base, Value exponent);
};

/// Arithmetic on elements, each operation rounded by itself.
mlir::Value divide(ElementwiseBuilder &e, mlir::Value x, mlir::Value y);
mlir::Value squareRoot(ElementwiseBuilder &e, mlir::Value x);
/// gradient + decay * parameter.
mlir::Value addDecay(ElementwiseBuilder &e, const StepElement &element,
                     mlir::Value decay);
/// keep * state + share * value.
mlir::Value average(ElementwiseBuilder &e, mlir::Value keep, mlir::Value state,
                    mlir::Value share, mlir::Value value);

} // namespace nascent::nn

#endif // NASCENT_LIB_DIALECT_NN_OPTIMIZERS_OPTIMIZERRULES_H
