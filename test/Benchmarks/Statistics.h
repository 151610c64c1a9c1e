//===- Statistics.h - Which samples count, and what they say --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_BENCHMARKS_STATISTICS_H
#define NASCENT_BENCHMARKS_STATISTICS_H

#include <algorithm>
#include <cassert>
#include <vector>

namespace nascent::bench {

/// One timing, and how fast the machine was around it.
struct Sample {
  double ns = 0;    // a call
  double speed = 0; // of the slower probe, times the share of the processor
};

/// A sample counts if its speed reaches this part of the best probe's.
inline constexpr double kStrictThreshold = 0.96;

/// By how much the threshold goes down where too few samples count.
inline constexpr double kThresholdStep = 0.04;

inline double median(std::vector<double> values) {
  assert(!values.empty() && "no median of nothing");
  size_t middle = values.size() / 2;
  std::nth_element(values.begin(), values.begin() + middle, values.end());
  double upper = values[middle];
  if (values.size() % 2 == 1)
    return upper;
  double lower = *std::max_element(values.begin(), values.begin() + middle);
  return (lower + upper) / 2;
}

inline int countKept(const std::vector<Sample> &samples, double threshold,
                     double best) {
  return static_cast<int>(
      std::count_if(samples.begin(), samples.end(), [=](const Sample &sample) {
        return sample.speed >= threshold * best;
      }));
}

/// The highest threshold, at most the strict one, by which every contestant
/// keeps at least `fewest` samples; 0 where some have not that many.
inline double commonThreshold(const std::vector<std::vector<Sample>> &all,
                              int fewest, double best) {
  for (int step = 0;; ++step) {
    double threshold = kStrictThreshold - step * kThresholdStep;
    if (threshold <= kThresholdStep / 2)
      return 0;
    if (std::all_of(all.begin(), all.end(), [&](const auto &samples) {
          return countKept(samples, threshold, best) >= fewest;
        }))
      return threshold;
  }
}

/// The median time of the samples that count.
inline double medianKept(const std::vector<Sample> &samples, double threshold,
                         double best) {
  std::vector<double> kept;
  for (const Sample &sample : samples)
    if (sample.speed >= threshold * best)
      kept.push_back(sample.ns);
  return median(std::move(kept));
}

} // namespace nascent::bench

#endif // NASCENT_BENCHMARKS_STATISTICS_H
