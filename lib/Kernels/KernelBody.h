//===- KernelBody.h - Linalg ops evaluated in vectors -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_KERNELS_KERNELBODY_H
#define NASCENT_LIB_KERNELS_KERNELBODY_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "llvm/ADT/DenseMap.h"

namespace nascent::kernels {

/// A place in a kernel's iteration space: a row, which may take several
/// numbers, and `lanes` columns from `column` on of which the first `active`
/// exist. Rank-1 kernels have no row.
struct Position {
  llvm::SmallVector<mlir::Value> row;
  mlir::Value column;
  int64_t lanes;
  int64_t active;
};

/// Evaluates the tensors of a kernel at a position by following their
/// definitions: leaves are loaded from buffers, bodies of linalg ops cloned on
/// vectors. Values that a loop already holds are given with `define`.
class KernelBody {
public:
  KernelBody(mlir::ImplicitLocOpBuilder &builder, unsigned rank)
      : b(builder), rank(rank) {}

  /// What is known of a tensor at the current position: accumulators of a
  /// contraction, or the scalar that a row was reduced to.
  void define(mlir::Value tensor, mlir::Value value) {
    defined[tensor] = value;
  }

  /// Has rows of `buffer` be read from `view`, whose indices are a position's.
  void setView(mlir::Value buffer, mlir::Value view) { views[buffer] = view; }

  /// The elements of `tensor` at a position: a vector, or a scalar where there
  /// is one a row. Fails, after an error, on what it cannot follow.
  llvm::FailureOr<mlir::Value> evaluate(mlir::Value tensor,
                                        const Position &position);

  /// One application of a linalg op's body to `operands`, vectors or scalars;
  /// null for those that it does not read. `indexOf` a dimension is its
  /// counter.
  mlir::Value
  apply(mlir::linalg::LinalgOp op, mlir::ValueRange operands,
        llvm::function_ref<mlir::Value(uint64_t dim)> indexOf = nullptr);

  /// The same for any block: what it ends with.
  llvm::SmallVector<mlir::Value>
  apply(mlir::Block &block, mlir::ValueRange operands,
        llvm::function_ref<mlir::Value(uint64_t dim)> indexOf = nullptr);

  /// The operands of `op` that are inputs, evaluated at `position`.
  llvm::FailureOr<llvm::SmallVector<mlir::Value>>
  evaluateInputs(mlir::linalg::LinalgOp op, const Position &position);

  /// Loads or stores the columns of `position`. Where some are missing, whole
  /// vectors all the same if the buffer has room for them; else a load is
  /// masked, and a store made of smaller ones, which later loads need not wait
  /// for as they would for a masked one. Columns begin at a multiple of the
  /// lanes; a load may say that they do not, and a store that what lies behind
  /// them is not its own.
  mlir::Value load(mlir::Value buffer, mlir::ValueRange indices,
                   const Position &position, bool fromMultiple = true);
  void store(mlir::Value value, mlir::Value buffer, mlir::ValueRange indices,
             const Position &position, bool isAlone = true);
  mlir::Value mask(const Position &position);
  /// A vector of `lanes`: `value` itself, or a scalar in all of them.
  mlir::Value widen(mlir::Value value, int64_t lanes);

private:
  /// What a tensor has: an element for each of the kernel's, one a row, one a
  /// column, or one for all.
  enum class Extent { Whole, PerRow, PerColumn, Scalar };

  llvm::FailureOr<mlir::Value>
  evaluateTensor(mlir::Value tensor, const Position &position, Extent extent);
  llvm::FailureOr<llvm::SmallVector<mlir::Value>>
  evaluateOperands(mlir::linalg::LinalgOp op, const Position &position,
                   Extent extent);
  /// What an op of some extent reads by `map`.
  std::optional<Extent> extentOf(mlir::AffineMap map, Extent user) const;
  mlir::Value evaluateLeaf(mlir::Value buffer, const Position &position,
                           Extent extent);

  mlir::ImplicitLocOpBuilder &b;
  unsigned rank;
  llvm::DenseMap<mlir::Value, mlir::Value> defined, views;
  /// What has been evaluated at the current position, for all its readers.
  llvm::DenseMap<std::pair<mlir::Value, unsigned>, mlir::Value> evaluated;
};

} // namespace nascent::kernels

#endif // NASCENT_LIB_KERNELS_KERNELBODY_H
