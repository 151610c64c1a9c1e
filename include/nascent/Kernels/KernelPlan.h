//===- KernelPlan.h - What decides tiles and layouts ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A dense layer is computed in tiles of rows × columns whose accumulators stay
// in vector registers. Its weight is stored in panels, of which a tile takes
// one, or several where it has few rows. All of this is decided here only:
// layout assignment asks for the width of panels, the kernel emitter for the
// rows and panels of a tile.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_KERNELS_KERNELPLAN_H
#define NASCENT_KERNELS_KERNELPLAN_H

#include "mlir/IR/BuiltinOps.h"
#include "nascent/Dialect/NN/IR/NNAttributes.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>
#include <limits>

namespace nascent::kernels {

/// What kernels need to know of the machine.
struct VectorTarget {
  /// Floats in a vector register; 1 where there are no vectors.
  int64_t lanes = 4;
  int64_t registers = 16;
  /// Whether a fused multiply-add is one instruction.
  bool fma = false;
  /// Whether the first of two neighbouring words is the upper half of both.
  bool bigEndian = false;
  /// Whether vectors of f16 are converted by instructions.
  bool half = false;
  /// Whether the NaN that is ∞ / ∞ has its sign bit set.
  bool negativeNan = false;
  /// Whether the maximum of two vectors, NaN where one of them is, is one
  /// instruction.
  bool maximum = false;
  /// Bytes of the caches that one core works from: a middling desktop's or
  /// server's. Nothing in LLVM knows a processor's own; too large a guess costs
  /// some speed on the largest layers.
  int64_t nearestCache = 32 << 10;
  int64_t secondLevelCache = 1 << 20;
  int64_t lastLevelCache = 16 << 20;

  /// What `nn.target` says of the module; without it, a baseline of 16
  /// registers of 128 bits without fused multiply-add.
  static VectorTarget of(mlir::ModuleOp module);
};

/// The sizes of a contraction: `rows` × `depth` times `depth` × `units`.
struct ContractionShape {
  int64_t rows;
  int64_t depth;
  int64_t units;
  /// Of one stored weight.
  int64_t weightBytes = sizeof(float);
  /// Of all parameters of the network that the layer is part of.
  int64_t networkBytes = 0;
  /// How many rows a tile can run along before it had to turn a corner: the
  /// pixels of a line. 0 where those are all.
  int64_t rowsInLine = 0;
  /// Whether the depth is one loop, and whether its terms lie side by side in
  /// the input, and rows of a panel in the weight.
  bool hasPlainDepth = true, hasContiguousDepth = true;
  /// Whether no window goes over steps of the outermost loop of the depth: the
  /// images of a batch, of which a weight's gradient is the sum.
  bool hasImages = false;

  /// Bytes of the input for each row: fewer than its terms have where windows
  /// overlap. 0 stands for those.
  int64_t rowBytes = 0;
  /// The most panels that a tile may take.
  int64_t mostPanels = std::numeric_limits<int64_t>::max();

