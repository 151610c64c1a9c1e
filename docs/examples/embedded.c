/* Makes one forward pass of docs/examples/mlp.mlir with the parameters that its
   object embeds. */
#include "mlp.h"

#include <stdio.h>

static unsigned char scratch[MLP_SCRATCH_BYTES];

int main(void) {
  float x[20] = {1.0f}, y[10];
  int i;
  mlp_forward(mlp_weights, x, 1, y, scratch);
  for (i = 0; i < 10; ++i)
    printf("%9.6f%s", (double)y[i], i == 9 ? "\n" : " ");
  return 0;
}
