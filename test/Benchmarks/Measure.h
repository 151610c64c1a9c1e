//===- Measure.h - Timing contestants fairly ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_BENCHMARKS_MEASURE_H
#define NASCENT_BENCHMARKS_MEASURE_H

#include "Contestant.h"
#include "Probe.h"
#include <random>

namespace nascent::bench {

struct Effort {
  int wanted = 25;         // samples that count, of each contestant
  int fewest = 7;          // with which a slow shape is done, too
  double sampleNs = 1.5e6; // of one sample, if one call takes less
  double budgetNs = 4e9;   // after which `fewest` will do, if these fit
};

struct Measurement {
  double ns = 0; // median of a call
  int kept = 0;
  int dropped = 0;
  double threshold = 0; // the same for all that were measured together
};

/// Times the runners in turn, in an order that is new every round. Before each
/// sample its runner is called untimed, so that caches and vector units are
/// warm; a probe goes before the sample and one after it. What the machine
/// disturbed is measured again, up to a bound; then the threshold goes down.
std::vector<Measurement> measure(const std::vector<Runner *> &runners,
                                 Probe &probe, std::mt19937 &order,
                                 const Effort &effort);

} // namespace nascent::bench

#endif // NASCENT_BENCHMARKS_MEASURE_H
