//===- TrainLoop.h - Epochs and steps ---------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_DRIVER_TRAINLOOP_H
#define NASCENT_LIB_DRIVER_TRAINLOOP_H

#include "StopSignal.h"
#include "TrainCommandLine.h"
#include "TrainData.h"
#include "TrainReport.h"
#include "nascent/CInterface/StepStruct.h"
#include "nascent/Execution/LoadedNetwork.h"
#include "nascent/Execution/Ranks.h"
#include "nascent/Training/TrainingState.h"

namespace nascent {

/// Trains a network that is loaded and initialised.
class TrainLoop {
public:
  TrainLoop(const TrainCommandLine &options, LoadedNetwork &network,
            nn::OptimizerAttrInterface optimizer, const TrainData &data,
            const TrainData *validation, std::string model, const Ranks &ranks,
            const StopSignal &stop)
      : options(options), network(network), optimizer(optimizer),
        layout(optimizer), data(data), validation(validation),
        model(std::move(model)), ranks(ranks), stop(stop) {}

  /// Trains, and writes whatever is asked for. Fails with the reason; then the
  /// last checkpoint stays.
  llvm::Error run();

private:
  const EntryInterface &entry() const {
    return network.getInterface().entries.front();
  }
  llvm::Error prepare();
  llvm::Error resume();
  /// What steps depend on, but for what a checkpoint is refused for.
  std::vector<std::pair<std::string, std::string>> listSettings() const;
  /// Copies what changes into the state, and back. The names of its values say
  /// what each is.
  llvm::Error save();
  llvm::Error restore();
  /// The parameters alone, with that in front of their names.
  llvm::Expected<std::vector<NamedValues>>
  getParameters(llvm::StringRef prefix);

  /// The rows of an epoch, in order.
  std::vector<int64_t> orderOf(int64_t epoch) const;
  void fill(const TrainData &from, llvm::ArrayRef<int64_t> rows);
  /// Only what terms are counted of.
  void fillLabels(const TrainData &from, llvm::ArrayRef<int64_t> rows);
  llvm::Error runEpoch();
  /// Says that a number is none any more, `where`, and what is left.
  llvm::Error diverged(const std::string &what, double value,
                       const std::string &where = "") const;
  /// The same of a loss of `from`, with which parameters, and so which layer,
  /// and which data are the largest.
  llvm::Error lossDiverged(const TrainData &from, const std::string &what,
                           double value) const;
  /// Says how to go on from the checkpoint.
  llvm::Error interrupted() const;
  /// A step on these rows, whose micro-batches ranks share.
  llvm::Error runStep(llvm::ArrayRef<int64_t> batch);
  /// Calls `compute` with the rows of each micro-batch of this rank, and which
  /// of the batch the first one is. Sums what it gives for those of all ranks,
  /// in the same order for any number of ranks.
  using PartFunction = llvm::function_ref<std::optional<double>(
      llvm::ArrayRef<int64_t> rows, int64_t first)>;
  llvm::Expected<double> sumParts(llvm::ArrayRef<int64_t> batch,
                                  PartFunction compute);
  /// Of the epoch so far.
  double meanLoss() const {
    return state.terms ? state.lossSum / state.terms : 0.0;
  }
  /// The loss of all validation data, and how many of all labels are right.
  llvm::Error validate(EpochRecord &record);
  llvm::Expected<std::pair<int64_t, int64_t>> countRight(int64_t rows);
  /// Whether to stop: the best epoch is too long ago.
  llvm::Error keepBest(const EpochRecord &record);
  bool isDone() const;
  llvm::Error writeCheckpointNow();
  llvm::Error writeHistory();
  llvm::Error writeParameters();
  /// How many rows a call takes at most.
  int64_t rowsAtATime() const {
    return (options.batch + options.microBatches - 1) / options.microBatches;
  }
  int64_t batches() const {
    return (data.rows() + options.batch - 1) / options.batch;
  }

  const TrainCommandLine &options;
  LoadedNetwork &network;
  nn::OptimizerAttrInterface optimizer;
  StepStruct layout;
  const TrainData &data;
  const TrainData *validation;
  /// A hash of the network.
  std::string model;
  const Ranks &ranks;
  TrainingState state;
  /// The parameters of the best epoch.
  std::vector<NamedValues> best;
  std::vector<Array> inputs, outputs;
  Array target;
  std::optional<TrainingCall> training;
  ProgressBar bar;
  const StopSignal &stop;
};

} // namespace nascent

#endif // NASCENT_LIB_DRIVER_TRAINLOOP_H
