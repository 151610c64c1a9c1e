//===- StridedBuffer.h - Buffers as loops see them --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Whatever indices a buffer has, a step of a loop is a step of some length
// through memory. That is all that loops need to know of it.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_KERNELS_STRIDEDBUFFER_H
#define NASCENT_LIB_KERNELS_STRIDEDBUFFER_H

#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "nascent/Kernels/ContractionDims.h"

namespace nascent::kernels {

/// A loop over neighbouring dimensions of an op.
struct LoopDim {
  int64_t size;
  /// The one that a step of the loop is a step of; none in a loop of one step
  /// that stands for no dimension.
  std::optional<unsigned> dim;
};

/// A buffer, and how far apart in it a step of each of the op's dimensions is.
struct StridedBuffer {
  mlir::Value buffer;
  llvm::SmallVector<int64_t> strides;
  int64_t offset = 0;

  int64_t strideOf(const LoopDim &loop) const {
    return loop.dim ? strides[*loop.dim] : 0;
  }
  /// The buffer with an index for each of `loops`, and one for neighbouring
  /// columns if there are any. It is the buffer itself where that is how it is.
  mlir::Value view(mlir::ImplicitLocOpBuilder &b, llvm::ArrayRef<LoopDim> loops,
                   int64_t columns) const;
};

/// The argument of a kernel that `buffer` is, or is a part of.
mlir::Value baseOf(mlir::Value buffer);

/// How many steps `loops` take in all.
int64_t countSteps(llvm::ArrayRef<LoopDim> loops);

/// How far apart the elements of a buffer are, and where the first one is.
struct Distances {
  llvm::SmallVector<int64_t> strides;
  int64_t offset;
};

/// Fails, after an error at `op`, where they are not known or negative.
llvm::FailureOr<Distances> distancesOf(mlir::Value buffer, mlir::Operation *op);

/// `buffer` as `op` indexes it by the counters of so many `loops`. Fails, after
/// an error, where 64 bits cannot count the distances.
llvm::FailureOr<StridedBuffer> stride(mlir::Operation *op, unsigned loops,
                                      mlir::Value buffer,
                                      const Distances &distances,
                                      llvm::ArrayRef<LinearIndex> indices);

} // namespace nascent::kernels

#endif // NASCENT_LIB_KERNELS_STRIDEDBUFFER_H
