/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */

/* Compares the parameters in the object with those in the file. */
#include "nascent_safetensors.h"
#include "trained.h"

#include <stdio.h>
#include <string.h>

static unsigned char file[1 << 16];
static unsigned char parameters[MLP_PARAMETERS_BYTES];

int main(int argc, char **argv) {
  const nascent_safetensors_network network = {
      mlp_parameters, MLP_PARAMETER_COUNT, mlp_set, NULL, 0};
  char error[200];
  if (argc != 2 || nascent_safetensors_load_file(&network, parameters, argv[1],
                                                 file, sizeof(file), NULL, 0,
                                                 error, sizeof(error)) != 0)
    return 1;
  if (memcmp(parameters, mlp_weights, sizeof(parameters)) != 0)
    return 1;
  puts("what is embedded is what is loaded");
  return 0;
}
