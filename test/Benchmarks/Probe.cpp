//===- Probe.cpp - How fast the machine is just now -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The instructions are written out, and what they work on are variables, never
// arrays: a compiler may keep those in memory.
//
//===----------------------------------------------------------------------===//

#include "Probe.h"
#include "Contestant.h"
#include <algorithm>
#include <utility>

namespace nascent::bench {

// This is built for the processor that it runs on.
#if defined(__AVX512F__)
static constexpr int64_t kLanes = 16;
#elif defined(__AVX2__) && defined(__FMA__)
static constexpr int64_t kLanes = 8;
#else
#error "the probe needs AVX2 and FMA"
#endif

template <int64_t lanes>
struct VectorOf {
  using Type [[gnu::vector_size(lanes * sizeof(float))]] = float;
};
using Vector = VectorOf<kLanes>::Type;

/// Enough to hide the latency of multiply-add: two units, at most five cycles.
static constexpr int kChains = 12;

template <typename Vector>
[[gnu::always_inline]] static inline void multiplyAdd(Vector &sum,
                                                      Vector factor) {
  asm volatile("vfmadd231ps %1, %1, %0" : "+v"(sum) : "v"(factor));
}

template <typename Vector, typename... Vectors>
static void repeat(int64_t iterations, Vector factor, Vectors... sums) {
#pragma GCC unroll 1
  for (int64_t i = 0; i < iterations; ++i)
    (multiplyAdd(sums, factor), ...);
}

template <int64_t lanes, size_t... Chain>
static void multiplyAdd(int64_t iterations, std::index_sequence<Chain...>) {
  typename VectorOf<lanes>::Type zero = {};
  repeat(iterations, zero, ((void)Chain, zero)...);
}

/// Additions that wait for each other, in one iteration.
static constexpr int64_t kAdditions = 8;

/// Each addition takes a cycle. Of a constant it would not: some processors add
/// constants while they rename registers.
static void add(int64_t iterations) {
  int64_t sum = 0, term = 1;
#pragma GCC unroll 1
  for (int64_t i = 0; i < iterations; ++i)
    asm volatile("add %1, %0\n\tadd %1, %0\n\tadd %1, %0\n\tadd %1, %0\n\t"
                 "add %1, %0\n\tadd %1, %0\n\tadd %1, %0\n\tadd %1, %0"
                 : "+r"(sum)
                 : "r"(term));
}

/// Vectors that are read in one iteration.
static constexpr int64_t kReads = 8;

static void read(const float *data, int64_t count) {
#pragma GCC unroll 1
  for (int64_t i = 0; i < count; i += kReads * kLanes)
#pragma GCC unroll 8
    for (int64_t j = 0; j < kReads; ++j) {
      Vector value;
      const float *from = data + i + j * kLanes;
      asm volatile("vmovaps %1, %0"
                   : "=v"(value)
                   : "m"(*reinterpret_cast<const Vector *>(from)));
    }
}

/// Nanoseconds that `function` takes.
template <typename Function>
static double timed(Function function) {
  double start = readClock(CLOCK_MONOTONIC);
  function();
  return readClock(CLOCK_MONOTONIC) - start;
}

Probe::Probe(bool avx2) : lanes(avx2 ? 8 : kLanes) {
  constexpr int64_t iterations = 5000;
  for (int i = 0; i < 5000; ++i) {
    speed();
    double ns = timed([] { add(iterations); });
    bestClock =
        std::max(bestClock, static_cast<double>(kAdditions * iterations) / ns);
  }
}

double Probe::speed() {
  // About 40 µs: long beside the clock's resolution, short beside a sample.
  constexpr int64_t iterations = 12000;
  double ns = timed([&] {
    std::make_index_sequence<kChains> chains;
    if (lanes == kLanes)
      multiplyAdd<kLanes>(iterations, chains);
    else
      multiplyAdd<8>(iterations, chains);
  });
  double operations = 2.0 * kChains * static_cast<double>(iterations * lanes);
  bestSpeed = std::max(bestSpeed, operations / ns);
  return operations / ns;
}

double Probe::multiplyAddsPerCycle() const {
  return bestSpeed / (2.0 * static_cast<double>(lanes)) / bestClock;
}

double readBandwidth(int64_t bytes) {
  int64_t step = kReads * kLanes;
  int64_t count = bytes / static_cast<int64_t>(sizeof(float));
  count = (count + step - 1) / step * step;
  Buffer buffer(count);
  int64_t repeats = std::max<int64_t>(1, 1000000 / bytes);
  double best = 0;
  for (int attempt = 0; attempt < 30; ++attempt) {
    double ns = timed([&] {
      for (int64_t i = 0; i < repeats; ++i)
        read(buffer.data(), count);
    });
    best = std::max(best,
                    static_cast<double>(repeats * count * sizeof(float)) / ns);
  }
  return best;
}

} // namespace nascent::bench
