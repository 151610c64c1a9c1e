/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */

/* A network on a team of OpenMP threads. */
#include "threaded.h"

#include <stdio.h>
#include <stdlib.h>

extern int omp_get_max_threads(void);

int main(void) {
  void *parameters = malloc(MLP_PARAMETERS_BYTES);
  void *scratch = malloc(MLP_SCRATCH_BYTES);
  float *x = calloc(256 * 512, sizeof(float));
  float *y = calloc(256 * 10, sizeof(float));
  mlp_init(parameters, 42);
  mlp_forward(parameters, x, y, scratch);
  printf("%d steps, %s\n", MLP_STEPS,
         omp_get_max_threads() > 0 ? "with OpenMP" : "without");
  return 0;
}
