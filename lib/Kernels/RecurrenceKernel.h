//===- RecurrenceKernel.h - Kernels that go through sequences ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_KERNELS_RECURRENCEKERNEL_H
#define NASCENT_LIB_KERNELS_RECURRENCEKERNEL_H

#include "KernelEmitter.h"
#include "nascent/Dialect/NN/IR/NNOps.h"

namespace nascent::kernels {

/// Emits a recurrence as a loop over steps. A step is two nests: the product of
/// the states with the weight, which is a contraction like any other, and what
/// the gates make of it, unit by unit in vectors. Between them the sums are in
/// memory, so that states can change where they are.
///
/// A small step of one row has its sums in vectors instead.
///
/// Where all sizes are known, a step is that of all rows, so that they share
/// what they read of the weight; parts share out rows, whose steps wait for
/// nothing that another part computes. Where sizes are arguments, rows go
/// through the sequence one after the other, the last one first: each has its
/// states where those of the first one are in the end.
class RecurrenceKernel : KernelEmitter {
public:
  RecurrenceKernel(mlir::func::FuncOp kernel, nn::RecurrenceOp recurrence,
                   const VectorTarget &target, int64_t networkBytes,
                   bool strict);

  /// Whether one row is computed, whose steps wait for one another.
  bool hasOneRow() {
    return mlir::cast<mlir::MemRefType>(sums.getType()).getDimSize(0) == 1;
  }

  /// Fails, after an error, on what there is no code for.
  llvm::LogicalResult emit();

  /// How the recurrence is computed, for people.
  std::string describe() const { return description; }

  unsigned getNumTiles() const { return numTiles; }

private:
  /// The first row of `buffer` where sizes are arguments, else all of them.
  mlir::Value rowsOf(mlir::Value buffer);
  /// How many there are along a dimension of the steps.
  mlir::Value sizeOf(unsigned dim);
  /// Emits `inside` for each row of this part.
  void forEachRow(llvm::function_ref<void(mlir::Value)> inside);
  /// Emits `inside` for vectors that all units of a row are in.
  void forEachUnits(mlir::Value row,
                    llvm::function_ref<void(const Position &)> inside);
  /// Emits `inside` for each value that `buffer` has of a unit, with its column
  /// and whether vectors from there on begin at multiples of the lanes.
  void forEachValue(
      mlir::Value buffer, const Position &position,
      llvm::function_ref<void(mlir::Value column, bool isMultiple)> inside);
  /// Stores a vector, or a scalar in all of its lanes.
  void store(mlir::Value value, mlir::Value buffer, mlir::ValueRange indices,
             const Position &position);
  /// Gives a row, whose states are in row `own` of their buffers, the first
  /// ones.
  void beginStates(mlir::Value row, mlir::Value own);
  /// Multiplies the states by the weight, in the `turn`-th turn of a loop.
  llvm::LogicalResult emitProduct(mlir::Value turn);
  /// What the input contributes at a step, from `column` on.
  mlir::Value emitInput(mlir::Value step, mlir::Value column,
                        const Position &position);
  /// Whether a row has a step; null where each has all.
  mlir::Value emitIsThere(mlir::Value row, mlir::Value step);
  /// What the body reads of units at a step: of `row`, whose states are in row
  /// `own` of their buffers, and whose sums may be in vectors.
  llvm::SmallVector<mlir::Value> readCell(mlir::Value row, mlir::Value own,
                                          mlir::Value step,
                                          const Position &position,
                                          llvm::ArrayRef<mlir::Value> rowSums);
  /// Stores the states that follow from that.
  void writeCell(mlir::Value row, mlir::Value own, mlir::Value step,
                 const Position &position, mlir::ValueRange elements,
                 llvm::SmallVector<mlir::Value> next, mlir::Value isThere);
  /// Replaces the states of a row at a step.
  void emitCell(mlir::Value row, mlir::Value own, mlir::Value step);
  /// The sums of a step, in vectors.
  Sums emitSums(mlir::Value own);
  /// Those of a gate, for units at a position.
  mlir::Value sumOf(llvm::ArrayRef<mlir::Value> rowSums, int64_t gate,
                    const Position &position);
  /// Emits the loop over steps. `cells` has the ones of a step.
  llvm::LogicalResult
  emitSteps(llvm::function_ref<void(mlir::Value step)> cells);
  llvm::LogicalResult emitOneByOne();
  llvm::LogicalResult emitTogether();

  mlir::func::FuncOp kernel;
  nn::RecurrenceOp recurrence;
  int64_t networkBytes;
  bool isOpen;
  /// As for `planContraction`.
  bool strict;
  mlir::Value sums;
  llvm::SmallVector<mlir::Value> steps, sequences;
  /// Where the kernel computes what steps would hold: the input, the weight in
  /// panels, and the bias, if it has one. Null elsewhere.
  mlir::Value input, inputWeight, inputBias;
  /// What that gives for each gate of all units; none where cells compute it.
  llvm::SmallVector<mlir::Value> inputs;
  /// What states begin as; none where that is zeros.
  llvm::SmallVector<mlir::Value> initial;
  /// How many steps each row has; null where all have all.
  mlir::Value lengths;
  /// As they are multiplied, and as others see them.
  llvm::SmallVector<mlir::Value> states, results;
  /// Which product of a step is emitted, where there are two.
  std::optional<unsigned> product;
  int64_t units;
  /// The weight in panels where sums are in vectors, and what they are added
  /// onto, if anything; else null.
  mlir::Value weight, bias;
  /// How the product goes through rows; so does everything else, for the parts
  /// to have the same ones.
  llvm::SmallVector<RowBlocks, 2> rowTiles;
  std::string description;
  unsigned numTiles = 0;
};

} // namespace nascent::kernels

#endif // NASCENT_LIB_KERNELS_RECURRENCEKERNEL_H
