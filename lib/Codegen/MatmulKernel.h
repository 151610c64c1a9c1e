//===- MatmulKernel.h - Kernels with a matmul -------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_CODEGEN_MATMULKERNEL_H
#define NASCENT_LIB_CODEGEN_MATMULKERNEL_H

#include "KernelEmitter.h"

namespace nascent::codegen {

/// Emits a fused dense layer in tiles whose accumulators are loop-carried
/// vectors, as its plan says. Loops from the outside in: blocks of the depth,
/// blocks of rows, panels, tiles of rows, depth.
class MatmulKernel : KernelEmitter {
public:
  MatmulKernel(mlir::func::FuncOp kernel,
               mlir::bufferization::MaterializeInDestinationOp store,
               const VectorTarget &target, int64_t networkBytes)
      : KernelEmitter(kernel, store, target), networkBytes(networkBytes) {}

  /// Fails, after an error, on a matmul that is not a dense layer's. `strict`
  /// as for `planMatmul`.
  llvm::LogicalResult emit(mlir::linalg::MatmulOp op, bool strict);

  /// How the layer is computed, for people.
  std::string describe() const;

  unsigned getNumTiles() const { return numTiles; }

private:
  /// Some terms of every sum: `size` of them from `start` on. Between one block
  /// and the next, the sums wait in the destination.
  struct DepthBlock {
    mlir::Value start;
    int64_t size;
    bool isFirst, isLast;
  };
  /// What is computed in registers: some rows, and some neighbouring panels.
  struct Tile {
    llvm::SmallVector<mlir::Value> panels;
    int64_t columns;
    /// Where the block of rows starts.
    mlir::Value firstRow;
    llvm::SmallVector<mlir::Value> rows;
    llvm::SmallVector<Position> positions;
  };
  /// Accumulators of a tile, row by row.
  using Sums = llvm::SmallVector<mlir::Value>;

  /// The rows of the highest tile.
  int64_t mostTileRows() const;
  llvm::LogicalResult match(mlir::linalg::MatmulOp op, bool strict);
  llvm::LogicalResult emitBlock(const DepthBlock &block);
  /// Calls `inside` with the first panel of each tile's panels, or of this
  /// part's, and how many columns they have.
  llvm::LogicalResult forEachPanels(
      llvm::function_ref<llvm::LogicalResult(mlir::Value, int64_t)> inside);
  llvm::LogicalResult emitTile(const DepthBlock &block, mlir::Value firstRow,
                               mlir::Value row, int64_t rows, mlir::Value panel,
                               int64_t columns);
  /// A vector of zeros.
  mlir::Value zeros(int64_t lanes);
  /// What an accumulator starts from.
  mlir::Value initial(const DepthBlock &block, const Position &position);
  /// Adds the block's products.
  Sums accumulate(const DepthBlock &block, const Tile &tile, Sums sums);
  /// The row's input at depth `k` in all lanes, or its elements from there on,
  /// each in the lanes of all columns, where vectors take several.
  mlir::Value loadInput(mlir::Value row, mlir::Value k, int64_t lanes);
  /// Adds the products at depth `k`, or at as many from there on as vectors of
  /// `lanes` take.
  Sums multiplyAddRows(const DepthBlock &block, const Tile &tile, mlir::Value k,
                       int64_t lanes, mlir::ValueRange sums);
  /// Adds the lanes of each sum, and the products of the `rest` depths from `k`
  /// on, which make no whole vector.
  void addLanes(const DepthBlock &block, const Tile &tile, mlir::Value k,
                int64_t rest, Sums &sums);
  /// Fetches what is read soon after depth `k`.
  void prefetch(const DepthBlock &block, const Tile &tile, mlir::Value k);
  /// Where the weight of a column and depth is.
  llvm::SmallVector<mlir::Value> weightAt(mlir::Value panel, mlir::Value k,
                                          mlir::Value column);
  /// A row of the tile's panels, or as many as vectors of `lanes` take, as
  /// vectors of f32.
  Sums loadWeights(const Tile &tile, mlir::Value k, int64_t lanes);
  /// Two vectors of f32 from one of bf16: its even elements and its odd ones.
  std::array<mlir::Value, 2> widenPairs(mlir::Value values);
  /// Between the order of columns and that of pairs. Widening two vectors of
  /// bf16 is cheap where each sum is that of every other column.
  void pairSums(Sums &sums, bool toPairs);
  /// The part's first turn among all panels, or among all tiles of rows: null
  /// for what the parts do not share out. It is the same in every block of the
  /// depth, so that a sum is always added to by the same part.
  Turn firstTurn(Share share) const {
    return plan.share == share ? part : Turn();
  }
  mlir::Value multiplyAdd(mlir::Value x, mlir::Value y, mlir::Value sum);
  /// How many columns a vector of sums is of.
  int64_t columnsOfVector() const { return lanes / terms; }

  mlir::linalg::MatmulOp matmul;
  mlir::Value input, weight; // buffers
  mlir::Value bias;          // buffer, or null
  mlir::Value fill;          // scalar, where there is no bias
  int64_t width, lanes;
  /// How many depths a vector takes at a time.
  int64_t terms;
  /// The columns of a tile.
  int64_t span;
  /// Whether accumulators hold the even and the odd columns of two vectors.
  bool paired;
  int64_t networkBytes;
  MatmulShape shape;
  MatmulPlan plan;
  unsigned numTiles = 0;
  /// Of whole tiles, and of what is left of the columns.
  int64_t mostSplits = 1, mostRestSplits = 1;
};

} // namespace nascent::codegen

#endif // NASCENT_LIB_CODEGEN_MATMULKERNEL_H
