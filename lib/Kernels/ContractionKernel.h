//===- ContractionKernel.h - Kernels with a contraction ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_KERNELS_CONTRACTIONKERNEL_H
#define NASCENT_LIB_KERNELS_CONTRACTIONKERNEL_H

#include "ContractionOperands.h"
#include "KernelEmitter.h"

namespace nascent::kernels {

/// Emits a contraction, and what is fused with it, in tiles whose accumulators
/// are loop-carried vectors, as its plan says. Loops from the outside in:
/// groups, blocks of the depth, blocks of rows, panels, lines of rows, tiles of
/// rows, depth. A dense layer's rows are one line. Where windows would leave
/// their buffer, loops of the depth are shorter.
class ContractionKernel : KernelEmitter {
public:
  ContractionKernel(mlir::func::FuncOp kernel,
                    mlir::bufferization::MaterializeInDestinationOp store,
                    const VectorTarget &target, int64_t networkBytes)
      : KernelEmitter(kernel, store, target), networkBytes(networkBytes) {}

  /// Fails, after an error, on a contraction that there is no code for.
  /// `strict` as for `planContraction`.
  llvm::LogicalResult emit(mlir::linalg::LinalgOp op, bool strict);

  /// Has the parts share out rows, in the tiles of `getRowTiles`.
  void shareRows() { sharesRows = true; }

  /// Has every other `turn` go through the panels from the last one on, so that
  /// it begins with those that a cache has kept of the turn before.
  void goToAndFro(mlir::Value turn) { alternation = turn; }
  llvm::SmallVector<RowBlocks, 2> getRowTiles() const {
    return balanceRows(lineRows(), plan.tileRows);
  }

  /// How the contraction is computed, for people.
  std::string describe() const;

  unsigned getNumTiles() const { return numTiles; }

private:
  /// Some terms of every sum: `size` steps of the outermost loop of the depth
  /// from `start` on. Between one block and the next, the sums wait in the
  /// destination.
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
    /// Where the tile starts, and how many rows it has.
    mlir::Value row;
    int64_t height;
    /// Those rows that are added to.
    llvm::SmallVector<mlir::Value> rows;
    llvm::SmallVector<Position> positions;
    /// The number of the first row in its line, where it is known and windows
    /// reach padding.
    std::optional<int64_t> first;
  };
  /// Where the loops of the depth are: their counters, which are indices into
  /// the weight, and indices into the input.
  struct Depth {
    llvm::SmallVector<mlir::Value> steps, inInput;

    Depth inside(mlir::Value step, mlir::Value index) const;
    Depth inside(mlir::Value step) const { return inside(step, step); }
  };

