/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */

/* Makes one forward pass of docs/examples/mlp.mlir with the parameters that its
   object embeds. */
#include "mlp.h"

#include <stdio.h>

/* Floats, because this buffer is to be aligned to 4 bytes at least. */
static float scratch[MLP_SCRATCH_BYTES / sizeof(float) + 1];

int main(void) {
  float x[20] = {1.0f}, y[10];
  int i;
  mlp_forward(mlp_weights, x, 1, y, scratch);
  for (i = 0; i < 10; ++i)
    printf("%7.4f%s", (double)y[i], i == 9 ? "\n" : " ");
  return 0;
}
