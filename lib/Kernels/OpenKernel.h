//===- OpenKernel.h - Loops whose ends are arguments ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_KERNELS_OPENKERNEL_H
#define NASCENT_LIB_KERNELS_OPENKERNEL_H

#include "KernelEmitter.h"
#include "OpenBody.h"

namespace nascent::kernels {

/// Emits a kernel some of whose sizes are arguments. Loops from the outside in:
/// tiles of columns, where what they are computed from is a weight; all other
/// dimensions that are stored; tiles of rows; the reduction.
class OpenKernelEmitter : KernelEmitter {
public:
  using KernelEmitter::KernelEmitter;

  /// Fails, after an error, on what there is no code for. If `strict`, rows are
  /// reduced in the order of kernels whose sizes are known.
  llvm::LogicalResult emit(mlir::func::FuncOp kernel, bool strict);

private:
  /// An index of the reduction's input that may lie in padding: `index`, less
  /// `low`, is inside from 0 to before `size`. What is outside changes nothing.
  struct Clamp {
    unsigned depth;
    mlir::AffineExpr index;
    int64_t low;
    mlir::Value size;
  };
  /// Vectors that a tile has side by side.
  struct Columns {
    int64_t lanes, active, vectors;
  };

  llvm::LogicalResult match(mlir::func::FuncOp kernel, bool strict);
  llvm::LogicalResult addClamps(mlir::OpOperand &operand);
  /// The loop of the reduction by which `index` moves over a window; none where
  /// it is not the sum of one, and of at most one other.
  std::optional<unsigned> depthOf(mlir::AffineExpr index);
  /// Whether kernels whose sizes are known reduce this in lanes: rows, and not
  /// what has more dimensions.
  bool isOnRows();
  void chooseLanes();
  void chooseTiles();
  /// How many steps of `dim` of the reduction there are.
  mlir::OpFoldResult rangeOf(unsigned dim);
  mlir::OpFoldResult sizeOf(mlir::Value tensor, int64_t dim);
  mlir::Value valueOf(mlir::OpFoldResult size);
  /// How far an index moves with each step of a loop of the reduction.
  int64_t factorOf(mlir::AffineExpr index, unsigned dim);

  void emitDims(unsigned dim, llvm::function_ref<void()> inside);
  void emitColumns(llvm::function_ref<void(Columns, mlir::Value)> inside);
  void emitRows(Columns columns, mlir::Value column);
  /// The rows of which no window leaves its buffer.
  std::pair<mlir::Value, mlir::Value> interiorOf(mlir::Value size);
  void emitTile(Columns columns, mlir::Value column, mlir::Value row,
                int64_t rows, bool isInside);
  void reduce(unsigned level);
  /// Sums that rows have in each of 16 lanes, added in order.
  void reduceRow();
  /// What a lookup finds for each cell, instead of a loop.
  void lookUp();
  std::pair<mlir::Value, mlir::Value> boundsOf(const Clamp &clamp,
                                               mlir::Value size);
  void reduceCells();
  /// The counters of the reduction's loops at a cell.
  OpenBody::Indices loopsAt(const OpenCell &cell);

  mlir::linalg::LinalgOp reduction;
  std::optional<OpenBody> values;
  llvm::SmallVector<mlir::OpFoldResult> sizes;
  llvm::SmallVector<Clamp> clamps;
  /// The loops that are reduced, and the places in the result of the others.
  llvm::SmallVector<unsigned> depths;
  llvm::SmallVector<std::optional<unsigned>> places;
  int64_t lanes = 1, tileRows = 1, tileVectors = 1;
  std::optional<unsigned> rowDim;
  bool hasColumnsOutside = false, isProducts = false, isInLanes = false;

  /// Where emission is.
  llvm::SmallVector<OpenIndex> counters, depthCounters;
  bool isInside = true;
  llvm::SmallVector<OpenCell> cells;
};

} // namespace nascent::kernels

#endif // NASCENT_LIB_KERNELS_OPENKERNEL_H
