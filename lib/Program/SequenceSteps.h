//===- SequenceSteps.h - Where steps are in each value ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A sequence can come block by block where each step of the outputs follows
// from the same step of the inputs, from what recurrences have left, and from
// the steps before it that padding stands for. So the dimension of the steps is
// followed from the inputs to the outputs; whatever mixes steps is refused.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_PROGRAM_SEQUENCESTEPS_H
#define NASCENT_LIB_PROGRAM_SEQUENCESTEPS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "llvm/ADT/MapVector.h"

namespace nascent::program {

/// Where the steps are in a value.
struct StepDim {
  unsigned dim;
  /// The sizes that are merged with them in this dimension, before and behind.
  llvm::SmallVector<int64_t, 2> before = {}, behind = {};
  /// How many steps of earlier blocks come before the block's first one.
  int64_t lead = 0;

  bool isMerged() const { return !before.empty() || !behind.empty(); }
  bool operator==(const StepDim &other) const {
    return dim == other.dim && isAlike(other) && lead == other.lead;
  }
  /// Whether the same is merged with the steps.
  bool isAlike(const StepDim &other) const {
    return before == other.before && behind == other.behind;
  }
};

/// Where steps are once the dimensions of `shape` are merged as `groups` say.
StepDim merge(const StepDim &from, llvm::ArrayRef<int64_t> shape,
              llvm::ArrayRef<mlir::ReassociationIndices> groups);
/// Where steps are once a dimension is split into those of `shape` that
/// `groups` say; none where they are in several.
std::optional<StepDim> split(const StepDim &from, llvm::ArrayRef<int64_t> shape,
                             llvm::ArrayRef<mlir::ReassociationIndices> groups);
/// The dimensions of a view that others are merged from, or split into.
std::pair<mlir::RankedTensorType, llvm::SmallVector<mlir::ReassociationIndices>>
groupsOfView(mlir::Operation *view);

class SequenceSteps {
public:
  explicit SequenceSteps(mlir::func::FuncOp function) : function(function) {}

  /// Follows the steps through a network's function on tensors. Fails, after an
  /// error, where it does not come to the same block by block.
  llvm::LogicalResult follow();

  /// Where the steps are in a value; null where it has none.
  const StepDim *lookup(mlir::Value value) const {
    auto it = steps.find(value);
    return it == steps.end() ? nullptr : &it->second;
  }

  mlir::func::FuncOp getFunction() const { return function; }

  /// An input, with where its steps are.
  const std::pair<mlir::Value, StepDim> &getInput() const {
    return inputs.front();
  }

  /// How many steps a block has; `?` where that is open.
  int64_t getLength() const {
    auto &[input, own] = inputs.front();
    return llvm::cast<mlir::RankedTensorType>(input.getType())
        .getDimSize(own.dim);
  }

  /// The operations whose result depends on a step's place in the sequence: by
  /// its index, as a word, or as row of a table. Steps are their second loop.
  llvm::ArrayRef<mlir::linalg::GenericOp> getPlaced() const { return placed; }
  /// Whether an operand of such an operation is the table.
  static bool isTableOfPlaces(mlir::linalg::GenericOp op,
                              mlir::OpOperand &operand);

private:
  llvm::LogicalResult findInputs();
  llvm::LogicalResult findOpenInputs();
  /// Notes of inputs where their steps are, when they are there in `value`.
  bool trace(mlir::Value value, StepDim steps);
  void traceLinalg(mlir::linalg::LinalgOp op, unsigned result,
                   const StepDim &steps);

  llvm::LogicalResult refuse(mlir::Operation *op, const llvm::Twine &why);
  llvm::LogicalResult followOp(mlir::Operation &op);
  llvm::LogicalResult followView(mlir::Operation &op);
  llvm::LogicalResult followLinalg(mlir::linalg::LinalgOp op);
  llvm::LogicalResult followRecurrence(nn::RecurrenceOp op);
  llvm::LogicalResult followPad(mlir::tensor::PadOp op);
  llvm::LogicalResult followConcat(mlir::tensor::ConcatOp op);
  llvm::LogicalResult followSlice(mlir::tensor::ExtractSliceOp op);
  llvm::LogicalResult followReturn(mlir::func::ReturnOp op);
  /// The loop by which `op` goes through the steps of an operand, and how many
  /// of them it reads before the one that it computes. The loop is `known` from
  /// another operand, where there is one.
  llvm::LogicalResult findLoop(mlir::linalg::LinalgOp op,
                               mlir::OpOperand &operand,
                               std::optional<unsigned> known, unsigned &loop,
                               int64_t &reach);
  /// Notes that `op` depends on the place of a step, which is `loop`, if it is
  /// known how.
  bool takePlaces(mlir::linalg::LinalgOp op, unsigned loop);
  /// Whether steps follow from the same loop in all operands.
  llvm::LogicalResult verifyOperands(mlir::linalg::LinalgOp op, unsigned loop);

  mlir::func::FuncOp function;
  llvm::MapVector<mlir::Value, StepDim> inputs;
  llvm::DenseMap<mlir::Value, StepDim> steps;
  llvm::SmallVector<mlir::linalg::GenericOp> placed;
  /// What follows from the last step alone.
  llvm::DenseSet<mlir::Value> lasts;
  /// Whether an input's steps were found only on the way.
  bool isAgain = false;
};

} // namespace nascent::program

#endif // NASCENT_LIB_PROGRAM_SEQUENCESTEPS_H
