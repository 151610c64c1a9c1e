/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */

/* kernels KERNEL PARTS FILE...: calls the kernel with the contents of the
   files, once for each part, and writes the last buffer back to its file. No
   buffer is a byte longer than its file: what follows may not be touched. */
#define _DEFAULT_SOURCE
#include "buffers.h"

/* KERNELS: KERNELn(name) for each, of n buffers. */
#include "kernels.h"

#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#ifdef SPLIT
#define PARTS , int64_t, int64_t
#define PART , part, parts
#else
#define PARTS
#define PART
#endif

#define ONE void *
#define TWO ONE, ONE
#define THREE TWO, ONE
#define FOUR THREE, ONE
#define FIVE FOUR, ONE
#define SIX FIVE, ONE
#define SEVEN SIX, ONE

#define KERNEL1(name) void name(ONE PARTS);
#define KERNEL2(name) void name(TWO PARTS);
#define KERNEL3(name) void name(THREE PARTS);
#define KERNEL4(name) void name(FOUR PARTS);
#define KERNEL5(name) void name(FIVE PARTS);
#define KERNEL6(name) void name(SIX PARTS);
#define KERNEL7(name) void name(SEVEN PARTS);
KERNELS
#undef KERNEL1
#undef KERNEL2
#undef KERNEL3
#undef KERNEL4
#undef KERNEL5
#undef KERNEL6
#undef KERNEL7

#define CALL(name, ...)                                                        \
  if (!strcmp(kernel, #name)) {                                                \
    name(__VA_ARGS__ PART);                                                    \
    return;                                                                    \
  }
#define KERNEL1(name) CALL(name, b[0])
#define KERNEL2(name) CALL(name, b[0], b[1])
#define KERNEL3(name) CALL(name, b[0], b[1], b[2])
#define KERNEL4(name) CALL(name, b[0], b[1], b[2], b[3])
#define KERNEL5(name) CALL(name, b[0], b[1], b[2], b[3], b[4])
#define KERNEL6(name) CALL(name, b[0], b[1], b[2], b[3], b[4], b[5])
#define KERNEL7(name) CALL(name, b[0], b[1], b[2], b[3], b[4], b[5], b[6])

static void call(const char *kernel, void **b, int64_t part, int64_t parts) {
  (void)part, (void)parts;
  KERNELS
  CHECK(!"known");
}

/* `size` bytes that end where memory may not be touched, after GUARD. */
static void *fenced(size_t size) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  size_t pages = (size + GUARD_BYTES + page - 1) / page * page;
  unsigned char *bytes = (unsigned char *)mmap(
      NULL, pages + page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(bytes != MAP_FAILED);
  CHECK(mprotect(bytes, pages, PROT_READ | PROT_WRITE) == 0);
  memset(bytes, GUARD, pages);
  return bytes + pages - size;
}

static int is_untouched_before(const void *buffer) {
  const unsigned char *at = (const unsigned char *)buffer;
  for (int i = 1; i <= GUARD_BYTES; ++i)
    if (at[-i] != GUARD)
      return 0;
  return 1;
}

int main(int argc, char **argv) {
  enum { MOST = 8 };
  void *buffers[MOST];
  size_t sizes[MOST];
  int count = argc - 3;
  CHECK(count > 0 && count <= MOST);
  for (int i = 0; i < count; ++i) {
    FILE *file = fopen(argv[i + 3], "rb");
    CHECK(file && fseek(file, 0, SEEK_END) == 0);
    sizes[i] = (size_t)ftell(file);
    rewind(file);
    buffers[i] = fenced(sizes[i]);
    CHECK(fread(buffers[i], 1, sizes[i], file) == sizes[i]);
    fclose(file);
  }
  int64_t parts = atoi(argv[2]);
  for (int64_t part = 0; part < parts; ++part)
    call(argv[1], buffers, part, parts);
  for (int i = 0; i < count; ++i)
    CHECK(is_untouched_before(buffers[i]));
  FILE *file = fopen(argv[argc - 1], "wb");
  CHECK(file);
  CHECK(fwrite(buffers[count - 1], 1, sizes[count - 1], file) ==
        sizes[count - 1]);
  CHECK(fclose(file) == 0);
  return 0;
}
