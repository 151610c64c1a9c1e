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

/// Fails, after an error, unless `callee` has as many inputs as it is called
/// with, of which the last `numbers` are one number each.
llvm::LogicalResult verifyInputs(mlir::func::FuncOp callee, size_t expected,
                                 unsigned numbers);

/// Emits public functions of one entry.
class TrainingFunctions {
public:
  using Value = mlir::Value;

protected:
  /// `origin` is one of the functions that these call. In scratch, at
  /// `keptOffset`, is the number that says whether gradients are kept.
  TrainingFunctions(const NetworkInterface &network,
                    const EntryInterface &entry, mlir::SymbolTable &symbols,
                    mlir::func::FuncOp origin, int64_t scratchBytes,
                    int64_t keptOffset)
      : network(network), entry(entry), symbols(symbols), origin(origin),
        b(origin.getLoc(), origin.getContext()), scratchBytes(scratchBytes),
        keptOffset(keptOffset) {}

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
  /// there. If not, what it does not write of them becomes zero, and all of
  /// them where the batch has no rows.
  void startGradients(mlir::func::FuncOp callee);
  /// Stores whether what follows is added to gradients: 1, or 0.
  void storeKept(Value kept);
  Value number(float value) {
    return mlir::arith::ConstantOp::create(b, b.getF32FloatAttr(value));
  }
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
  int64_t scratchBytes, keptOffset;
  mlir::func::FuncOp function;
  Arguments arguments;
};

} // namespace nascent::program

#endif // NASCENT_LIB_PROGRAM_TRAININGFUNCTIONS_H
