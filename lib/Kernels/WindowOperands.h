//===- WindowOperands.h - What a window kernel computes ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A window kernel computes each element of what it stores by itself: pooling,
// depthwise convolution, sums over an image, transposition, copies. Every
// tensor in it is a function of the counters of its loops, as indexing maps
// say: loops over what is stored, and loops over what each element is reduced
// from.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_KERNELS_WINDOWOPERANDS_H
#define NASCENT_LIB_KERNELS_WINDOWOPERANDS_H

#include "WindowAccess.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace nascent::kernels {

/// What a tensor is at the counters of a kernel's loops: the value of an
/// access, of a scalar, or of the body of `op`, applied once or, by loops of
/// the depth, to itself.
struct WindowValue {
  std::optional<WindowAccess> access;
  mlir::Value scalar;
  mlir::linalg::LinalgOp op;
  /// Places in `WindowOperands::values`, for each input of `op`, then the
  /// initial value of a reduction; none where the body does not read it.
  llvm::SmallVector<std::optional<unsigned>> operands;
  /// The counters of `op`'s own loops.
  llvm::SmallVector<mlir::AffineExpr> counters;
};

/// An index that may lie in padding: from `-low` on, and inside in 0 to `size`
/// - 1. What is outside changes nothing, so that loops leave it out.
struct WindowClamp {
  unsigned depth;
  LinearIndex index;
  int64_t low, size;
};

struct WindowOperands {
  /// Of what is stored.
  unsigned rank = 0;
  /// Of all loops: `rank` over what is stored, the others over the depth.
  llvm::SmallVector<int64_t> sizes;
  /// From the outside in, merged.
  llvm::SmallVector<LoopDim> rows, depths;
  /// Of all loops: whether a window slides by it.
  llvm::SmallVector<bool> slides;
  /// Operands before what is computed from them.
  std::vector<WindowValue> values;
  unsigned root = 0;
  std::optional<unsigned> reduction;
  llvm::SmallVector<WindowClamp> clamps;
  WindowAccess output;
  /// Vectors start at multiples of their length; this is what all lengths must
  /// divide, if it is not 0.
  int64_t panelWidth = 0;
};

/// Loops from `first` to before `end`: neighbouring ones that step evenly
/// through every buffer are one.
llvm::SmallVector<LoopDim> mergeLoops(const WindowOperands &operands,
                                      unsigned first, unsigned end);

/// Whether no step of a loop over what is stored reads what another one reads,
/// but for what all steps read.
bool areStepsApart(const WindowOperands &operands, const LoopDim &loop);

/// Says what `kernel` computes. Fails, after an error, on what there is no code
/// for.
llvm::FailureOr<WindowOperands> matchWindow(mlir::func::FuncOp kernel);

} // namespace nascent::kernels

#endif // NASCENT_LIB_KERNELS_WINDOWOPERANDS_H
