/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */

/* Buffers for tests: any alignment, and guards that must not change. */
#ifndef BUFFERS_H
#define BUFFERS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GUARD_BYTES = 256, GUARD = 0xA5 };

#define CHECK(condition)                                                       \
  do {                                                                         \
    if (!(condition)) {                                                        \
      fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__,             \
              #condition);                                                     \
      exit(1);                                                                 \
    }                                                                          \
  } while (0)

/* `size` bytes, all GUARD, with guards on both sides, `offset` bytes past a
   multiple of 64. */
static inline unsigned char *buffer_at(size_t size, size_t offset) {
  size_t all = size + offset + 2 * GUARD_BYTES + 64;
  unsigned char *bytes = (unsigned char *)malloc(all);
  CHECK(bytes);
  memset(bytes, GUARD, all);
  bytes += GUARD_BYTES;
  while ((size_t)bytes % 64 != 0)
    ++bytes;
  return bytes + offset;
}

static inline unsigned char *buffer(size_t size) { return buffer_at(size, 0); }

static inline float *floats(size_t count) {
  return (float *)(void *)buffer(count * sizeof(float));
}

/* Whether nothing was written past `size` bytes or before them. */
static inline int is_guarded(const void *bytes, size_t size) {
  const unsigned char *at = (const unsigned char *)bytes;
  for (size_t i = 0; i < GUARD_BYTES; ++i)
    if (at[size + i] != GUARD || at[-(long)i - 1] != GUARD)
      return 0;
  return 1;
}

/* Some numbers of both signs, other ones for each `seed`. */
static inline void fill(float *values, size_t count, unsigned seed) {
  for (size_t i = 0; i < count; ++i) {
    seed = seed * 1664525u + 1013904223u;
    values[i] = (float)(seed >> 8) / 8388608.0f - 1.0f;
  }
}

#endif
