/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */

/* Times calls of a compiled network from inside C, as its users make them. */

#include <stdint.h>
#include <time.h>

typedef void (*init_function)(void *, uint64_t);

/* Nanoseconds per call of an init function. */
double time_init(init_function init, void *parameters, int64_t calls) {
  struct timespec start, end;
  clock_gettime(CLOCK_MONOTONIC, &start);
  for (int64_t i = 0; i < calls; ++i)
    init(parameters, (uint64_t)i);
  clock_gettime(CLOCK_MONOTONIC, &end);
  return ((double)(end.tv_sec - start.tv_sec) * 1e9 +
          (double)(end.tv_nsec - start.tv_nsec)) /
         (double)calls;
}
