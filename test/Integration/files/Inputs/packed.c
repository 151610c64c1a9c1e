/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */

/* What was packed at compile time is what setting and initialising leave. */
#include "net.h"

#include "buffers.h"
#include "nascent_safetensors.h"

static unsigned char parameters[NET_PARAMETERS_BYTES];
static float file[1 << 16];

int main(int argc, char **argv) {
  const nascent_safetensors_network network = {
      net_parameters, NET_PARAMETER_COUNT, net_set, NULL, 0};
  char error[200];
  CHECK(argc == 2);
  if (nascent_safetensors_load_file(&network, parameters, argv[1], file,
                                    sizeof(file), NULL, 0, error,
                                    sizeof(error)) != 0) {
    fprintf(stderr, "%s\n", error);
    return 1;
  }
  CHECK((size_t)net_weights % NET_ALIGNMENT == 0);
  CHECK(memcmp(parameters, net_weights, sizeof(parameters)) == 0);
  memset(parameters, 0, sizeof(parameters));
  net_init(parameters, 42);
  CHECK(memcmp(parameters, net_weights, sizeof(parameters)) == 0);
  return 0;
}
