/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */

/* Loads the parameters of docs/examples/mlp.mlir from a safetensors file and
   makes one forward pass:

     load FILE.safetensors */
#include "mlp.h"

#include "nascent_safetensors.h"

#include <stdio.h>

/* For 64 kB: the network's 31784 bytes of floats and the file's header. */
static unsigned char file[1 << 16];
/* Floats, because these buffers are to be aligned to 4 bytes at least. */
static float parameters[MLP_PARAMETERS_BYTES / sizeof(float) + 1];
static float scratch[MLP_SCRATCH_BYTES / sizeof(float) + 1];

int main(int argc, char **argv) {
  const nascent_safetensors_network network = {
      mlp_parameters, MLP_PARAMETER_COUNT, mlp_set, NULL, 0};
  float x[20] = {1.0f}, y[10];
  char error[200];
  int i;
  if (argc != 2) {
    fprintf(stderr, "usage: load FILE.safetensors\n");
    return 2;
  }
  if (nascent_safetensors_load_file(&network, parameters, argv[1], file,
                                    sizeof(file), NULL, 0, error,
                                    sizeof(error)) != 0) {
    fprintf(stderr, "%s\n", error);
    return 1;
  }
  mlp_forward(parameters, x, 1, y, scratch);
  for (i = 0; i < 10; ++i)
    printf("%7.4f%s", (double)y[i], i == 9 ? "\n" : " ");
  return 0;
}
