//===- Probe.cpp - How fast the machine is just now -----------------------===//

#include "Probe.h"
#include "Contestant.h"
#include <algorithm>
#include <immintrin.h>

namespace nascent::bench {

namespace {
/// A loop for one width of vectors, and the work that it does.
struct Loops {
  int64_t lanes;
  float (*multiplyAdd)(int64_t iterations);
  float (*read)(const float *data, int64_t count);
};
} // namespace

/// Enough to hide the latency of multiply-add: two units, at most five cycles.
static constexpr int kChains = 12;

/// Keeps a value in a register, so that no loop is optimised away.
template <typename Vector>
static void keep(Vector &value) {
  asm volatile("" : "+v"(value));
}

__attribute__((target("avx512f"))) static float fma512(int64_t iterations) {
  __m512 factor = _mm512_set1_ps(0.5f), sums[kChains];
  keep(factor);
  for (__m512 &sum : sums)
    sum = _mm512_set1_ps(1.0f);
#pragma GCC unroll 1
  for (int64_t i = 0; i < iterations; ++i)
#pragma GCC unroll 12
    for (int chain = 0; chain < kChains; ++chain) {
      sums[chain] = _mm512_fmadd_ps(sums[chain], factor, factor);
      keep(sums[chain]);
    }
  return _mm512_cvtss_f32(sums[0]);
}

__attribute__((target("avx2,fma"))) static float fma256(int64_t iterations) {
  __m256 factor = _mm256_set1_ps(0.5f), sums[kChains];
  keep(factor);
  for (__m256 &sum : sums)
    sum = _mm256_set1_ps(1.0f);
#pragma GCC unroll 1
  for (int64_t i = 0; i < iterations; ++i)
#pragma GCC unroll 12
    for (int chain = 0; chain < kChains; ++chain) {
      sums[chain] = _mm256_fmadd_ps(sums[chain], factor, factor);
      keep(sums[chain]);
    }
  return _mm256_cvtss_f32(sums[0]);
}

/// Vectors that are read in one iteration.
static constexpr int64_t kReads = 8;

__attribute__((target("avx512f"))) static float read512(const float *data,
                                                        int64_t count) {
  __m512 value = _mm512_setzero_ps();
#pragma GCC unroll 1
  for (int64_t i = 0; i < count; i += kReads * 16)
#pragma GCC unroll 8
    for (int64_t j = 0; j < kReads; ++j) {
      value = _mm512_load_ps(data + i + j * 16);
      keep(value);
    }
  return _mm512_cvtss_f32(value);
}

__attribute__((target("avx2"))) static float read256(const float *data,
                                                     int64_t count) {
  __m256 value = _mm256_setzero_ps();
#pragma GCC unroll 1
  for (int64_t i = 0; i < count; i += kReads * 8)
#pragma GCC unroll 8
    for (int64_t j = 0; j < kReads; ++j) {
      value = _mm256_load_ps(data + i + j * 8);
      keep(value);
    }
  return _mm256_cvtss_f32(value);
}

static const Loops &loops() {
  static const Loops wide = {16, fma512, read512};
  static const Loops narrow = {8, fma256, read256};
  if (__builtin_cpu_supports("avx512f"))
    return wide;
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma"))
    fail("the probe needs AVX2 and FMA");
  return narrow;
}

/// Nanoseconds that `function` takes.
template <typename Function>
static double timed(Function function) {
  double start = readClock(CLOCK_MONOTONIC);
  volatile float sink = function();
  (void)sink;
  return readClock(CLOCK_MONOTONIC) - start;
}

Probe::Probe() {
  for (int i = 0; i < 5000; ++i)
    speed();
}

double Probe::speed() {
  // About 40 µs: long beside the clock's resolution, short beside a sample.
  constexpr int64_t iterations = 12000;
  const Loops &chosen = loops();
  double ns = timed([&] { return chosen.multiplyAdd(iterations); });
  double operations =
      2.0 * kChains * static_cast<double>(iterations * chosen.lanes);
  bestSpeed = std::max(bestSpeed, operations / ns);
  return operations / ns;
}

double readBandwidth(int64_t bytes) {
  const Loops &chosen = loops();
  int64_t step = kReads * chosen.lanes;
  int64_t count = bytes / static_cast<int64_t>(sizeof(float));
  count = (count + step - 1) / step * step;
  Buffer buffer(count);
  int64_t repeats = std::max<int64_t>(1, 1000000 / bytes);
  double best = 0;
  for (int attempt = 0; attempt < 30; ++attempt) {
    double ns = timed([&] {
      float last = 0;
      for (int64_t i = 0; i < repeats; ++i)
        last += chosen.read(buffer.data(), count);
      return last;
    });
    best = std::max(best,
                    static_cast<double>(repeats * count * sizeof(float)) / ns);
  }
  return best;
}

} // namespace nascent::bench
