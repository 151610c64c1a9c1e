//===- ContractionOperands.h - Buffers of a contraction ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// To a kernel, a contraction is loops, and buffers in which each loop has a
// stride. Neighbouring loops that step through every buffer evenly are merged:
// a dense layer has three, and so has a convolution whose window is one pixel.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_KERNELS_CONTRACTIONOPERANDS_H
#define NASCENT_LIB_KERNELS_CONTRACTIONOPERANDS_H

#include "StridedBuffer.h"

namespace nascent::kernels {

/// An index into the input, that at `place`, which may lie in its padding:
/// `step` for each of a row's dimension, and `dilation` for each of a depth's,
/// from `-low` on. Where it is not in 0 to `size` - 1, there is nothing to add.
struct Clamp {
  unsigned place, row, depth;
  int64_t step, dilation, low, size;
};

/// A weight whose panels are of the depth, of which a kernel turns the columns
/// of a tile before it reads them: its buffer, and how far apart in it panels
/// and columns are.
struct AcrossPanels {
  mlir::Value buffer;
  int64_t offset, panelStride, columnStride;
  int64_t width, panels;
};

/// What a contraction reads and writes, and the loops that it takes.
struct ContractionOperands {
  ContractionDims dims;
  /// From the outside in. There is always a row. Clamped rows and depths have
  /// loops of their own, which are not the innermost ones.
  llvm::SmallVector<LoopDim> groups, rows, depths;
  llvm::SmallVector<Clamp> clamps;
  /// Where the innermost rows have a halo: what is outside of the clamp is
  /// zero. No loop is shorter for it, and the depth may be merged with those
  /// inside of it.
  std::optional<Clamp> line;
  /// Where the halo is not in memory, so that tiles must not read it: how many
  /// elements it would have in front of a line. Those of the innermost depth
  /// are side by side then.
  std::optional<int64_t> leftOut;

  /// A step of a clamped depth is one of the index into the input. That for the
  /// row is not in the row's stride.
  StridedBuffer input, weight, output;
  /// What elementwise ops read besides, in the shape of the output or of its
  /// rows.
  llvm::SmallVector<StridedBuffer> others;
  /// How many columns a panel of the weight has, and how many panels there are.
  /// A step of the column is then one to the next panel. The width is 0 where
  /// rows of the weight are its columns, side by side.
  int64_t panelWidth = 0, panels = 0;
  /// Where the weight is what was turned: one panel, whichever is read.
  std::optional<AcrossPanels> across;
  /// The same of what is stored. A step of the column is then one to the next
  /// panel, from the same column on, in all buffers that are stored likewise;
  /// in others there is none.
  int64_t outputWidth = 0, outputPanels = 0;

  /// What sums start from: a vector of the columns in a buffer, or a scalar.
  /// Where both are null, it is what the output holds.
  mlir::Value bias, fill;
  /// Whether elementwise ops read what the output holds, which sums must then
  /// not replace before they are whole.
  bool isUpdated = false;
  /// Whether the bias holds the columns of each group, one after the other.
  bool hasBiasOfGroups = false;

  int64_t columns() const { return dims.sizes[dims.column]; }
  /// The loop through panels of the output, where it is in panels.
  llvm::SmallVector<LoopDim, 1> outputLoops() const {
    if (outputWidth == 0)
      return {};
    return {{outputPanels, dims.column}};
  }
  /// The clamp of a loop of the depth, or null.
  const Clamp *clampOf(const LoopDim &loop) const;
  /// Whether a row or a depth is.
  bool isClamped(unsigned dim) const;
};

/// Finds the buffers of `op`, whose kernel stores into `destination`. Fails,
/// after an error, on an operand that is not read in a way that there is code
/// for.
llvm::FailureOr<ContractionOperands> matchContraction(mlir::linalg::LinalgOp op,
                                                      mlir::Value destination);

} // namespace nascent::kernels

#endif // NASCENT_LIB_KERNELS_CONTRACTIONOPERANDS_H
