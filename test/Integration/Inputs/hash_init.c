/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */

/* Prints, for several seeds, a hash and the first values of each parameter of
   network `net` as hexadecimal numbers. */
#include "net.h"

#include "freestanding.h"

static void write_hex(uint64_t value, int digits) {
  char text[18];
  for (int i = 0; i < digits; ++i)
    text[i] = "0123456789abcdef"[(value >> (4 * (digits - 1 - i))) & 15];
  text[digits] = ' ';
  text[digits + 1] = 0;
  write_text(text);
}

static union {
  float align;
  unsigned char bytes[NET_PARAMETERS_BYTES];
} storage;
/* No parameter is larger than all of them together. */
static uint32_t values[NET_PARAMETERS_BYTES / 4];

int run(void) {
  static const uint64_t seeds[] = {0, 42, UINT64_C(0xfedcba9876543210)};
  for (int s = 0; s < 3; ++s) {
    net_init(storage.bytes, seeds[s]);
    for (uint32_t i = 0; i < NET_PARAMETER_COUNT; ++i) {
      const nascent_parameter_info *info = &net_parameters[i];
      uint32_t count = 1;
      for (uint32_t dim = 0; dim < info->rank; ++dim)
        count *= (uint32_t)info->shape[dim];
      if (net_get(storage.bytes, i, values) != 0)
        return 1;
      uint64_t hash = UINT64_C(0xcbf29ce484222325);
      for (uint32_t k = 0; k < count; ++k)
        for (int byte = 0; byte < 4; ++byte)
          hash = (hash ^ ((values[k] >> (8 * byte)) & 255)) *
                 UINT64_C(0x100000001b3);
      write_text(info->name);
      write_text(": ");
      write_hex(hash, 16);
      for (uint32_t k = 0; k < count && k < 3; ++k)
        write_hex(values[k], 8);
      write_text("\n");
    }
  }
  return 0;
}
