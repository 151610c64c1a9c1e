/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */

/* Prints a hash of each row of what network `net` (from 20 inputs to 3, with
   the input and 300 values as further outputs) makes of five rows. With OPEN,
   for a network with an open batch; with ROWS, for one of that batch. */
#include "net.h"

#include "freestanding.h"

#ifndef ROWS
#define ROWS 5
#endif

enum { USED = 5, IN = 20 };

static union {
  float align;
  unsigned char bytes[NET_PARAMETERS_BYTES];
} parameters;
static union {
  float align;
  unsigned char bytes[NET_SCRATCH_BYTES];
} scratch;
static union {
  float numbers[ROWS * 300];
  uint32_t words[ROWS * 300];
} x, y, copy, hidden;

static uint64_t add(uint64_t hash, const uint32_t *words, int count) {
  for (int i = 0; i < count; ++i)
    for (int byte = 0; byte < 4; ++byte)
      hash =
          (hash ^ ((words[i] >> (8 * byte)) & 255)) * UINT64_C(0x100000001b3);
  return hash;
}

int run(void) {
  net_init(parameters.bytes, 3);
  for (int i = 0; i < ROWS * IN; ++i)
    x.numbers[i] = (float)((i * 37) % 101 - 50) / 16.0f;
#ifdef OPEN
  net_forward(parameters.bytes, x.numbers, ROWS, y.numbers, copy.numbers,
              hidden.numbers, scratch.bytes);
#else
  net_forward(parameters.bytes, x.numbers, y.numbers, copy.numbers,
              hidden.numbers, scratch.bytes);
#endif
  for (int row = 0; row < USED; ++row) {
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    hash = add(hash, y.words + row * 3, 3);
    hash = add(hash, hidden.words + row * 300, 300);
    char text[18];
    for (int i = 0; i < 16; ++i)
      text[i] = "0123456789abcdef"[(hash >> (60 - 4 * i)) & 15];
    text[16] = '\n';
    text[17] = 0;
    write_text(text);
  }
  return 0;
}
