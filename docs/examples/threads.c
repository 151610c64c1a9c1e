/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */

/* Runs docs/examples/mlp.mlir, compiled with --bind mlp=64x20xf32
   --threads=steps to threads.o, on four threads of its own, and compares with
   what one thread computes: the same, to the bit. */
#define _XOPEN_SOURCE 600
#include "threads.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { ROWS = 64, INPUTS = 20, OUTPUTS = 10, THREADS = 4 };

static _Alignas(MLP_ALIGNMENT) unsigned char parameters[MLP_PARAMETERS_BYTES];
static _Alignas(MLP_ALIGNMENT) unsigned char scratch[MLP_SCRATCH_BYTES];
static float x[ROWS * INPUTS];
static float expected[ROWS * OUTPUTS];
static float y[ROWS * OUTPUTS];
static pthread_barrier_t barrier;

static void *run(void *argument) {
  int32_t part = *(const int32_t *)argument;
  for (int32_t step = 0; step < MLP_STEPS; ++step) {
    mlp_forward_step(parameters, x, y, scratch, step, part, THREADS);
    pthread_barrier_wait(&barrier);
  }
  return NULL;
}

int main(void) {
  mlp_init(parameters, 42);
  for (int i = 0; i < ROWS * INPUTS; ++i)
    x[i] = (float)(i % 7 - 3) / 4.0f;
  mlp_forward(parameters, x, expected, scratch);

  pthread_t threads[THREADS];
  int32_t parts[THREADS];
  if (pthread_barrier_init(&barrier, NULL, THREADS) != 0)
    return 1;
  for (int32_t i = 0; i < THREADS; ++i) {
    parts[i] = i;
    if (pthread_create(&threads[i], NULL, run, &parts[i]) != 0)
      return 1;
  }
  for (int i = 0; i < THREADS; ++i)
    pthread_join(threads[i], NULL);

  puts(memcmp(y, expected, sizeof y) == 0 ? "the same, to the bit"
                                          : "other values");
  if (fflush(stdout) != 0 || ferror(stdout)) {
    perror("standard output");
    return 1;
  }
  return 0;
}
