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
#include "mlir/IR/OperationSupport.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include <functional>

namespace nascent::program {

using Sizes = llvm::SmallVector<mlir::OpFoldResult>;

/// An open size of a tensor where it is a value already; null where it is to be
/// computed. Those of inputs always are.
using GivenSize = std::function<mlir::Value(mlir::Value tensor, int64_t dim)>;

/// The open sizes of inputs, of which `sizes` are those that `forward` names in
/// `nn.sizes`.
GivenSize sizesOfInputs(mlir::func::FuncOp forward, mlir::ValueRange sizes);

/// Computes, at one place, what a network's function on tensors computes of
/// sizes: each of them once.
class OpenDims {
public:
  OpenDims(mlir::ImplicitLocOpBuilder &builder, GivenSize given)
      : b(builder), given(std::move(given)) {}

  OpenDims(const OpenDims &) = delete;

  mlir::OpFoldResult sizeOf(mlir::Value tensor, int64_t dim);
  Sizes sizesOf(mlir::Value tensor);
  /// How many elements a tensor has.
  mlir::OpFoldResult elementsOf(mlir::Value tensor);
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
  /// Operations that compute the same are equal.
  struct Computes : llvm::DenseMapInfo<mlir::Operation *> {
    static unsigned getHashValue(mlir::Operation *op);
    static bool isEqual(mlir::Operation *a, mlir::Operation *b);
  };

  mlir::OpFoldResult openSizeOf(mlir::Value tensor, int64_t dim);
  /// The value of `op`, which has just been made, or of an equal one before it.
  mlir::Value unique(mlir::Operation *op);

  mlir::ImplicitLocOpBuilder &b;
  GivenSize given;
  llvm::DenseMap<mlir::Value, mlir::Value> emitted;
  llvm::DenseSet<mlir::Operation *, Computes> computed;
};

} // namespace nascent::program

#endif // NASCENT_LIB_PROGRAM_OPENDIMS_H
