//===- WindowKernel.h - Kernels on values of any rank -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_KERNELS_WINDOWKERNEL_H
#define NASCENT_LIB_KERNELS_WINDOWKERNEL_H

#include "KernelEmitter.h"
#include "WindowBody.h"

namespace nascent::kernels {

/// The steps of a loop from `first` to before `last`: those of which no window
/// leaves its buffer.
struct Interior {
  int64_t first, last;
};

/// Emits a kernel that computes each element by itself: vectors are neighbours
/// in what is stored, channels mostly, and tiles are neighbours that a window
/// slides over, pixels of a line, which share what they read. Loops from the
/// outside in: images, chunks of channels, tiles of pixels, lines, vectors of
/// channels, the window.
///
/// Windows that would leave their buffer have shorter loops. Where tiles are at
/// the beginning or the end of a line, it is known which of their pixels have
/// those, and nothing is left to be decided at run time.
class WindowKernel : KernelEmitter {
public:
  using KernelEmitter::KernelEmitter;

  /// Fails, after an error, on what there is no code for. A `strict` sum is
  /// one, as where its length is open.
  llvm::LogicalResult emit(mlir::func::FuncOp kernel, bool strict);

  /// How the kernel is computed, for people.
  std::string describe() const;

  unsigned getNumTiles() const { return numTiles; }

private:
  /// Whether windows are within their buffer, or where they are is known, or is
  /// to be found out for each of them.
  enum class Reach { Inside, Known, Unknown };
  /// Vectors from `start` to `end`.
  struct Columns {
    int64_t start, end;
    /// Of which the first ones exist.
    int64_t lanes, active;
    /// In a tile.
    int64_t vectors;
    Reach reach;
  };
  /// Tiles of so many rows from `start` to `end`.
  struct Rows {
    int64_t start, end, rows;
    Reach reach;
  };
  /// A loop: over a dimension; or over chunks of columns; or over tiles of
  /// rows.
  struct Level {
    enum class Kind { Dim, Chunks, Tiles } kind;
    int64_t steps;
    unsigned dim = 0;
  };
  void plan();
  void chooseLoops();
  /// How many neighbours that a window slides over are one tile, at most.
  int64_t chooseTileRows() const;
  void planRows();
  void planColumns();
  void planLevels();
  /// Whether lanes of a vector of `value` are neither one element of its buffer
  /// nor known to be neighbours there.
  bool isReadApart(const WindowValue &value) const;
  Interior interiorOf(const LoopDim &loop) const;
  /// Whether more than one loop over what is stored moves a clamped index.
  bool isOfSeveral(const WindowClamp &clamp) const;
  /// Whether tiles of rows that are not inside are few, and what is outside of
  /// them is known.
  bool hasKnownBorders(llvm::ArrayRef<RowBlocks> sizes,
                       Interior interior) const;
  /// Whether vectors must start at multiples of their length.
  bool needsMultiples() const;
  /// Whether windows that are apart are read in the order of memory. Vectors
  /// of less than a cache's line were no faster so.
  bool isReadInOrder(const LoopDim &loop) const {
    return lanes >= 16 && !isProducts && areStepsApart(operands, loop);
  }
  /// How many columns a chunk of some has, at most.
  int64_t chunkOf(const Columns &some) const;
  /// Whether rows are found in a table.
  bool isLookup() const;
  bool isUnrolled(size_t level) const;
  Reach reachOf(const WindowClamp &clamp) const;
  const WindowClamp *clampOf(size_t level) const;

  void emitLevel(size_t level);
  void emitVectors();
  void emitTile(mlir::Value column);
  /// Reduces the cells in `places` in the loops of the depth from `level` on.
  void reduce(size_t level, llvm::ArrayRef<unsigned> places);
  /// Adds an element to the sum of a cell.
  void reduceCell(unsigned place);
  /// Has a sum be NaN where one of the elements is that it was compared with.
  void spreadNans(mlir::Value &sum);
  /// What a lookup finds for each cell, instead of a loop.
  void lookUp();
  void reduceInLoop(size_t level, llvm::ArrayRef<unsigned> places);
  /// Sums of `kSumLength` elements, and their sum: one sum of tens of thousands
  /// of elements would lose digits.
  void reduceInBlocks(size_t level, llvm::ArrayRef<unsigned> places);
  static constexpr int64_t kSumLength = 256;
  /// The elements at the steps from `start` to `end`, added to `initial`.
  Sums reduceSteps(size_t level, llvm::ArrayRef<unsigned> places,
                   mlir::Value start, mlir::Value end, Sums initial);
  /// Whether a step of a loop of the depth is known to be outside.
  bool isOutside(size_t level, int64_t step, const WindowCell &cell) const;
  /// The steps of a clamped loop that are inside.
  std::pair<mlir::Value, mlir::Value> boundsOf(const WindowClamp &clamp,
                                               int64_t size);
  /// How many steps of a clamped loop come before index `end`.
  mlir::Value countBefore(Counter first, int64_t step, int64_t end,
                          int64_t size);

  WindowOperands operands;
  std::optional<WindowBody> values;
  /// Of the loops over what is stored.
  LoopDim columnLoop{1, 0};
  std::optional<LoopDim> rowLoop;
  int64_t lanes = 1, tileRows = 1, tileVectors = 1, chunkVectors = 1;
  llvm::SmallVector<Columns> columns;
  llvm::SmallVector<Rows> rows;
  llvm::SmallVector<Level> levels;
  size_t shared = 0;
  bool isProducts = false;
  /// Whether the vectors that a window slides over do not lie side by side:
  /// loading their elements one by one is code enough without tiles.
  bool isGathered = false;
  /// Whether it is a maximum that is put together from a comparison, which
  /// knows nothing of NaN.
  bool isComparison = false;
  /// Whether long sums are sums of sums.
  bool inBlocks = false;

  /// Where emission is.
  llvm::SmallVector<Counter> counters;
  Columns atColumns;
  Rows atRows;
  Counter firstRow;
  mlir::Value chunkStart, chunkEnd;
  llvm::SmallVector<WindowCell> cells;
  Sums sums;
  /// Elements of which the current sum does not yet know whether they are NaN.
  Sums compared;
  unsigned numTiles = 0;
};

} // namespace nascent::kernels

#endif // NASCENT_LIB_KERNELS_WINDOWKERNEL_H
