/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */

/* Runs docs/examples/mlp.mlir, compiled with --bind mlp=?x20xf32 to batch.o:
   the number of rows is an argument, and the scratch does not grow with it.
   Computes the same rows in batches of different sizes and compares: last bits
   may differ, unless the network is compiled with --numerics=strict. */
#include "batch.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { ROWS = 1000, INPUTS = 20, OUTPUTS = 10 };

static _Alignas(MLP_ALIGNMENT) unsigned char parameters[MLP_PARAMETERS_BYTES];
static _Alignas(MLP_ALIGNMENT) unsigned char scratch[MLP_SCRATCH_BYTES];
static float x[ROWS * INPUTS];
static float expected[ROWS * OUTPUTS];
static float y[ROWS * OUTPUTS];

int main(void) {
  static const int sizes[] = {1, 3, 16, 999};
  mlp_init(parameters, 42);
  for (int i = 0; i < ROWS * INPUTS; ++i)
    x[i] = (float)(i % 7 - 3) / 4.0f;
  mlp_forward(parameters, x, ROWS, expected, scratch);

  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; ++i) {
    memset(y, 0, sizeof y);
    for (int row = 0; row < ROWS; row += sizes[i]) {
      int rest = ROWS - row;
      mlp_forward(parameters, x + row * INPUTS,
                  sizes[i] < rest ? sizes[i] : rest, y + row * OUTPUTS,
                  scratch);
    }
    for (int k = 0; k < ROWS * OUTPUTS; ++k)
      if (!(fabsf(y[k] - expected[k]) < 1e-5f)) {
        fprintf(stderr, "batches of %d give other values\n", sizes[i]);
        return 1;
      }
    printf("batches of %3d: the same %d rows\n", sizes[i], ROWS);
  }

  if (fflush(stdout) != 0 || ferror(stdout)) {
    perror("standard output");
    return 1;
  }
  return 0;
}
