//===- StepContext.h - What optimisers and their loops share ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The vocabulary of `OptimizerAttrInterface`: what a program chooses at a step,
// what is kept from one step to the next, and one element. Optimisers know no
// layout, and whoever emits the loops knows no optimiser.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_IR_STEPCONTEXT_H
#define NASCENT_DIALECT_NN_IR_STEPCONTEXT_H

#include "nascent/Support/ElementwiseBuilder.h"

namespace nascent::nn {

/// A member of an optimiser's structure in C.
struct Hyperparameter {
  /// Its type in C: float, int32_t and int64_t.
  enum Kind { Real, Flag, Count };

  llvm::StringLiteral name;
  Kind kind = Real;
  /// What the attribute says that it is.
  double value = 0.0;
};

/// What an optimiser keeps for each parameter, beginning with zeros.
struct OptimizerState {
  llvm::StringLiteral name;
  /// The hyperparameter that is 0 where this is not kept; empty where it always
  /// is.
  llvm::StringLiteral keptBy = "";
};

/// Gives a hyperparameter of the step that is emitted: an f32, an i1 or an i64.
using GetHyperparameter = llvm::function_ref<mlir::Value(llvm::StringRef name)>;

/// One element of a parameter, or a vector of them, before the step; the states
/// are replaced by those after it.
struct StepElement {
  mlir::Value parameter, gradient;
  /// Null where a state is not kept.
  llvm::MutableArrayRef<mlir::Value> states;
  /// What `emitShared` gave; what is an f32, as a vector where elements are.
  llvm::ArrayRef<mlir::Value> shared;
};

} // namespace nascent::nn

#endif // NASCENT_DIALECT_NN_IR_STEPCONTEXT_H
