//===- Probe.h - How fast the machine is just now -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_BENCHMARKS_PROBE_H
#define NASCENT_BENCHMARKS_PROBE_H

#include <cstdint>

namespace nascent::bench {

/// Measures the core's peak: a short loop of independent multiply-adds with
/// the widest vectors that the processor has, or with those of AVX2.
class Probe {
public:
  /// Warms the vector units up and looks for the best for a while.
  explicit Probe(bool avx2 = false);

  /// Floating-point operations a nanosecond, now.
  double speed();

  /// The best that was seen so far.
  double best() const { return bestSpeed; }

  /// The best, in vectors a cycle. The cycle comes from another measurement, a
  /// chain of integer additions, so that this is near a whole number unless one
  /// of the two is wrong.
  double multiplyAddsPerCycle() const;

private:
  int64_t lanes;
  double bestSpeed = 0;
  double bestClock = 0; // cycles a nanosecond
};

/// The best bandwidth, in bytes a nanosecond, of reading a buffer of `bytes`
/// again and again.
double readBandwidth(int64_t bytes);

} // namespace nascent::bench

#endif // NASCENT_BENCHMARKS_PROBE_H