  int64_t lineRows() const { return rowsInLine ? rowsInLine : rows; }
};

/// What the parts of a layer share out among them: each has every n-th. Of rows
/// in several lines, it is lines or what holds several of them.
enum class Share { Panels, RowTiles };

/// How a dense layer is computed. With one chain none of it changes a result;
/// with more, whatever decides how sums are split does.
struct ContractionPlan {
  /// The most rows of a register tile.
  int64_t tileRows;
  /// The panels that a tile takes a row of at a time.
  int64_t tilePanels;
  /// The most terms that are added to all sums before the next ones are; at
  /// least one step of the depth's outermost loop.
  int64_t depthBlock;
  /// The most rows that all panels are multiplied by before the next ones are.
  int64_t rowBlock;
  /// A tile of fewer accumulators splits each of its sums, so that as many as
  /// this do not wait for one another.
  int64_t chains;
  /// How far ahead of its use a panel is fetched, in rows of the panel; 0
  /// leaves it to the hardware.
  int64_t prefetch;
  /// How many depths a vector takes at a time, each for all columns of a panel
  /// that is narrower than vectors. Where it is more than one, the lanes of a
  /// column are added up in the end.
  int64_t depthLanes;
  /// What each thread takes some of, where there are several.
  Share share;
};

/// How many columns a weight's panel holds, for a layer of `units` outputs: a
/// multiple of `lanes`, or a power of two below. The same for any number of
/// rows, so that entries with different batches share parameters without loss.
int64_t choosePanelWidth(const VectorTarget &target, int64_t units);

/// The most rows a tile over `width` columns may have without spilling.
int64_t maxTileRows(const VectorTarget &target, int64_t width);

/// How many panels of `width` columns a tile of at most `tileRows` rows takes:
/// more than one where a single one would have too few accumulators, where
/// four to six rows make a second one cheap, or where the weight comes from
/// memory, as far as registers go.
int64_t chooseTilePanels(const VectorTarget &target,
                         const ContractionShape &shape, int64_t width,
                         int64_t tileRows, bool strict = false);

/// The plan of a layer whose weight is in panels of `width` columns. With
/// `strict`, sums are not split. What `overruled` gives, if it is not null, is
/// taken from there.
ContractionPlan planContraction(const VectorTarget &target,
                                const ContractionShape &shape, int64_t width,
                                bool strict = false,
                                nn::PlanAttr overruled = {});

/// Into how many each sum is split, in a tile of `accumulators` sums of which
/// those of one row take `vectors` registers: what `chains` asks for, as far as
/// registers and terms go.
int64_t countSplits(const VectorTarget &target, const ContractionPlan &plan,
                    int64_t accumulators, int64_t vectors, int64_t terms);

/// What the parts of a dense layer share out: panels, or tiles of at most
/// `tileRows` rows. All of them read the whole of the other operand, so the
/// larger one is divided, as long as many parts find something to do.
Share chooseShare(const ContractionShape &shape, int64_t width,
                  int64_t tileRows);

/// How many panels of `width` a tile has, at most `panels`, in a product that
/// reads its weight to and fro. The nearest cache keeps a tile of half its size
/// from one turn to the next, and only the end of a larger one.
int64_t chooseReturnPanels(const VectorTarget &target,
                           const ContractionShape &shape, int64_t width,
                           int64_t panels);

/// How many of `columns` a product that turns its weight turns at a time: a
/// vector of them at least, and more if these, of `depth` rows, take no more
/// than half of the nearest cache.
int64_t chooseTurnedWidth(const VectorTarget &target, int64_t depth,
                          int64_t columns);

/// On a kernel whose operations wait for one another, more than for a unit that
/// is busy: functions are then those that are done soonest, not those of the
/// fewest operations.
inline constexpr llvm::StringLiteral kWaitsAttrName = "nn.waits";

/// The lanes of vectors that a recurrence computes one row of `units` with:
/// half of those of 512 bits where others would be idle.
int64_t chooseCellLanes(const VectorTarget &target, int64_t units);

/// Whether a recurrence keeps the sums of one row, `columns` of them, in
/// registers: where these are enough, and the nearest cache has the weight.
bool fitsRegisters(const VectorTarget &target, int64_t units, int64_t columns);

/// How it then takes them: into how many each is split, unless `strict`, and
/// how many terms it adds in one turn of a loop; all, where code stays small.
struct CellPlan {
  int64_t splits, terms;
};
CellPlan planCell(const VectorTarget &target, int64_t units, int64_t vectors,
                  bool strict);

/// Whether a recurrence computes itself what an input of `depth` features
/// contributes to each step of one row, before the step's turn comes: where
/// that is a few vectors, the processor does so while it waits for the step
/// before.
bool isWorthJoining(const VectorTarget &target, int64_t units, int64_t columns,
                    int64_t depth);

/// How many rows of `columns` floats one part computes at a time, where rows
/// are what is shared out: enough that two parts seldom write to one cache
/// line.
int64_t chooseSharedRows(int64_t columns);

/// Whether a network of `steps` layers and `work` multiply-adds in all gains by
/// several threads: whether that is more than starting them, and waiting for
/// one another after each step, costs.
bool isWorthThreads(int64_t work, int64_t steps);

/// Whether `kernels` that differ in sizes only become one that is told them.
/// The code of each is the better for knowing its own. Kernels that only a
/// training uses have long loops, and are there for each block of rows.
bool isWorthSharing(size_t kernels, bool areTraining);

/// Whether a tile of `rows` and so many multiply-adds of vectors becomes
/// straight code: a loop over few terms costs more than they do.
bool isWorthUnrolling(int64_t rows, int64_t multiplyAdds);

/// Whether tiles at the ends of lines leave out products with padding, which
/// are `skipped` of all `taps` in a line, each of `terms`: those tiles become
/// code of their own.
bool isWorthSkipping(int64_t taps, int64_t skipped, int64_t terms);

/// Whether lines that `padded` zeros begin and end with are kept for gradients
/// without them: that code grows by their square.
bool isWorthLeavingOut(int64_t padded);

/// How many floats apart the rows of a matmul's input of `rows` × `columns`
/// should be: `columns`, or a cache line more where they would all fall into
/// one set of the cache.
int64_t chooseRowStride(int64_t rows, int64_t columns);

/// The same for a hidden value, of whose rows whole vectors are stored: what is
/// stored masked has to reach memory before it can be loaded again.
int64_t chooseHiddenStride(const VectorTarget &target, int64_t rows,
                           int64_t columns);

/// How many floats apart the pixels of a hidden value of so many `channels`
/// should be where a window slides over them and each channel is by itself: a
/// cache line more than there are, where neighbouring lines would share few
/// sets of the cache.
int64_t choosePixelStride(int64_t channels);

/// How many of a batch's `rows` go through all layers before the next ones do,
/// so that hidden values stay in the cache: `rows` where that gains nothing.
/// `rowBytes` are those that one row has before and after a layer, at most.
/// Weights are read once for each block, so that `parameterBytes` of them must
/// not come from memory. `imageBytes` are those of layers that use a weight
/// many times in one row: large images go through one by one, or a few where
/// weights do come from memory.
int64_t chooseBlockRows(const VectorTarget &target, int64_t rows,
                        int64_t rowBytes, int64_t imageBytes,
                        int64_t parameterBytes);

/// The rows of the functions that an open batch is walked with, largest first:
/// powers of two, the last of them 1. Large enough to read each weight rarely,
/// small enough that the remainder takes few calls, and scratch little memory.
/// `imageBytes` as for `chooseBlockRows`.
llvm::ArrayRef<int64_t> openBatchRows(const VectorTarget &target,
                                      int64_t imageBytes,
                                      int64_t parameterBytes);

/// How rows of a batch best go through a layer: in any number, images one by
/// one or a few at a time, or as many as share what is read of large weights.
enum class Walk { Any, Images, Weights };

/// That of a layer, by the bytes that a row has, those that it has as an image,
/// and those of the layer's parameters.
Walk chooseWalk(int64_t rowBytes, int64_t imageBytes, int64_t parameterBytes);

/// Whether layers that want many rows should have them, with `parameterBytes`,
/// where others take images: `betweenBytes` of each row then go to memory and
/// come from there.
bool isWorthSegment(const VectorTarget &target, int64_t parameterBytes,
                    int64_t betweenBytes);

/// How many of a batch's `rows` go through such layers at a time.
int64_t chooseWeightRows(int64_t rows);

/// The bytes from which on offsets do not fit a signed number of the target's
/// pointer size. In the IR, indices have 64 bits on every target.
int64_t addressLimit(mlir::ModuleOp module);

/// Rows of equal tiles: `count` times `rows`.
struct RowBlocks {
  int64_t rows;
  int64_t count;
};

/// Splits `rows` into as few tiles of at most `maximum` rows as possible, of
/// sizes that differ by one at most, so that there is never a small remainder.
llvm::SmallVector<RowBlocks, 2> balanceRows(int64_t rows, int64_t maximum);

} // namespace nascent::kernels

#endif // NASCENT_KERNELS_KERNELPLAN_H
