//===- OpenDims.h - Sizes computed from arguments ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_PROGRAM_OPENDIMS_H
#define NASCENT_LIB_PROGRAM_OPENDIMS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "llvm/ADT/DenseMap.h"

namespace nascent::program {

using Sizes = llvm::SmallVector<mlir::OpFoldResult>;

/// Computes, in another function, what a network's function on tensors computes
/// of sizes. There, the open sizes of inputs are values.
class OpenDims {
public:
  /// `sizes` are the values of those that `forward` names in `nn.sizes`.
  OpenDims(mlir::ImplicitLocOpBuilder &builder, mlir::func::FuncOp forward,
           mlir::ValueRange sizes);

  OpenDims(const OpenDims &) = delete;

  mlir::OpFoldResult sizeOf(mlir::Value tensor, int64_t dim);
  Sizes sizesOf(mlir::Value tensor);
  /// What a number, or a size, of the network's function is here.
  mlir::Value emit(mlir::Value number);
  Sizes emitAll(llvm::ArrayRef<mlir::OpFoldResult> numbers);

  mlir::OpFoldResult add(mlir::OpFoldResult a, mlir::OpFoldResult b);
  mlir::OpFoldResult multiply(mlir::OpFoldResult a, mlir::OpFoldResult b);
  mlir::Value valueOf(mlir::OpFoldResult size);
  /// How far apart neighbours along each dimension are where nothing is between
  /// them.
  Sizes stridesOf(llvm::ArrayRef<mlir::OpFoldResult> sizes);

private:
  mlir::OpFoldResult openSizeOf(mlir::Value tensor, int64_t dim);

  mlir::ImplicitLocOpBuilder &b;
  mlir::func::FuncOp forward;
  llvm::SmallVector<mlir::Value> sizes;
  llvm::DenseMap<mlir::Value, mlir::Value> emitted;
};

} // namespace nascent::program

#endif // NASCENT_LIB_PROGRAM_OPENDIMS_H
