//===- PanelLayout.h - Tensors that are stored in panels --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A weight is read from its panels by `linalg.unpack`; its gradient, of the
// same shape, is stored in them by `linalg.pack`. To kernels both say how a
// tensor lies in memory, and nothing is computed for them.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_KERNELS_PANELLAYOUT_H
#define NASCENT_LIB_KERNELS_PANELLAYOUT_H

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace nascent::kernels {

/// Where the elements of a tensor are whose neighbours in one dimension lie in
/// panels.
struct PanelLayout {
  /// The dimension of the tensor, how many neighbours a panel has, and how many
  /// panels there are.
  unsigned dim;
  int64_t width, panels;
  /// How far apart the tensor's elements are; in `dim`, panels.
  llvm::SmallVector<int64_t> strides;
};

/// That of a tensor that `op`, a `linalg.pack` or `linalg.unpack`, packs or
/// unpacks, by the strides of the buffer with panels. Nothing unless panels are
/// of one dimension, with the elements of each row of them side by side.
std::optional<PanelLayout> layoutOf(mlir::linalg::PackOp op,
                                    llvm::ArrayRef<int64_t> strides);
std::optional<PanelLayout> layoutOf(mlir::linalg::UnPackOp op,
                                    llvm::ArrayRef<int64_t> strides);

/// Fails, after an error, on panels that are wider than there is code for.
llvm::LogicalResult verifyUnpack(mlir::linalg::UnPackOp op);

/// What a kernel's value is packed by before it is stored; null where it is
/// stored as it is.
mlir::linalg::PackOp
findPack(mlir::bufferization::MaterializeInDestinationOp store);

/// The same of the kernel that computes `op`.
mlir::linalg::PackOp findPack(mlir::linalg::LinalgOp op);

/// What the second operand of `op`, a matrix, is unpacked from, where that has
/// panels of the only depth, each of all columns; else null.
mlir::linalg::UnPackOp findAcrossPanels(mlir::linalg::LinalgOp op);

/// The type of the buffer in which the kernel of such an `op` turns what a tile
/// reads of these panels: rows of `width` columns.
mlir::MemRefType turnedType(mlir::linalg::UnPackOp unpack, int64_t width);

/// Whether `unpack` takes apart what `pack` puts together.
bool areInverse(mlir::linalg::UnPackOp unpack, mlir::linalg::PackOp pack);

/// The tensor that `tensor` is unpacked from, or itself.
mlir::Value storedFormOf(mlir::Value tensor);

} // namespace nascent::kernels

#endif // NASCENT_LIB_KERNELS_PANELLAYOUT_H
