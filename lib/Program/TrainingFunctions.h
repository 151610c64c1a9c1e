//===- TrainingFunctions.h - Functions for training -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the public functions of an entry's loss, and of its gradients, have in
// common.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_PROGRAM_TRAININGFUNCTIONS_H
#define NASCENT_LIB_PROGRAM_TRAININGFUNCTIONS_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/SymbolTable.h"
#include "nascent/CInterface/NetworkInterface.h"

namespace nascent::program {

/// Emits public functions of one entry.
class TrainingFunctions {
public:
  using Value = mlir::Value;

protected:
  /// `origin` is one of the functions that these call.
  TrainingFunctions(const NetworkInterface &network,
                    const EntryInterface &entry, mlir::SymbolTable &symbols,
                    mlir::func::FuncOp origin, int64_t scratchBytes)
      : network(network), entry(entry), symbols(symbols), origin(origin),
        b(origin.getLoc(), origin.getContext()), scratchBytes(scratchBytes) {}

  /// The arguments of a function that has been begun, by what they are.
  struct Arguments {
    Value parameters, target, batch, scale, accumulate, seed, firstRow,
        gradients, rate, loss, scratch;
    llvm::SmallVector<Value> inputs, outputs, outputGradients, inputGradients;
  };

  /// Creates a function of the table, and goes into it. It needs `more` bytes
  /// of scratch than others.
  llvm::LogicalResult begin(llvm::StringRef name, int64_t more = 0);
  /// How many elements the rows of an input or of the target have.
  Value emitCount(mlir::RankedTensorType type);
  /// Whether all labels and indices are there.
  Value emitIsValid();
  /// Stores what random layers draw by where the batch's rows from `first` on
  /// are computed.
  void emitWords(int64_t offset, Value first);
  /// Stores whether what `callee` computes is added to the gradients that are
  /// there; if not, what it does not write of them becomes zero, and all of
  /// them where the batch has no rows.
  void startGradients(int64_t offset, mlir::func::FuncOp callee);
  /// Stores whether what follows is added to gradients.
  void storeKept(int64_t offset, bool isKept);
  /// Makes so many bytes of gradients zero.
  void emitZeros(int64_t offset, int64_t bytes);
  Value index(int64_t value) {
    return mlir::arith::ConstantIndexOp::create(b, value);
  }
  /// So many words in scratch.
  Value wordsAt(int64_t offset, mlir::Type type, int64_t count) {
    Value start = index(offset);
    return mlir::memref::ViewOp::create(b, mlir::MemRefType::get({count}, type),
                                        arguments.scratch, start,
                                        mlir::ValueRange());
  }

  const NetworkInterface &network;
  const EntryInterface &entry;
  mlir::SymbolTable &symbols;
  mlir::func::FuncOp origin;
  mlir::ImplicitLocOpBuilder b;
  int64_t scratchBytes;
  mlir::func::FuncOp function;
  Arguments arguments;
};

} // namespace nascent::program

#endif // NASCENT_LIB_PROGRAM_TRAININGFUNCTIONS_H
