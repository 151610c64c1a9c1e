//===- KernelPlan.h - What decides tiles and layouts ------------*- C++ -*-===//
//
// A dense layer is computed in tiles of rows × columns whose accumulators stay
// in vector registers. Its weight is stored in panels as wide as a tile. Both
// follow from the target's registers and from the number of rows, and are
// decided here only: layout assignment asks for the panel width, the kernel
// emitter for the rows of a tile.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_CODEGEN_KERNELPLAN_H
#define NASCENT_CODEGEN_KERNELPLAN_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>

namespace nascent::codegen {

/// What kernels need to know of the machine.
struct VectorTarget {
  /// Floats in a vector register; 1 where there are no vectors.
  int64_t lanes = 4;
  int64_t registers = 16;
  /// Whether a fused multiply-add is one instruction.
  bool fma = false;
  /// Whether the first of two neighbouring words is the upper half of both.
  bool bigEndian = false;

  /// What `nn.target` says of the module; without it, a baseline of 16
  /// registers of 128 bits without fused multiply-add.
  static VectorTarget of(mlir::ModuleOp module);
};

/// How many columns a weight's panel holds, for a layer of `units` outputs that
/// is expected to be applied to `rows` rows at a time: a multiple of `lanes`.
int64_t choosePanelWidth(const VectorTarget &target, int64_t units,
                         int64_t rows);

/// The most rows a tile over `width` columns may have without spilling.
int64_t maxTileRows(const VectorTarget &target, int64_t width);

/// The rows of the functions that an open batch is walked with, largest first:
/// powers of two, the last of them 1. Large enough to read each weight rarely,
/// small enough that the remainder takes few calls.
llvm::ArrayRef<int64_t> openBatchRows();

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

} // namespace nascent::codegen

#endif // NASCENT_CODEGEN_KERNELPLAN_H
