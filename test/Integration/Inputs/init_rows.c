/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */

/* Initialises network `net` by ranges of rows: in any order, they give the
   bytes that net_init gives, and each writes nothing but its own. With NARROW
   every initialiser computes element by element, without it those of the layers
   6, 7 and 8 compute a whole weight. */
#include "net.h"

#include "freestanding.h"

#define CHECK(condition)                                                       \
  do {                                                                         \
    if (!(condition)) {                                                        \
      write_text("not true: " #condition "\n");                                \
      return 1;                                                                \
    }                                                                          \
  } while (0)

enum { SIZE = NET_PARAMETERS_BYTES, UNTOUCHED = 0xA5, MAX_RANGES = 4096 };
static const uint64_t SEED = UINT64_C(0xfedcba9876543210);

typedef union {
  float align;
  unsigned char bytes[SIZE];
} buffer;
/* What net_init writes onto UNTOUCHED and onto its complement. */
static buffer whole, inverse;
static buffer written, mask;
static float values[SIZE];

static void set_all(buffer *target, unsigned char byte) {
  for (size_t i = 0; i < SIZE; ++i)
    target->bytes[i] = byte;
}

static uint32_t state = 1;
static int64_t below(int64_t limit) {
  state = state * 1664525u + 1013904223u;
  return (int64_t)((((uint64_t)state >> 8) * (uint64_t)limit) >> 24);
}

static int64_t rows_of(uint32_t index) {
  return net_parameters[index].shape[0];
}
static int64_t columns_of(uint32_t index) {
  const nascent_parameter_info *info = &net_parameters[index];
  int64_t columns = 1;
  for (uint32_t dim = 1; dim < info->rank; ++dim)
    columns *= info->shape[dim];
  return columns;
}

static int needs_all_rows(uint32_t index) {
#ifdef NARROW
  (void)index;
  return 0;
#else
  return index == NET_6_WEIGHT || index == NET_7_WEIGHT ||
         index == NET_8_WEIGHT;
#endif
}

/* Marks the elements of some rows in `mask`, which is 0 elsewhere. */
static int mark(uint32_t index, int64_t first, int64_t count) {
  int64_t columns = columns_of(index);
  set_all(&mask, 0);
  return net_set_range(mask.bytes, index, first * columns, count * columns,
                       values);
}

/* Where the elements of the parameters begin. */
static size_t starts[NET_PARAMETER_COUNT + 1];
static int find_starts(void) {
  starts[NET_PARAMETER_COUNT] = SIZE;
  for (uint32_t i = 0; i < NET_PARAMETER_COUNT; ++i) {
    CHECK(mark(i, 0, rows_of(i)) == 0);
    while (!mask.bytes[starts[i]])
      ++starts[i];
  }
  return 0;
}

/* Whether net_init writes a byte that is no element's. */
static unsigned char is_padding[SIZE];
static void find_padding(void) {
  for (size_t i = 0; i < SIZE; ++i)
    is_padding[i] = whole.bytes[i] == inverse.bytes[i];
  for (uint32_t index = 0; index < NET_PARAMETER_COUNT; ++index) {
    mark(index, 0, rows_of(index));
    for (size_t i = 0; i < SIZE; ++i)
      is_padding[i] = is_padding[i] && !mask.bytes[i];
  }
}

static int check_range(uint32_t index, int64_t first, int64_t count) {
  set_all(&written, UNTOUCHED);
  CHECK(net_init_rows(written.bytes, index, first, count, SEED) == 0);
  CHECK(mark(index, first, count) == 0);
  int is_to_last = count > 0 && first + count == rows_of(index);
  for (size_t i = 0; i < SIZE; ++i) {
    int is_own_padding = is_to_last && is_padding[i] && i >= starts[index] &&
                         i < starts[index + 1];
    int is_own = mask.bytes[i] || is_own_padding;
    CHECK(written.bytes[i] == (is_own ? whole.bytes[i] : UNTOUCHED));
  }
  return 0;
}

static int check_refused(uint32_t index, int64_t first, int64_t count) {
  set_all(&written, UNTOUCHED);
  CHECK(net_init_rows(written.bytes, index, first, count, SEED) == -1);
  for (size_t i = 0; i < SIZE; ++i)
    CHECK(written.bytes[i] == UNTOUCHED);
  return 0;
}

static int check_parameter(uint32_t index) {
  int64_t rows = rows_of(index);
  CHECK(check_range(index, 0, rows) == 0);
  if (needs_all_rows(index)) {
    CHECK(check_refused(index, 0, rows - 1) == 0);
    CHECK(check_refused(index, 1, rows - 1) == 0);
    CHECK(check_refused(index, 0, 0) == 0);
  } else {
    CHECK(check_range(index, 0, 0) == 0);
    CHECK(check_range(index, rows, 0) == 0);
    CHECK(check_range(index, 0, 1) == 0);
    CHECK(check_range(index, rows - 1, 1) == 0);
    for (int i = 0; i < 20; ++i) {
      int64_t first = below(rows), count = below(rows - first + 1);
      CHECK(check_range(index, first, count) == 0);
    }
  }
  CHECK(check_refused(index, rows, 1) == 0);
  CHECK(check_refused(index, 0, rows + 1) == 0);
  CHECK(check_refused(index, 1, rows) == 0);
  CHECK(check_refused(index, -1, 1) == 0);
  CHECK(check_refused(index, 0, -1) == 0);
  CHECK(check_refused(index, 1, INT64_MAX) == 0);
  CHECK(check_refused(index, INT64_MIN, INT64_MIN) == 0);
  return 0;
}

/* All rows of all parameters, in ranges whose order is random. */
static int check_all(void) {
  static struct {
    uint32_t index;
    int64_t first, count;
  } ranges[MAX_RANGES];
  int64_t number = 0;
  for (uint32_t index = 0; index < NET_PARAMETER_COUNT; ++index) {
    int64_t rows = rows_of(index);
    for (int64_t first = 0; first < rows; ++number) {
      int64_t most = rows - first < 50 ? rows - first : 50;
      int64_t count = needs_all_rows(index) ? rows : 1 + below(most);
      CHECK(number < MAX_RANGES);
      /* Where a range is put that moves to the end to make room. */
      int64_t place = below(number + 1);
      ranges[number] = ranges[place];
      ranges[place].index = index;
      ranges[place].first = first;
      ranges[place].count = count;
      first += count;
    }
  }
  set_all(&written, UNTOUCHED);
  for (int64_t i = 0; i < number; ++i)
    CHECK(net_init_rows(written.bytes, ranges[i].index, ranges[i].first,
                        ranges[i].count, SEED) == 0);
  for (size_t i = 0; i < SIZE; ++i)
    CHECK(written.bytes[i] == whole.bytes[i]);
  return 0;
}

int run(void) {
  /* No byte of it is 0, in any type of weight. */
  for (size_t i = 0; i < SIZE; ++i)
    values[i] = 12.078431f;
  set_all(&whole, UNTOUCHED);
  set_all(&inverse, (unsigned char)~UNTOUCHED);
  net_init(whole.bytes, SEED);
  net_init(inverse.bytes, SEED);
  CHECK(find_starts() == 0);
  find_padding();
  for (uint32_t index = 0; index < NET_PARAMETER_COUNT; ++index)
    CHECK(check_parameter(index) == 0);
  CHECK(check_refused(NET_PARAMETER_COUNT, 0, 1) == 0);
  CHECK(check_refused(0xffffffffu, 0, 1) == 0);
  for (int i = 0; i < 20; ++i)
    CHECK(check_all() == 0);
  return 0;
}
