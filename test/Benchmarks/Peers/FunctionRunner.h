//===- FunctionRunner.h - Networks that are one function ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Ours are, and so are small networks that programmers write out with the types
// of a library. All are called alike: by a loop that calls a function and knows
// nothing of it.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_BENCHMARKS_PEERS_FUNCTIONRUNNER_H
#define NASCENT_BENCHMARKS_PEERS_FUNCTIONRUNNER_H

#include "Contestant.h"
#include <algorithm>

namespace nascent::bench {

/// Calls `function(x, y)`.
template <typename Function>
class FunctionRunner final : public Runner {
public:
  template <typename... Arguments>
  explicit FunctionRunner(const Task &task, const Arguments &...arguments)
      : task(task), function(arguments...), x(task.x), y(task.y) {}

  void run() override { function(x, y); }

  double time(int64_t calls) override {
    const float *from = x;
    float *to = y, *next = odd.data();
    double start = readClock(CLOCK_MONOTONIC);
    for (int64_t i = 0; i < calls; ++i) {
      function(from, to);
      if (chained) {
        from = to;
        std::swap(to, next);
      }
    }
    return readClock(CLOCK_MONOTONIC) - start;
  }

  /// Where there are more inputs than outputs, the others keep their values.
  bool chain() override {
    int64_t count = task.network.inputCount();
    std::copy_n(task.x, count, even.data());
    std::copy_n(task.x, count, odd.data());
    x = odd.data();
    y = even.data();
    chained = true;
    return true;
  }

private:
  int64_t widest() const {
    return std::max(task.network.inputCount(), task.network.outputCount());
  }

  const Task task;
  Function function;
  const float *x;
  float *y;
  bool chained = false;
  Buffer even{widest()}, odd{widest()};
};

} // namespace nascent::bench

#endif // NASCENT_BENCHMARKS_PEERS_FUNCTIONRUNNER_H
