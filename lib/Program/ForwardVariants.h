//===- ForwardVariants.h - The functions of one entry point -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A network's entry point calls one function, or walks the batch with several:
// of each segment, one for each number of rows that it is walked with.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_PROGRAM_FORWARDVARIANTS_H
#define NASCENT_LIB_PROGRAM_FORWARDVARIANTS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include <optional>
#include <string>

namespace nascent::program {

/// A function that computes some rows of a segment, or all rows of everything.
struct Variant {
  mlir::func::FuncOp op;
  /// How many rows; 0 where it is all.
  int64_t rows = 0;
  /// The names of its buffers, inputs and then outputs (`nn.reads`).
  llvm::SmallVector<std::string> values;

  mlir::func::FuncOp getFunction() const { return op; }
  mlir::MemRefType getType(unsigned value) const {
    return llvm::cast<mlir::MemRefType>(
        getFunction().getArgumentTypes()[1 + value]);
  }
  /// The bytes of one row of a value.
  int64_t getRowBytes(unsigned value) const {
    return getType(value).getNumElements() / rows * sizeof(float);
  }
  mlir::MemRefType getScratch() const {
    return llvm::cast<mlir::MemRefType>(
        getFunction().getArgumentTypes().back());
  }
};

class ForwardVariants {
public:
  /// What `functions`, those of one entry point with their buffers planned,
  /// are together. Fails, after an error, where they are not what
  /// `nascent-walk-batch` and the passes behind it make.
  static llvm::FailureOr<ForwardVariants>
  match(llvm::ArrayRef<mlir::func::FuncOp> functions);

  /// The variants of each segment, largest number of rows first.
  llvm::ArrayRef<llvm::SmallVector<Variant, 3>> getSegments() const {
    return segments;
  }
  const Variant &getFirst() const { return segments.front().front(); }

  /// Whether the batch is walked, with functions for some rows.
  bool hasBlocks() const { return getFirst().rows > 0; }
  /// How many rows there are, where that is known and the batch is walked.
  std::optional<int64_t> getBatch() const { return batch; }
  bool isOpen() const { return hasBlocks() && !batch; }
  /// How many rows go through all segments before the next ones do: each number
  /// that the batch is walked with, largest first.
  llvm::ArrayRef<int64_t> getTogether() const { return together; }

  /// The buffers of the network, by their names: for a network that is walked,
  /// any variant's.
  llvm::ArrayRef<mlir::MemRefType> getInputs() const { return inputs; }
  llvm::ArrayRef<mlir::MemRefType> getOutputs() const { return outputs; }
  /// Where in scratch a value begins that one segment leaves for others; none
  /// for the network's own.
  std::optional<int64_t> findOffset(llvm::StringRef value) const;
  /// Where the variants' own scratch begins.
  int64_t getHiddenBytes() const { return hiddenBytes; }
  int64_t getScratchBytes() const;

private:
  llvm::LogicalResult collect(llvm::ArrayRef<mlir::func::FuncOp> functions);
  llvm::LogicalResult verifySegment(llvm::ArrayRef<Variant> variants);
  llvm::LogicalResult findTogether();
  llvm::LogicalResult collectValues();
  /// Gives values that one segment leaves for others their places in scratch.
  llvm::LogicalResult placeHidden();
  /// Checks that a segment has functions for so many rows.
  llvm::LogicalResult verifyCover(llvm::ArrayRef<Variant> variants,
                                  int64_t rows);

  llvm::SmallVector<llvm::SmallVector<Variant, 3>, 1> segments;
  std::optional<int64_t> batch;
  llvm::SmallVector<int64_t> together;
  llvm::SmallVector<mlir::MemRefType> inputs, outputs;
  /// The names of values that one segment leaves for others, with their places.
  llvm::SmallVector<std::pair<std::string, int64_t>> hidden;
  int64_t hiddenBytes = 0;
};

} // namespace nascent::program

#endif // NASCENT_LIB_PROGRAM_FORWARDVARIANTS_H
