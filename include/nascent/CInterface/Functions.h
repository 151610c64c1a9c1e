//===- Functions.h - Functions of the C interface in the IR -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_CINTERFACE_FUNCTIONS_H
#define NASCENT_CINTERFACE_FUNCTIONS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinTypes.h"
#include "nascent/CInterface/Declarations.h"

namespace nascent {

/// The buffers of a function, in the IR. Others than those it has are not
/// looked at.
struct BufferTypes {
  mlir::Type parameters = {};
  llvm::SmallVector<mlir::Type> inputs = {};
  llvm::SmallVector<mlir::Type> outputs = {};
  /// What a stream, or an optimiser, keeps.
  mlir::Type state = {};
  mlir::Type scratch = {};
  mlir::Type gradients = {};
  /// What a program chooses at each step of an optimiser.
  mlir::Type hyper = {};
  /// How many open sizes the function takes; of a batch alone, its rows.
  unsigned numSizes = 0;
  /// What a loss compares outputs with, and what its terms are counted by, one
  /// or nothing.
  llvm::SmallVector<mlir::Type> target = {}, counted = {};
  llvm::SmallVector<mlir::Type> inputGradients = {};
  /// Whether it takes what dropout is drawn by.
  bool isRandom = false;
};

/// The type of a function of the table, as its signature in C says. Pointers
/// to what `buffers` does not have are to one element, and strings unbounded.
mlir::FunctionType getFunctionType(mlir::MLIRContext *context,
                                   const Declaration &function,
                                   const BufferTypes &buffers);

/// Creates a function of the table for `network`, with an entry block, before
/// `place`, or else at the end of the module. `label` is that of the entry it
/// is for, null if there is but one, or the optimiser's name. Fails, after an
/// error at `origin`, if the name is taken.
llvm::FailureOr<mlir::func::FuncOp>
createFunction(llvm::StringRef name, mlir::StringAttr network,
               mlir::StringAttr label, const BufferTypes &buffers,
               mlir::Operation *origin, mlir::SymbolTable &symbols,
               mlir::Block::iterator place = {});

} // namespace nascent

#endif // NASCENT_CINTERFACE_FUNCTIONS_H
