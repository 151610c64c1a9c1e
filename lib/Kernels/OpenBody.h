//===- OpenBody.h - Tensors of dynamic shape, by element --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In a kernel some of whose sizes are its arguments, every tensor is a function
// of the counters of its loops, as indexing maps say, down to buffers.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_KERNELS_OPENBODY_H
#define NASCENT_LIB_KERNELS_OPENBODY_H

#include "KernelBody.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace nascent::kernels {

/// An index of neighbouring lanes: `base`, which null stands for 0 in, and
/// `offset` of the first one, each of the next ones `step` further.
struct OpenIndex {
  mlir::Value base;
  int64_t offset = 0;
  int64_t step = 0;
};

/// The elements that a vector has: `active` of `lanes` neighbours along the
/// last of the dimensions that the kernel stores.
struct OpenCell {
  /// Of what is stored.
  llvm::SmallVector<OpenIndex> indices;
  int64_t lanes = 1, active = 1;
  /// Where the reduction has come to; null where there is none.
  mlir::Value sum;
};

class OpenBody {
public:
  OpenBody(mlir::ImplicitLocOpBuilder &builder, KernelBody &body,
           mlir::linalg::LinalgOp reduction)
      : b(builder), body(body), reduction(reduction) {}

  using Indices = llvm::SmallVector<OpenIndex>;

  /// Whether vectors of `lanes` can be made of `tensor`, where its indices have
  /// these steps: whether all are at distances that are known.
  bool hasVectors(mlir::Value tensor, llvm::ArrayRef<int64_t> steps,
                  int64_t lanes);

  /// `tensor` at `indices`: a vector, or a scalar that is the same in all
  /// lanes.
  mlir::Value evaluate(mlir::Value tensor, llvm::ArrayRef<OpenIndex> indices,
                       const OpenCell &cell);
  /// The inputs of `op` at the counters of its loops.
  llvm::SmallVector<mlir::Value> evaluateInputs(mlir::linalg::LinalgOp op,
                                                llvm::ArrayRef<OpenIndex> loops,
                                                const OpenCell &cell);
  mlir::Value apply(mlir::linalg::LinalgOp op, mlir::ValueRange operands,
                    llvm::ArrayRef<OpenIndex> loops, int64_t lanes);
  /// An index of all lanes.
  mlir::Value lanesOf(const OpenIndex &index, int64_t lanes);
  void store(mlir::Value value, mlir::Value buffer, const OpenCell &cell);

  OpenIndex evaluateIndex(mlir::AffineExpr expr,
                          llvm::ArrayRef<OpenIndex> loops);
  mlir::Value valueOf(const OpenIndex &index);
  mlir::Value number(int64_t value);

private:
  mlir::Value load(mlir::Value buffer, llvm::ArrayRef<OpenIndex> indices,
                   const OpenCell &cell);
  OpenIndex add(const OpenIndex &x, const OpenIndex &y);
  OpenIndex times(const OpenIndex &x, int64_t factor);
  OpenIndex divide(const OpenIndex &x, int64_t divisor, bool isQuotient);
  /// Where `view` has the element, in what it is a view of.
  Indices seenThrough(mlir::Operation *view, llvm::ArrayRef<OpenIndex> indices);

  mlir::ImplicitLocOpBuilder &b;
  KernelBody &body;
  mlir::linalg::LinalgOp reduction;
};

/// The loops of `op`, from where its result is: which of the result's
/// dimensions each is, none for those that are reduced.
llvm::SmallVector<std::optional<unsigned>>
loopsOfResult(mlir::linalg::LinalgOp op);

} // namespace nascent::kernels

#endif // NASCENT_LIB_KERNELS_OPENBODY_H
