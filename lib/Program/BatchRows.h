//===- BatchRows.h - Where the batch is in each value -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Rows of a batch are independent of one another where the inputs' first
// dimension can be followed to the outputs: no operation reduces it, mixes it
// with another one, or reads it in two ways.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_PROGRAM_BATCHROWS_H
#define NASCENT_LIB_PROGRAM_BATCHROWS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "nascent/Dialect/NN/IR/NNOps.h"

namespace nascent::program {

/// The bytes that one row has before and after an operation, at most, and those
/// of it where rows have several places, such as pixels, that share what is
/// read of the weights; 0 where none has.
struct RowBytes {
  int64_t all = 0, image = 0;
};

class BatchRows {
public:
  /// Follows the batch through a network's function of launches.
  explicit BatchRows(mlir::func::FuncOp function);

  /// The first dimension of the first input, `?` for an open one; 0 where there
  /// is none.
  int64_t getBatch() const { return batch; }

  /// Where the rows are not independent of one another, or one of the values
  /// does not have them; null where they are.
  mlir::Operation *getObstacle() const { return obstacle; }
  /// Why not, as the rest of an error.
  llvm::StringRef getReason() const { return reason; }

  /// `value`'s type for `rows` rows of the batch.
  mlir::Type getType(mlir::Value value, int64_t rows) const;

  /// Whether `value` has rows of the batch.
  bool hasRows(mlir::Value value) const { return places.contains(value); }

  RowBytes getRowBytes() const { return rowBytes; }
  /// Of the operations in one launch.
  RowBytes getRowBytes(nn::LaunchOp launch) const {
    return launchBytes.lookup(launch);
  }

private:
  bool fail(mlir::Operation *op, llvm::StringRef why);
  void findStrangers(mlir::func::FuncOp function);
  bool follow(mlir::Operation &op);
  bool followView(mlir::Operation &op, mlir::Value from, mlir::Value to,
                  llvm::ArrayRef<mlir::ReassociationIndices> groups);
  bool followAlike(mlir::Operation &op);
  bool isRows(mlir::OpFoldResult size, int64_t perRow) const;
  bool followLaunch(nn::LaunchOp launch);
  bool followRecurrence(nn::RecurrenceOp op);
  bool followLinalg(mlir::linalg::LinalgOp op);
  /// Gives what a result is computed into the batch, of which it knows nothing.
  bool extend(mlir::Value init, int64_t perRow);
  bool reachesOutputs(mlir::Operation *ret);
  void countBytes(mlir::linalg::LinalgOp op);

  int64_t batch = 0;
  mlir::Operation *obstacle = nullptr;
  llvm::StringRef reason;
  /// Of each value that has the batch, always in its first dimension: how many
  /// places there are for each row.
  llvm::DenseMap<mlir::Value, int64_t> places;
  RowBytes rowBytes;
  llvm::DenseMap<mlir::Operation *, RowBytes> launchBytes;
};

} // namespace nascent::program

#endif // NASCENT_LIB_PROGRAM_BATCHROWS_H
