//===- TrainingCall.h - Steps of training in this process -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_EXECUTION_TRAININGCALL_H
#define NASCENT_EXECUTION_TRAININGCALL_H

#include "nascent/CInterface/NetworkInterface.h"
#include "nascent/Support/AlignedBuffer.h"
#include "llvm/ADT/bit.h"

namespace nascent {

/// What training calls, on buffers that have been checked, with gradients,
/// state and scratch of its own. It refers to the network and to the buffers.
class TrainingCall {
public:
  /// Computes gradients of `scale` times the sum of all losses, and gives that;
  /// nothing where a label is out of range. Dropout goes by `seed`, and by
  /// which row of a larger batch the first one is.
  std::optional<float> computeGradients(float scale, uint64_t seed,
                                        int64_t firstRow = 0) {
    if (isRandom) {
      gradientsArguments[scalePlace + 2] = seed;
      gradientsArguments[scalePlace + 3] = firstRow;
    }
    return computeLoss(gradientsFunction, gradientsArguments, scale);
  }
  /// Gives the loss alone.
  std::optional<float> computeLoss(float scale) {
    return computeLoss(lossFunction, lossArguments, scale);
  }
  /// What it has computed, for others to add to.
  llvm::MutableArrayRef<float> getGradients() const {
    return gradients.floats();
  }
  /// How many losses there are, of labels that are not ignored; where these
  /// have weights, the sum of those.
  double countTerms() const {
    int64_t word = termsFunction(termsArguments.data());
    return isWeighted ? llvm::bit_cast<double>(word) : double(word);
  }
  /// Has the calls take so many rows from the start of the buffers, where the
  /// batch is open.
  void setRows(int64_t rows);
  /// The norm of the gradients computed last.
  float getGradientNorm() const;
  /// Changes the parameters by them. `hyper` is the optimiser's structure.
  void step(const char *hyper) const;

  /// One of the states that the optimiser keeps, as parameters lie in theirs,
  /// with zeros for those that training does not change; and the same back.
  llvm::Expected<AlignedBuffer> copyState(size_t number) const;
  void replaceState(size_t number, const AlignedBuffer &from) const;

private:
  friend class LoadedNetwork;
  using Function = int64_t(const uint64_t *arguments);

  std::optional<float> computeLoss(Function *function,
                                   llvm::MutableArrayRef<uint64_t> arguments,
                                   float scale);

  Function *gradientsFunction = nullptr, *lossFunction = nullptr;
  Function *termsFunction = nullptr, *normFunction = nullptr;
  Function *stepFunction = nullptr;
  llvm::SmallVector<uint64_t> gradientsArguments, lossArguments, termsArguments;
  /// Where in these the scale is, and the rows right before it.
  size_t scalePlace = 0;
  bool isOpen = false;
  bool isRandom = false, isWeighted = false;
  uint64_t parameters = 0;
  int64_t parameterBytes = 0, gradientBytes = 0;
  AlignedBuffer gradients, state, scratch, loss;
};

} // namespace nascent

#endif // NASCENT_EXECUTION_TRAININGCALL_H
