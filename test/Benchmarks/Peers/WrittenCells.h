//===- WrittenCells.h - Small recurrent layers, a step as one function ----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_BENCHMARKS_PEERS_WRITTENCELLS_H
#define NASCENT_BENCHMARKS_PEERS_WRITTENCELLS_H

#include "FunctionRunner.h"
#include "Sequences.h"
#include <vector>

namespace nascent::bench {

/// Cell `index` of `Step<kind, Features, Units>`, which has
///   void set(const Layer &)                  takes the parameters
///   void reset()                             goes before a sequence
///   void operator()(const float *, float *)  a step, from its x to its h
/// The compiler inlines it into the loop over the steps.
template <size_t index, template <Kind, int, int> class Step>
class WrittenCell {
  static constexpr Cell cell = kCells[index];

public:
  explicit WrittenCell(const Network &network) {
    step.set(network.layers.front());
  }

  [[gnu::noinline]] void operator()(const float *x, float *y) {
    step.reset();
    for (int i = 0; i < kCellSteps; ++i)
      step(x + i * cell.features, y + i * cell.units);
  }

private:
  Step<cell.kind, cell.features, cell.units> step;
};

/// Prepares a network that is one of the cells; null for another.
template <template <Kind, int, int> class Step, size_t index = 0>
std::unique_ptr<Runner> prepareCell(const Task &task) {
  if constexpr (index < kCells.size()) {
    if (task.network.name != cellName(kCells[index]))
      return prepareCell<Step, index + 1>(task);
    return std::make_unique<FunctionRunner<WrittenCell<index, Step>>>(
        task, task.network);
  }
  return nullptr;
}

/// A weight's columns, each one input's factors for all gates.
inline std::vector<std::vector<float>>
columnsOf(const std::vector<float> &weight, int count) {
  std::vector<std::vector<float>> columns(count);
  for (size_t i = 0; i < weight.size(); ++i)
    columns[i % count].push_back(weight[i]);
  return columns;
}

} // namespace nascent::bench

#endif // NASCENT_BENCHMARKS_PEERS_WRITTENCELLS_H
