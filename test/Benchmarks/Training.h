//===- Training.h - The networks whose training is measured ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A call is a step of training: output, mean cross-entropy, gradients of all
// parameters, and SGD without momentum, which changes the parameters. What is
// checked is how the first call changes them, by its learning rate: that is the
// gradient. y holds it, layer by layer, of weight and bias as PyTorch keeps
// them.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_BENCHMARKS_TRAINING_H
#define NASCENT_BENCHMARKS_TRAINING_H

#include "Contestant.h"

namespace nascent::bench {

/// So large that what the first step changes shows the gradient.
inline constexpr float kFirstRate = 1;

/// So small that a training of any length stays among numbers that processors
/// are quick with.
inline constexpr float kLearningRate = 1e-2f;

/// The largest difference of gradients, relative to the largest one. Where
/// rounding takes what relu reads to the other side of zero, all contestants
/// differ from the reference by thousandths.
inline constexpr double kGradientTolerance = 1e-2;

inline constexpr float kBatchNormEpsilon = 1e-5f;

/// Networks of dense layers and of images.
std::vector<Network> trainingNetworks();

/// Those that are worth two threads.
std::vector<Network> trainingThreadsNetworks();

/// The class of each row.
std::vector<int32_t> labelsOf(const Network &network);

/// The parameters that are trained, in the order of y: of a layer its weight
/// and bias as PyTorch keeps them.
std::vector<std::vector<float>> trainedParameters(const Network &network);

/// How many numbers they are.
int64_t trainedCount(const Network &network);

/// The gradients of `network` for the input x, in double precision and in the
/// order of y. Exits without libtorch, which computes them.
std::vector<double> referenceGradients(const Network &network,
                                       const std::vector<float> &x);

using ReferenceGradients = decltype(&referenceGradients);

/// What computes them, once libtorch's contestant was built in.
ReferenceGradients &referenceGradientsOfTorch();

/// The fastest of several ways to prepare a training, prepared once more, as
/// measuring it has changed the parameters.
std::unique_ptr<Runner>
fastestAnew(const std::vector<std::function<std::unique_ptr<Runner>()>> &ways);

/// A network in training, whose parameters a step changes.
class TrainingRunner : public Runner {
public:
  explicit TrainingRunner(const Task &task) : task(task) {}

  void run() final {
    step(rate);
    rate = kLearningRate;
  }

  void finish() final;

protected:
  virtual void step(float rate) = 0;

  /// The parameters as they are now, in the order of y.
  virtual std::vector<std::vector<float>> parameters() = 0;

  const Task task;

private:
  float rate = kFirstRate;
};

} // namespace nascent::bench

#endif // NASCENT_BENCHMARKS_TRAINING_H
