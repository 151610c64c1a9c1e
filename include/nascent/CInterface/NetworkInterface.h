//===- NetworkInterface.h - What a C program sees of a network --*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The module attribute `nn.interfaces`, as C++ reads it.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_CINTERFACE_NETWORKINTERFACE_H
#define NASCENT_CINTERFACE_NETWORKINTERFACE_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/BuiltinTypes.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "llvm/ADT/ArrayRef.h"
#include <memory>
#include <string>
#include <vector>

namespace nascent {

/// One parameter, as `<net>_parameters[]` and the header describe it.
struct ParameterInterface {
  std::string name;
  std::vector<std::string> aliases;
  std::vector<int64_t> shape;
  /// The registered initialiser, as it is written in the IR.
  std::string init;
};

/// On a public function that takes an open batch in blocks, each with a scratch
/// of its own: what `EntryInterface::blocks` is to be.
inline constexpr llvm::StringLiteral kBlocksAttrName = "nn.blocks";

/// One forward function.
struct EntryInterface {
  /// The label of its binding; empty for the only one.
  std::string label;
  /// With an open batch, dimension 0 of every input and output is dynamic.
  std::vector<mlir::RankedTensorType> inputs;
  std::vector<mlir::RankedTensorType> outputs;
  int64_t scratchBytes = 0;
  /// How many steps its step function has; 0 where it has none.
  int64_t steps = 0;
  /// Whether it runs on a team of OpenMP threads.
  bool isParallel = false;
  /// Where more than the batch is open: the arguments of all open sizes, the
  /// elements of each input, then of each output, and what the sizes must
  /// fulfil, as C has them.
  std::vector<std::string> sizes = {}, elements = {}, conditions = {};
  /// Of each input, one more than the greatest index that there is, and 0 where
  /// it is no indices; empty where none is.
  std::vector<int64_t> limits = {};
  /// Of each input that is how long rows are, the greatest length: a number, or
  /// one of `sizes`. Empty for the others, and where no input is.
  std::vector<std::string> lengths = {};
  /// What several inputs are called, where the model says so.
  std::vector<std::string> names = {};
  /// Where layers of a stream depend on a step's place in the sequence: how
  /// many steps there may be. 0 elsewhere.
  int64_t places = 0;
  /// Where it is trained by a loss: what that compares the output with, and the
  /// bytes of scratch that this needs. Null elsewhere.
  mlir::RankedTensorType target = {};
  int64_t trainingScratchBytes = 0;
  /// If the target is labels, how many there are, and the one that does not
  /// count.
  int64_t numLabels = 0, ignoredLabel = -100;
  /// What the loss of each label is multiplied by; empty where that is 1.
  std::vector<double> weights = {};
  /// Whether the network ends in the loss, so that the target is no argument of
  /// its own. If it is labels, they are this input.
  bool endsInLoss = false;
  size_t labelInput = 0;
  /// Whether the program computes the loss itself.
  bool hasOwnLoss = false;
  /// There, how many rows of an open batch go through the network at a time,
  /// and the bytes of scratch that so many need: in pairs.
  std::vector<int64_t> blocks = {};
  /// Whether layers are random while it is trained.
  bool isRandom = false;
  /// Whether it is trained on a team of OpenMP threads, too.
  bool isTrainedInParallel = false;
  /// How many steps each function has that trains it step by step; 0 where
  /// there are none.
  int64_t trainingSteps = 0;

  /// Whether something is open: the batch, or more.
  bool hasOpenDims() const;
  /// Whether more than the batch is.
  bool hasOpenSizes() const { return !sizes.empty(); }
  bool hasIndices() const { return !limits.empty(); }
  /// Whether forward may refuse what it is given, sizes apart.
  bool mayRefuse() const { return hasIndices() || places != 0; }
  bool hasLengths() const { return !lengths.empty(); }
  /// Whether an input is lengths, of which the least is 1.
  bool isLengths(size_t input) const {
    return input < lengths.size() && !lengths[input].empty();
  }
  /// What the least of an input of indices, or of lengths, is.
  int64_t leastIndex(size_t input) const { return isLengths(input) ? 1 : 0; }
  /// "indices from 0 to 9", "lengths from 1 to 50" or "floats".
  std::string describeElements(size_t input) const;
  bool hasLoss() const { return bool(target); }
  /// Whether there are gradients, of a loss or of outputs.
  bool isTrained() const { return hasLoss() || hasOwnLoss; }
  /// What the functions take: "batch", or all open sizes.
  std::vector<std::string> sizeArguments() const;
  /// "x", or "x0", "x1", … where there are several, unless they have names;
  /// likewise for outputs, which have none.
  std::string inputName(size_t index) const;
  std::string outputName(size_t index) const;
  /// Which input is called so; none if it is an output.
  std::optional<size_t> findInput(llvm::StringRef name) const;
};

/// One public network.
struct NetworkInterface {
  std::string name;
  std::vector<EntryInterface> entries;
  std::vector<ParameterInterface> parameters;
  int64_t parameterBytes = 0;
  /// The parameter buffer that the object embeds; null if it embeds none.
  std::shared_ptr<const std::string> weights;
  /// What gradients take, in bytes, and which optimisers there is a step of;
  /// nothing where the network is not trained.
  int64_t gradientBytes = 0;
  llvm::SmallVector<nn::OptimizerAttrInterface> optimizers;
  /// Which optional functions and tables the object does without.
  std::vector<std::string> without;
  /// Whether entries of a fixed batch have step functions.
  bool hasSteps = false;
  /// The workspace of its self test; 0 where it has none.
  int64_t selfTestBytes = 0;

  /// The bytes of what an optimiser keeps.
  int64_t optimizerBytes(nn::OptimizerAttrInterface optimizer) const {
    return gradientBytes * int64_t(optimizer.getStates().size());
  }
  /// Whether entries with a loss have a function that trains by it in one call.
  bool hasTrainSgd = false;
  /// Whether sequences come block by block, and the bytes of what is kept.
  bool isStream = false;
  int64_t stateBytes = 0;
};

/// What a network that owns parameters and has its layout will offer, without
/// its entries. Fails, after an error, if it lacks parameters.
llvm::FailureOr<NetworkInterface>
describeNetwork(nn::SequentialOp network, mlir::SymbolTableCollection &symbols);

/// Values as the caller has them.
std::vector<mlir::RankedTensorType> tensorsOf(mlir::TypeRange types);

/// What a network's own forward function will be. Fails, after an error, where
/// no sizes fit the network.
llvm::FailureOr<EntryInterface>
describeEntry(nn::SequentialOp network, mlir::SymbolTableCollection &symbols);

/// Says of `entry`, a network's, what it is trained by: `companion`, which
/// computes a loss of it, or what the program computes one of. Fails, after an
/// error, on a companion that does neither.
llvm::LogicalResult describeLoss(EntryInterface &entry,
                                 nn::SequentialOp companion);

/// What may run forward on several threads, as `nn.threads` says.
nn::Threads getThreads(mlir::ModuleOp module);

/// What `nn.interfaces` says; nothing if there is no such attribute.
std::vector<NetworkInterface> getInterfaces(mlir::ModuleOp module);

/// Writes it, but for the weights, which are no part of the IR.
void setInterfaces(mlir::ModuleOp module,
                   llvm::ArrayRef<NetworkInterface> interfaces);

} // namespace nascent

#endif // NASCENT_CINTERFACE_NETWORKINTERFACE_H
