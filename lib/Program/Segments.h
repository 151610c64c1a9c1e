//===- Segments.h - Layers that take equally many rows at a time -*- C++ -*-==//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A large image is best taken through its layers alone, while a weight that is
// larger than what it is multiplied by wants many rows for each time that it is
// read. A network of both is cut where one kind of layers follows the other;
// rows then go through each segment so many at a time as suit it.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_PROGRAM_SEGMENTS_H
#define NASCENT_LIB_PROGRAM_SEGMENTS_H

#include "BatchRows.h"
#include "nascent/Kernels/KernelPlan.h"
#include <string>

namespace nascent::program {

/// Neighbouring operations of a network's function on tensors.
struct Segment {
  kernels::Walk walk = kernels::Walk::Any;
  /// In their order, with the parameters that they need.
  llvm::SmallVector<mlir::Operation *> ops;
  /// What it reads and writes, and the names of these: x0, … for the network's
  /// inputs, y0, … for its outputs, h0, … for what is left for other segments.
  llvm::SmallVector<mlir::Value> reads, writes;
  llvm::SmallVector<std::string> readNames, writeNames;
  /// The most bytes of a row, and of one that is an image, before and after an
  /// operation, and those of all parameters.
  RowBytes rowBytes;
  int64_t parameterBytes = 0;

  nn::LaunchOp getFirst() const {
    return llvm::cast<nn::LaunchOp>(
        *llvm::find_if(ops, llvm::IsaPred<nn::LaunchOp>));
  }
};

/// All of a function of launches as one segment.
llvm::SmallVector<Segment, 0> takeWhole(mlir::func::FuncOp function,
                                        const BatchRows &batch);

/// The segments of a function of launches, in their order. There is one, of
/// all operations, where the network has layers of one kind only, or where what
/// lies between two kinds has no rows of the batch.
llvm::SmallVector<Segment, 0> cutSegments(mlir::func::FuncOp function,
                                          const BatchRows &batch,
                                          const kernels::VectorTarget &target);

} // namespace nascent::program

#endif // NASCENT_LIB_PROGRAM_SEGMENTS_H
