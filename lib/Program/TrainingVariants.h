//===- TrainingVariants.h - The functions of a loss -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_PROGRAM_TRAININGVARIANTS_H
#define NASCENT_LIB_PROGRAM_TRAININGVARIANTS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace nascent::program {

/// On a function that stores gradients, once buffers are planned: where it
/// writes none, which is to be zero, as pairs of offsets and sizes in bytes.
inline constexpr llvm::StringLiteral kGradientGapsAttrName = "nn.gradient_gaps";

/// What computes a loss, and gradients of it, for one entry of a network: for
/// the whole batch, or where that is open or large for some rows each.
class TrainingVariants {
public:
  /// Finds them, with their buffers planned. Fails, after an error, where they
  /// are not what `nascent-build-gradients` and the passes behind it make.
  static llvm::FailureOr<TrainingVariants>
  match(mlir::ModuleOp module, llvm::StringRef network, llvm::StringRef label);

  /// Those of each kind, largest number of rows first.
  llvm::ArrayRef<mlir::func::FuncOp> getLoss() const { return loss; }
  llvm::ArrayRef<mlir::func::FuncOp> getGradients() const { return gradients; }
  /// What takes a step of sgd as well; none where that is not asked for, or
  /// where gradients of blocks are added up first.
  llvm::ArrayRef<mlir::func::FuncOp> getTrainSgd() const { return trainSgd; }
  mlir::func::FuncOp getFirst() const { return loss.front(); }

  /// The rows that a function computes; 0 where those are all.
  static int64_t getRows(mlir::func::FuncOp function);
  /// Fails, after an error, unless functions of some rows each, largest number
  /// first, leave none of a batch.
  static llvm::LogicalResult
  verifyRows(llvm::ArrayRef<mlir::func::FuncOp> functions);
  static bool hasGradients(mlir::func::FuncOp function);
  /// Whether some rows are computed at a time.
  bool isInBlocks() const { return getRows(getFirst()) != 0; }
  /// Whether the whole batch goes through kernels that compute parts.
  bool hasSteps() const;
  /// How many rows a batch in blocks has; 0 where it is open.
  int64_t getBatch() const;

  /// Behind what the functions need of scratch are what losses are multiplied
  /// by, and the loss of some rows or, where all rows are computed at a time,
  /// what a step multiplies gradients by.
  int64_t getScaleOffset() const { return ownBytes; }
  /// Beside it, the words that random layers draw by, and whether gradients
  /// are added to what is there.
  int64_t getWordsOffset() const { return ownBytes + 16; }
  int64_t getKeptOffset() const { return ownBytes + 32; }
  int64_t getLossOffset() const;
  int64_t getScratchBytes() const;

private:
  llvm::LogicalResult verifyKind(llvm::ArrayRef<mlir::func::FuncOp> functions);

  llvm::SmallVector<mlir::func::FuncOp> loss, gradients, trainSgd;
  int64_t ownBytes = 0;
};

} // namespace nascent::program

#endif // NASCENT_LIB_PROGRAM_TRAININGVARIANTS_H
