//===- NetworkFunctions.h - What passes may take for granted ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Between `convert-nn-to-linalg` and `nascent-outline-kernels` a network is one
// function, on tensors and then on buffers. What is promised of it is checked
// here and nowhere else. Each check fails after an error.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_KERNELS_NETWORKFUNCTIONS_H
#define NASCENT_KERNELS_NETWORKFUNCTIONS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"
#include "nascent/Dialect/NN/IR/NNOps.h"

namespace nascent::kernels {

/// The networks' functions that have a body.
llvm::SmallVector<mlir::func::FuncOp>
getNetworkFunctions(mlir::ModuleOp module);

/// A network's function on tensors: one block, of whose values at most the
/// first dimension is open, and in which each parameter is loaded once, and
/// stored once, at the end.
llvm::LogicalResult verifyOnTensors(mlir::func::FuncOp function);

/// The same once kernels are formed: besides launches, it holds parameters,
/// views, values that are joined or taken apart, and the sizes that these need.
llvm::LogicalResult verifyLaunches(mlir::func::FuncOp function);

/// A network's function on buffers: parameters, temporaries, views of buffers
/// and launches.
llvm::LogicalResult verifyOnBuffers(mlir::func::FuncOp function);

/// Whether an operation only says how large something is.
bool isSize(mlir::Operation *op);

/// The only use of `value` that reads its elements; null where there is none,
/// or several: it is then needed in memory.
mlir::OpOperand *findReader(mlir::Value value);

/// Whether an operation is a table of numbers, which kernels read from memory.
bool isTable(mlir::Operation *op);

/// Whether `op` is not computed once, but wherever it is needed: a size, a
/// constant, what fills a tensor with one, how a parameter is read, or what is
/// around a value that windows reach beyond.
bool isDescription(mlir::Operation *op);

/// Whether an operation shows a value's elements in another shape.
bool isView(mlir::Operation *op);

/// The dimensions of a value of `rank` as rows and columns, the columns being
/// those from `split` on; all of them as one for a split of 0.
llvm::SmallVector<mlir::ReassociationIndices> splitDims(int64_t rank,
                                                        int64_t split);

/// The name of what a network's function computes part of: "mlp.layer_0.rows_4"
/// for the part "layer_0" of "mlp.forward.rows_4".
std::string nameOfPart(mlir::func::FuncOp function, const llvm::Twine &part);

} // namespace nascent::kernels

#endif // NASCENT_KERNELS_NETWORKFUNCTIONS_H
