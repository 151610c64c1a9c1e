/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */

/* Runs docs/examples/mlp.mlir, compiled with --bind mlp=2x20xf32: initialises
   the parameters from a seed, looks at them, and makes one forward pass. */
#include "mlp.h"

#include <inttypes.h>
#include <stdio.h>

enum { BATCH = 2, INPUTS = 20, UNITS = 256, OUTPUTS = 10 };

/* The caller owns all memory: nothing here is allocated at run time. */
static _Alignas(MLP_ALIGNMENT) unsigned char parameters[MLP_PARAMETERS_BYTES];
static _Alignas(MLP_ALIGNMENT) unsigned char scratch[MLP_SCRATCH_BYTES];
static float weight[UNITS * INPUTS];
static float x[BATCH * INPUTS];
static float y[BATCH * OUTPUTS];

static void print_parameters(void) {
  puts("parameters:");
  for (uint32_t i = 0; i < MLP_PARAMETER_COUNT; ++i) {
    const nascent_parameter_info *info = &mlp_parameters[i];
    printf("  %-10s %s (", info->name, info->dtype);
    for (uint32_t dim = 0; dim < info->rank; ++dim)
      printf("%s%" PRId64, dim ? ", " : "", info->shape[dim]);
    puts(")");
  }
}

static void print_row(const char *title, const float *values, int count) {
  printf("%s", title);
  for (int i = 0; i < count; ++i)
    printf(" %7.4f", values[i]);
  puts("");
}

int main(void) {
  mlp_init(parameters, 42);
  print_parameters();

  const nascent_parameter_info *info = &mlp_parameters[MLP_0_WEIGHT];
  if (info->rank != 2 || info->shape[0] != UNITS || info->shape[1] != INPUTS) {
    fputs("0.weight has another shape: bind mlp=2x20xf32\n", stderr);
    return 1;
  }
  if (mlp_get(parameters, MLP_0_WEIGHT, weight) != 0) {
    fputs("0.weight cannot be read\n", stderr);
    return 1;
  }
  print_row("first values of 0.weight:", weight, 5);

  for (int i = 0; i < BATCH * INPUTS; ++i)
    x[i] = (float)(i % 7 - 3) / 4.0f;
  mlp_forward(parameters, x, y, scratch);
  for (int row = 0; row < BATCH; ++row)
    print_row("output row:", y + row * OUTPUTS, OUTPUTS);

  if (fflush(stdout) != 0 || ferror(stdout)) {
    perror("standard output");
    return 1;
  }
  return 0;
}
