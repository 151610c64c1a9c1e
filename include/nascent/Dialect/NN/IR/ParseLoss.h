//===- ParseLoss.h - A loss as a user writes it -----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_IR_PARSELOSS_H
#define NASCENT_DIALECT_NN_IR_PARSELOSS_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/Error.h"
#include <string>

namespace nascent::nn {

/// Fails, after what was given and what is expected, unless a text reads as a
/// loss: a word and clauses of numbers, "huber delta(0.5)".
llvm::Error verifyLossText(llvm::StringRef text);

/// A network of one layer, the loss that `text` names, "huber delta(0.5)", of
/// an output of `type` and a target, which is as open as can be. Null, and the
/// rest of a sentence in `why`, if that is no loss of it.
mlir::OwningOpRef<mlir::ModuleOp>
parseLoss(llvm::StringRef text, mlir::RankedTensorType type, std::string &why);

/// The one spelling that all spellings of a loss come to: clauses that are
/// defaults are left out, dimensions count from the first. What is no loss
/// stays as it is.
std::string normalizeLoss(llvm::StringRef text, mlir::RankedTensorType type);

} // namespace nascent::nn

#endif // NASCENT_DIALECT_NN_IR_PARSELOSS_H
