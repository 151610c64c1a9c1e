//===- BufferPlaces.h - Where the values of a network are -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What is returned is computed where the caller wants it, what is joined to
// others at its place in the result, and what a parameter becomes where that
// is, so that none of them is copied. Whatever makes that impossible, such as a
// second place that a value should have, leaves it a place of its own. Training
// keeps many values; there a gradient takes the place of the last that it
// reads.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_PROGRAM_BUFFERPLACES_H
#define NASCENT_LIB_PROGRAM_BUFFERPLACES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "nascent/Dialect/NN/IR/NNOps.h"

namespace nascent::program {

/// The buffer of a value that lies alone in memory.
mlir::MemRefType bufferType(mlir::Type type);

/// The dimensions of the larger of its two shapes that are one of the other.
llvm::SmallVector<mlir::ReassociationIndices> groupsOf(mlir::Operation *view);

/// A buffer of `type` in the shape of `shape`, whose dimensions are groups of
/// its own, or it is of groups of them; null where elements lie too far apart.
mlir::MemRefType reshaped(mlir::MemRefType type, mlir::ShapedType shape,
                          llvm::ArrayRef<mlir::ReassociationIndices> groups);

/// A buffer of `type` as rows and columns, the columns being the dimensions
/// from `split` on, or as one dimension for 0; null where elements lie too far
/// apart.
mlir::MemRefType splitAt(mlir::MemRefType type, int64_t split);

/// The same of a buffer for which that is possible.
mlir::Value createSplit(mlir::OpBuilder &builder, mlir::Location loc,
                        mlir::Value buffer, int64_t split);

/// Where operand `index` of a concatenation begins in its result.
llvm::SmallVector<int64_t> offsetsOf(mlir::tensor::ConcatOp concat,
                                     unsigned index);

/// A value's place.
struct Place {
  enum Kind {
    /// A temporary of its own.
    Own,
    /// The output `index`.
    Output,
    /// What the function's `index`-th store gives it to.
    Storage,
    /// That of `whole`, a view of the value.
    View,
    /// A part of that of `whole`: of a concatenation, its operand `index`.
    Part,
    /// That of `whole`, an operand of its launch that ends there.
    Over
  };
  Kind kind;
  mlir::Value whole;
  unsigned index;
};

class BufferPlaces {
public:
  /// Finds the places of what `function`'s launches and concatenations compute.
  /// Its sizes are known.
  explicit BufferPlaces(mlir::func::FuncOp function);

  /// The place of a value that has one; null for inputs, parameters, and what
  /// is seen of other values.
  const Place *lookup(mlir::Value value) const {
    auto it = places.find(value);
    return it == places.end() ? nullptr : &it->second.place;
  }

private:
  /// A place, and the buffer that will be there.
  struct TypedPlace {
    Place place;
    mlir::MemRefType type;
  };

  /// Has `value`, and what it is a view of, be written at `place`. Does nothing
  /// where that is impossible.
  void claim(mlir::Value value, Place place, mlir::MemRefType type);
  /// Has parameters and gradients be updated where they are, if nothing else is
  /// to read what they were.
  void claimStorages(mlir::func::FuncOp function);
  void claimOperands(mlir::tensor::ConcatOp concat);
  void allocate(mlir::Value result);
  /// Has a launch write its only result over an operand, if nothing else is to
  /// read that.
  void writeOver(nn::LaunchOp launch);
  /// The last operation that reads `value`, or what is seen of it.
  mlir::Operation *lastReaderOf(mlir::Value value);

  llvm::DenseMap<mlir::Value, TypedPlace> places;
  llvm::DenseMap<mlir::Value, mlir::Operation *> lastReaders;
};

} // namespace nascent::program

#endif // NASCENT_LIB_PROGRAM_BUFFERPLACES_H