  /// The rows of the highest tile.
  int64_t mostTileRows() const { return getRowTiles().front().rows; }
  llvm::LogicalResult match(mlir::linalg::LinalgOp op, bool strict);
  /// Has all buffers be seen by the counters of loops.
  void takeViews();
  llvm::LogicalResult planTiles(bool strict);
  /// What the plan goes by.
  void planShape();
  void emitDepthBlocks();
  /// Counts through the given loops, as `outer`, and calls `inside`. Where
  /// there is a turn, steps of the first loop are the units of work, and there
  /// is none left inside.
  void forEachOuter(llvm::ArrayRef<LoopDim> loops, Turn turn,
                    llvm::function_ref<void(Turn)> inside);
  void emitBlock(const DepthBlock &block);
  void emitLines(const DepthBlock &block);
  /// Calls `inside` with the first panel of each tile's panels, or of this
  /// part's, and how many columns they have.
  void forEachPanels(llvm::function_ref<void(mlir::Value, int64_t)> inside);
  /// Turns the `columns` of a tile, from `panel` on, where the weight is read
  /// across its panels.
  void turnPanel(mlir::Value panel, int64_t columns);
  void emitTile(const DepthBlock &block, mlir::Value firstRow, mlir::Value row,
                int64_t rows, mlir::Value panel, int64_t columns,
                std::optional<int64_t> first = {});
  /// Where a vector is stored: whole in panels, which have room for it.
  Position asStored(const Position &position) const;
  /// Stores zeros behind the last column of the tile, which is `from` columns
  /// wide, up to the end of its panel.
  void storePadding(const Tile &tile, int64_t from);
  /// A vector of zeros.
  mlir::Value zeros(int64_t lanes);
  /// What an accumulator starts from.
  mlir::Value initial(const DepthBlock &block, const Position &position);
  /// Adds the block's products.
  Sums accumulate(const DepthBlock &block, const Tile &tile, Sums sums);
  /// Adds those of the loops of the depth that are inside of the ones that
  /// `depth` has counters of.
  Sums addProducts(const DepthBlock &block, const Tile &tile,
                   const Depth &depth, int64_t splits, Sums sums);
  /// The same in `size` steps of the next loop from `start` on.
  Sums addSteps(const DepthBlock &block, const Tile &tile, const Depth &depth,
                mlir::Value start, int64_t size, int64_t splits, Sums sums);
  /// The same without what is multiplied by padding.
  Sums addInside(const DepthBlock &block, const Tile &tile, const Depth &depth,
                 int64_t splits, mlir::ValueRange sums);
  /// Finds the loop of the depth that goes along lines.
  void planPadding();
  /// The steps along a line that a row makes outside of padding: the first one,
  /// and the first one behind.
  std::pair<int64_t, int64_t> tapsOf(int64_t row) const;
  /// Whether one of so many rows has padding to leave out.
  bool reachesPadding(int64_t first, int64_t rows) const;
  /// The first index into the input of the line that is being emitted.
  mlir::Value firstIndex(const Clamp &clamp);
  /// The same in the innermost loop, which is `size` steps from `start` on.
  Sums addTerms(const DepthBlock &block, const Tile &tile, const Depth &depth,
                mlir::Value start, int64_t size, int64_t splits, Sums sums);
  /// The input at a depth in all lanes, or its elements from there on, each in
  /// the lanes of all columns, where vectors take several.
  mlir::Value loadInput(mlir::ValueRange indices, int64_t lanes);
  /// Adds the products at `depth`, or at as many from there on as vectors of
  /// `lanes` take.
  Sums multiplyAddRows(const DepthBlock &block, const Tile &tile,
                       const Depth &depth, int64_t lanes,
                       mlir::ValueRange sums);
  /// Adds the lanes of each sum, and the products of the `rest` depths from `k`
  /// on, which make no whole vector.
  void addLanes(const DepthBlock &block, const Tile &tile, mlir::Value k,
                int64_t rest, Sums &sums);
  /// Fetches what is read soon after `depth`.
  void prefetch(const DepthBlock &block, const Tile &tile, const Depth &depth);
  void prefetchNextPanel(const DepthBlock &block, const Tile &tile,
                         const Depth &depth);
  void fetch(mlir::ValueRange indices);
  /// How many steps nested loops have done, of which these are the counters.
  mlir::Value countThrough(llvm::ArrayRef<mlir::Value> counters,
                           llvm::ArrayRef<LoopDim> loops);
  /// Where the weights of a depth are: in a panel from `column` on.
  llvm::SmallVector<mlir::Value>
  weightAt(mlir::Value panel, mlir::ValueRange steps, mlir::Value column);
  /// The same for a vector of the tile, in a panel or in rows.
  llvm::SmallVector<mlir::Value> weightAt(const Tile &tile, int64_t vector,
                                          mlir::ValueRange steps);
  /// A row of the tile's panels, or as many as vectors of `lanes` take, as
  /// vectors of f32.
  Sums loadWeights(const Tile &tile, const Depth &depth, int64_t lanes);
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
  /// How many columns a vector of sums is of.
  int64_t columnsOfVector() const { return lanes / terms; }
  /// Loops through lines of rows. `panels` come back to a block of them, so the
  /// outermost ones are outside of the loop over panels, and the others inside.
  llvm::ArrayRef<LoopDim> lines() const {
    return llvm::ArrayRef(operands.rows).drop_back();
  }
  llvm::ArrayRef<LoopDim> linesInBlock() const {
    return lines().drop_front(linesOutside);
  }
  int64_t lineRows() const { return operands.rows.back().size; }
  int64_t rowsInBlock() const {
    return countSteps(linesInBlock()) * lineRows();
  }

  mlir::linalg::LinalgOp contraction;
  ContractionOperands operands;
  /// As seen by the counters of loops.
  mlir::Value input, weight;
  int64_t width, lanes;
  /// How many depths a vector takes at a time.
  int64_t terms;
  /// The columns of a tile.
  int64_t span;
  /// Whether accumulators hold the even and the odd columns of two vectors.
  bool paired;
  int64_t networkBytes;
  ContractionShape shape;
  ContractionPlan plan;
  size_t linesOutside = 0;
  /// Where products with the padding of lines are left out: the loop of the
  /// depth that has the taps of a line, and how many steps it has for each.
  std::optional<size_t> lineLevel;
  int64_t tapSteps = 1;
  /// Counters of the loops that are being emitted, of groups and lines.
  llvm::SmallVector<mlir::Value> outer;
  bool sharesRows = false;
  mlir::Value alternation; // counts turns, where every other one goes back
  unsigned numTiles = 0;
  /// Of whole tiles, and of what is left of the columns.
  int64_t mostSplits = 1, mostRestSplits = 1;
  bool hasFailed = false;
};

} // namespace nascent::kernels

#endif // NASCENT_LIB_KERNELS_CONTRACTIONKERNEL_H
