/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */

/* Initialises a network on two threads, then its last layer anew. */
#include "mlp.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

static float network[MLP_PARAMETERS_BYTES / sizeof(float)];
static float reference[MLP_PARAMETERS_BYTES / sizeof(float)];

static void init_part(void *parameters, uint64_t seed, int part, int parts) {
  for (uint32_t index = 0; index < MLP_PARAMETER_COUNT; ++index) {
    int64_t rows = mlp_parameters[index].shape[0];
    int64_t first = rows * part / parts, end = rows * (part + 1) / parts;
    mlp_init_rows(parameters, index, first, end - first, seed);
  }
}

static void *init_second_half(void *parameters) {
  init_part(parameters, 42, 1, 2);
  return NULL;
}

static void restart_last_layer(void *parameters, uint64_t seed) {
  mlp_init_rows(parameters, MLP_2_WEIGHT, 0, 10, seed);
  mlp_init_rows(parameters, MLP_2_BIAS, 0, 10, seed);
}

/* How many values of the network differ from the reference, and of how many. */
static int count_changes(int *count) {
  static float a[256 * 20], b[256 * 20]; /* as many as the largest has */
  int changes = 0;
  *count = 0;
  for (uint32_t index = 0; index < MLP_PARAMETER_COUNT; ++index) {
    const nascent_parameter_info *info = &mlp_parameters[index];
    int size = (int)(info->rank == 2 ? info->shape[0] * info->shape[1]
                                     : info->shape[0]);
    mlp_get(network, index, a);
    mlp_get(reference, index, b);
    for (int i = 0; i < size; ++i)
      changes += memcmp(&a[i], &b[i], sizeof(float)) != 0;
    *count += size;
  }
  return changes;
}

int main(void) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, init_second_half, network) != 0)
    return 1;
  init_part(network, 42, 0, 2);
  pthread_join(thread, NULL);
  mlp_init(reference, 42);
  int count, changes = count_changes(&count);
  printf("two threads: %s\n",
         changes ? "other values" : "the values that mlp_init gives");

  restart_last_layer(network, 43);
  changes = count_changes(&count);
  printf("last layer of another seed: %d of %d values changed\n", changes,
         count);
  return 0;
}
