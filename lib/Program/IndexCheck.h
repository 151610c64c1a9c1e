//===- IndexCheck.h - Whether indices are there -----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_PROGRAM_INDEXCHECK_H
#define NASCENT_LIB_PROGRAM_INDEXCHECK_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/SymbolTable.h"
#include "nascent/CInterface/NetworkInterface.h"

namespace nascent::program {

/// An entry of a network, as the module says; one without inputs where it does
/// not.
EntryInterface findEntry(mlir::ModuleOp module, mlir::StringAttr network,
                         mlir::StringAttr label);

/// Whether all indices are there that an entry's inputs have, and all lengths
/// are possible. `counts` says how many elements the inputs have that are in
/// `buffers`; `sizes` are the entry's, where more than the batch is open.
mlir::Value emitIndicesAreThere(mlir::ImplicitLocOpBuilder &b,
                                const EntryInterface &entry,
                                mlir::ValueRange buffers,
                                mlir::ValueRange counts,
                                mlir::ValueRange sizes = {});

/// The same of `count` labels in a buffer, which `entry` says more of: the one
/// that does not count is there, too.
mlir::Value emitLabelsAreThere(mlir::ImplicitLocOpBuilder &b,
                               const EntryInterface &entry, mlir::Value buffer,
                               mlir::Value count);

/// How many of them are not that one; where they have weights, what they weigh,
/// as f64, by a table of the network.
mlir::Value emitLabelCount(mlir::ImplicitLocOpBuilder &b,
                           const EntryInterface &entry, mlir::Value buffer,
                           mlir::Value count, const llvm::Twine &network,
                           mlir::SymbolTable &symbols);

/// Ends a function with what `emit` emits where `isValid` holds, and with 0;
/// where it does not, with -1 alone. Fails where `emit` does.
llvm::LogicalResult
emitWhereValid(mlir::ImplicitLocOpBuilder &b, mlir::Value isValid,
               llvm::function_ref<llvm::LogicalResult()> emit);

} // namespace nascent::program

#endif // NASCENT_LIB_PROGRAM_INDEXCHECK_H
