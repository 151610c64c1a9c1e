//===- TrainingState.h - What a training goes on from -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Everything that the next step depends on: with it, a training that was
// interrupted comes to the same bits as one that was not.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_TRAINING_TRAININGSTATE_H
#define NASCENT_TRAINING_TRAININGSTATE_H

#include "nascent/Support/OutputFile.h"
#include "nascent/Training/History.h"
#include "llvm/Support/Error.h"
#include <string>
#include <type_traits>
#include <vector>

namespace nascent {

/// The elements of a parameter, or of what an optimiser keeps for it.
struct NamedValues {
  /// "parameters/0.weight", "m/0.weight", or "best/0.weight".
  std::string name;
  std::vector<int64_t> shape;
  std::vector<float> values;
};
static_assert(std::is_nothrow_move_constructible_v<NamedValues>,
              "a vector of values would copy them all when it grows");

struct TrainingState {
  /// What is trained, by what, towards what: a checkpoint of others is refused.
  std::string network, optimizer, loss;
  /// What else steps depend on, each with its value: it may be another one, of
  /// which users should know.
  std::vector<std::pair<std::string, std::string>> settings;
  /// How rows are shuffled, how many there are, and how many are in a batch.
  uint64_t seed = 0;
  int64_t rows = 0, batch = 0;

  /// How many epochs are done, and how many batches of the next one; steps in
  /// all, and the sum of the losses of these batches, with how many there are,
  /// or what they weigh.
  int64_t epoch = 0, position = 0, step = 0;
  double lossSum = 0, terms = 0;
  /// The least loss after an epoch, and which epoch that was; 0 for none yet.
  double bestLoss = 0;
  int64_t bestEpoch = 0;
  History history;

  std::vector<NamedValues> values;
};

/// Writes a state to a file of safetensors, which appears at once, by `files`,
/// in which there is nothing yet.
llvm::Error writeCheckpoint(llvm::StringRef path, const TrainingState &state,
                            OutputFiles &files);

/// Reads one. Any error starts with "cannot read '<path>': ".
llvm::Expected<TrainingState> readCheckpoint(llvm::StringRef path);

/// Fails unless `found`, read from `path`, is of the same training as `own`:
/// network, optimiser, loss, rows, batch, seed, and names and shapes of values.
/// The error says all that differs, and which options give the same.
llvm::Error verifyContinues(llvm::StringRef path, const TrainingState &found,
                            const TrainingState &own);

/// What `own` has other settings for than `found`, as sentences: "its clip-norm
/// was 'none', and is '0.5' now".
std::vector<std::string> describeChanges(const TrainingState &found,
                                         const TrainingState &own);

} // namespace nascent

#endif // NASCENT_TRAINING_TRAININGSTATE_H
