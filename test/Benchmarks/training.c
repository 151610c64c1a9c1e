/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */

/* Times a step of training from inside C, as programs take it, and what the
 * core can do at most. */

#include <stdint.h>
#include <time.h>

typedef int (*gradients_function)(const void *, const float *, const int32_t *,
                                  float, int32_t, void *, float *, void *);
typedef void (*step_function)(void *, const void *, void *, const void *);

typedef float vector __attribute__((vector_size(4 * LANES)));

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

/* Nanoseconds of `calls` steps, each of gradients and, unless `step` is null,
 * of an optimiser. */
double time_steps(gradients_function gradients, step_function step,
                  void *parameters, const float *x, const int32_t *target,
                  float scale, void *buffer, float *loss, void *scratch,
                  const void *hyper, int64_t calls) {
  double start = now();
  for (int64_t i = 0; i < calls; ++i) {
    gradients(parameters, x, target, scale, 0, buffer, loss, scratch);
    if (step)
      step(parameters, buffer, 0, hyper);
  }
  return now() - start;
}

/* Floating-point operations a nanosecond of `rounds` rounds of independent
 * multiply-adds. */
double time_peak(int64_t rounds) {
  vector sums[12] = {{0}};
  vector a = sums[0] + 1.0f, b = sums[0] + 1e-9f;
  /* To the compiler, all are different. */
#pragma GCC unroll 12
  for (int j = 0; j < 12; ++j)
    __asm__ volatile("" : "+v"(sums[j]));
  __asm__ volatile("" : "+v"(a), "+v"(b));
  double start = now();
  for (int64_t i = 0; i < rounds; ++i) {
#pragma GCC unroll 12
    for (int j = 0; j < 12; ++j)
      sums[j] = a * sums[j] + b;
  }
  double time = now() - start;
#pragma GCC unroll 12
  for (int j = 0; j < 12; ++j)
    __asm__ volatile("" : : "v"(sums[j]));
  return (double)rounds * 12 * LANES * 2 / time;
}
