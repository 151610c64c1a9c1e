/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */

/* Loads a network's parameters from a safetensors file at run time.

   Nothing is allocated, so nothing of the header is kept: a cursor walks over
   its entries as often as need be, a few times for most files. */

#include "nascent_safetensors.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LENGTH_BYTES 8u
/* What the reference implementation reads at most. */
#define HEADER_LIMIT 100000000u
#define MAX_RANK 8u

/* ---- errors ---- */

typedef struct {
  char *text;
  size_t size;
} message;

/* Writes the message; returns -1. */
static int fail(message *error, const char *format, ...) {
  va_list arguments;
  if (error->text == NULL || error->size == 0)
    return -1;
  va_start(arguments, format);
  vsnprintf(error->text, error->size, format, arguments);
  va_end(arguments);
  return -1;
}

/* ---- the header's JSON ---- */

/* A string without its quotes, escapes not decoded. */
typedef struct {
  const unsigned char *begin;
  const unsigned char *end;
} raw_string;

/* One entry of the header. */
typedef struct {
  raw_string name;
  raw_string dtype;
  uint32_t rank;
  uint64_t shape[MAX_RANK];
  uint64_t begin, end;
} entry;

typedef struct {
  const unsigned char *start; /* of the file */
  const unsigned char *at;
  const unsigned char *end; /* of the header */
  message *error;
} cursor;

static int expected(const cursor *c, const char *what) {
  return fail(c->error, "malformed safetensors header: expected %s at byte %lu",
              what, (unsigned long)(c->at - c->start));
}

static void skip_space(cursor *c) {
  while (c->at != c->end &&
         (*c->at == ' ' || *c->at == '\t' || *c->at == '\n' || *c->at == '\r'))
    ++c->at;
}

static int consume(cursor *c, char character) {
  skip_space(c);
  if (c->at == c->end || *c->at != (unsigned char)character)
    return 0;
  ++c->at;
  return 1;
}

static int hex_digit(unsigned char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

/* The four digits of an escape; -1 if they are not. */
static long hex_number(const unsigned char *at, const unsigned char *end) {
  long value = 0;
  int i;
  if (end - at < 4)
    return -1;
  for (i = 0; i < 4; ++i) {
    int digit = hex_digit(at[i]);
    if (digit < 0)
      return -1;
    value = value * 16 + digit;
  }
  return value;
}

static int parse_string(cursor *c, raw_string *string) {
  skip_space(c);
  if (c->at == c->end || *c->at != '"')
    return expected(c, "a string");
  string->begin = ++c->at;
  for (; c->at != c->end && *c->at != '"'; ++c->at) {
    if (*c->at < 0x20)
      return expected(c, "no control character");
    if (*c->at != '\\')
      continue;
    ++c->at;
    if (c->at == c->end)
      break;
    if (*c->at == 'u') {
      if (hex_number(c->at + 1, c->end) < 0)
        return expected(c, "four hexadecimal digits");
      c->at += 4;
    } else if (*c->at == 0 || strchr("\"\\/bfnrt", *c->at) == NULL) {
      return expected(c, "an escape of JSON");
    }
  }
  if (c->at == c->end)
    return expected(c, "the end of a string");
  string->end = c->at++;
  return 0;
}

static int parse_number(cursor *c, uint64_t *value) {
  const unsigned char *begin;
  skip_space(c);
  begin = c->at;
  *value = 0;
  while (c->at != c->end && *c->at >= '0' && *c->at <= '9') {
    unsigned digit = (unsigned)(*c->at - '0');
    if (*value > ((uint64_t)INT64_MAX - digit) / 10)
      return expected(c, "a number below 2^63");
    *value = *value * 10 + digit;
    ++c->at;
  }
  if (c->at == begin || (c->at - begin > 1 && *begin == '0') ||
      (c->at != c->end && (*c->at == '.' || *c->at == 'e' || *c->at == 'E')))
    return expected(c, "an integer of 0 or more");
  return 0;
}

/* Decodes one character of a string to UTF-8; returns its length. */
static int decode(const unsigned char **at, const unsigned char *end,
                  unsigned char utf8[4]) {
  static const char escapes[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
  long code;
  int i;
  if (**at != '\\') {
    utf8[0] = *(*at)++;
    return 1;
  }
  ++*at;
  if (**at != 'u') {
    for (i = 0; escapes[i] != (char)**at; i += 2)
      ;
    ++*at;
    utf8[0] = (unsigned char)escapes[i + 1];
    return 1;
  }
  code = hex_number(*at + 1, end);
  *at += 5;
  if (code >= 0xd800 && code < 0xdc00 && end - *at >= 6 && (*at)[0] == '\\' &&
      (*at)[1] == 'u') {
    long low = hex_number(*at + 2, end);
    if (low >= 0xdc00 && low < 0xe000) {
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
      *at += 6;
    }
  }
  if (code < 0x80) {
    utf8[0] = (unsigned char)code;
    return 1;
  }
  if (code < 0x800) {
    utf8[0] = (unsigned char)(0xc0 | code >> 6);
    utf8[1] = (unsigned char)(0x80 | (code & 0x3f));
    return 2;
  }
  if (code < 0x10000) {
    utf8[0] = (unsigned char)(0xe0 | code >> 12);
    utf8[1] = (unsigned char)(0x80 | (code >> 6 & 0x3f));
    utf8[2] = (unsigned char)(0x80 | (code & 0x3f));
    return 3;
  }
  utf8[0] = (unsigned char)(0xf0 | code >> 18);
  utf8[1] = (unsigned char)(0x80 | (code >> 12 & 0x3f));
  utf8[2] = (unsigned char)(0x80 | (code >> 6 & 0x3f));
  utf8[3] = (unsigned char)(0x80 | (code & 0x3f));
  return 4;
}

static int equals(const raw_string *string, const char *text) {
  const unsigned char *at = string->begin;
  unsigned char utf8[4];
  while (at != string->end) {
    int length = decode(&at, string->end, utf8), i;
    for (i = 0; i < length; ++i, ++text)
      /* A null character in the file is not the end of a name. */
      if (*text == 0 || (unsigned char)*text != utf8[i])
        return 0;
  }
  return *text == 0;
}

/* How a message shows a string of the file: cut off, and only what is sure to
   be one printable line. */
typedef struct {
  char text[48];
} shown;

static shown show(const raw_string *string) {
  shown result;
  size_t i, length = (size_t)(string->end - string->begin);
  if (length >= sizeof(result.text))
    length = sizeof(result.text) - 1;
  for (i = 0; i < length; ++i) {
    unsigned char c = string->begin[i];
    result.text[i] = c >= 0x20 && c < 0x7f ? (char)c : '?';
  }
  result.text[length] = 0;
  return result;
}

/* Parses '{', each pair by the caller, '}'. Use as
     for (more = begin_object(c); more == 1; more = next_member(c)) … */
static int begin_object(cursor *c) {
  if (!consume(c, '{'))
    return expected(c, "'{'");
  return consume(c, '}') ? 0 : 1;
}
static int next_member(cursor *c) {
  if (consume(c, ','))
    return 1;
  return consume(c, '}') ? 0 : expected(c, "',' or '}'");
}

static int parse_key(cursor *c, raw_string *key) {
  if (parse_string(c, key) != 0)
    return -1;
  return consume(c, ':') ? 0 : expected(c, "':'");
}

static int parse_shape(cursor *c, entry *e) {
  uint64_t size;
  e->rank = 0;
  if (!consume(c, '['))
    return expected(c, "'[' of a shape");
  if (consume(c, ']'))
    return 0;
  do {
    if (parse_number(c, &size) != 0)
      return -1;
    if (e->rank == MAX_RANK)
      return expected(c, "a shape of at most 8 sizes");
    e->shape[e->rank++] = size;
  } while (consume(c, ','));
  return consume(c, ']') ? 0 : expected(c, "',' or ']'");
}

static int parse_offsets(cursor *c, entry *e) {
  if (!consume(c, '['))
    return expected(c, "'[' of two offsets");
  if (parse_number(c, &e->begin) != 0)
    return -1;
  if (!consume(c, ','))
    return expected(c, "','");
  if (parse_number(c, &e->end) != 0)
    return -1;
  return consume(c, ']') ? 0 : expected(c, "']'");
}

static int parse_entry(cursor *c, entry *e) {
  unsigned seen = 0;
  raw_string key;
  int more;
  for (more = begin_object(c); more == 1; more = next_member(c)) {
    unsigned field;
    int status;
    if (parse_key(c, &key) != 0)
      return -1;
    if (equals(&key, "dtype")) {
      field = 1;
      status = parse_string(c, &e->dtype);
    } else if (equals(&key, "shape")) {
      field = 2;
      status = parse_shape(c, e);
    } else if (equals(&key, "data_offsets")) {
      field = 4;
      status = parse_offsets(c, e);
    } else {
      return expected(c, "dtype, shape or data_offsets before this value");
    }
    if (status != 0)
      return -1;
    if (seen & field)
      return expected(c, "each field once before this place");
    seen |= field;
  }
  if (more < 0)
    return -1;
  return seen == 7 ? 0 : expected(c, "dtype, shape and data_offsets before");
}

static int skip_metadata(cursor *c) {
  raw_string string;
  int more;
  for (more = begin_object(c); more == 1; more = next_member(c))
    if (parse_key(c, &string) != 0 || parse_string(c, &string) != 0)
      return -1;
  return more;
}

/* ---- walking over entries ---- */

typedef struct {
  const unsigned char *contents;
  const unsigned char *data;
  size_t header_size;
  size_t data_size;
  uint32_t entry_count;
  size_t scratch_count;
  message *error;
} file_view;

typedef struct {
  cursor c;
  int more; /* 1: at an entry; 0: at the end; -1: failed */
} walk;

static walk begin_walk(const file_view *file) {
  walk w;
  w.c.start = file->contents;
  w.c.at = file->contents + LENGTH_BYTES;
  w.c.end = w.c.at + file->header_size;
  w.c.error = file->error;
  w.more = begin_object(&w.c);
  return w;
}

/* Takes the next entry: 1, 0 at the end, -1 after an error. */
static int next_entry(walk *w, entry *e) {
  while (w->more == 1) {
    int is_metadata;
    if (parse_key(&w->c, &e->name) != 0)
      return w->more = -1;
    is_metadata = equals(&e->name, "__metadata__");
    if ((is_metadata ? skip_metadata(&w->c) : parse_entry(&w->c, e)) != 0)
      return w->more = -1;
    w->more = next_member(&w->c);
    if (w->more < 0)
      return -1;
    if (!is_metadata)
      return 1;
  }
  return w->more;
}

/* ---- element types ---- */

/* What can be loaded. */
typedef struct {
  const char *name;
  unsigned bits;
  /* Of a sign, an exponent and a mantissa of 8 bits or less together: the bits
     of the mantissa, what is added to the exponent, and the largest magnitude
     that is finite. What lies above it is infinite or not a number; one more
     may be none. NONE where there is no such thing. */
  uint32_t mantissa, bias, largest, infinity, nan;
} element_type;

#define NONE 0x100u

static const element_type element_types[] = {
    {"F32", 32, 0, 0, 0, 0, 0},
    {"F64", 64, 0, 0, 0, 0, 0},
    {"F16", 16, 0, 0, 0, 0, 0},
    {"BF16", 16, 0, 0, 0, 0, 0},
    {"F8_E8M0", 8, 0, 0, 0, 0, 0},
    {"F8_E4M3", 8, 3, 7, 0x7e, NONE, NONE},
    {"F8_E5M2", 8, 2, 15, 0x7b, 0x7c, NONE},
    {"F8_E4M3FNUZ", 8, 3, 8, 0x7f, NONE, 0x80},
    {"F8_E5M2FNUZ", 8, 2, 16, 0x7f, NONE, 0x80},
    {"F6_E2M3", 6, 3, 1, 0x1f, NONE, NONE},
    {"F6_E3M2", 6, 2, 3, 0x1f, NONE, NONE},
    {"F4", 4, 1, 1, 0x07, NONE, NONE}};

static const element_type *find_type(const raw_string *dtype) {
  size_t i;
  for (i = 0; i < sizeof(element_types) / sizeof(element_types[0]); ++i)
    if (equals(dtype, element_types[i].name))
      return &element_types[i];
  return NULL;
}

static int is_type(const element_type *type, const char *name) {
  return strcmp(type->name, name) == 0;
}

/* ---- checking ---- */

static int is_utf8(const unsigned char *at, const unsigned char *end) {
  while (at != end) {
    unsigned char c = *at++;
    unsigned char low = 0x80, high = 0xbf;
    int rest;
    if (c < 0x80)
      continue;
    if (c >= 0xc2 && c < 0xe0)
      rest = 1;
    else if (c >= 0xe0 && c < 0xf0)
      rest = 2;
    else if (c >= 0xf0 && c < 0xf5)
      rest = 3;
    else
      return 0;
    /* Neither longer than need be, nor a surrogate, nor past the last one. */
    if (c == 0xe0)
      low = 0xa0;
    if (c == 0xed)
      high = 0x9f;
    if (c == 0xf0)
      low = 0x90;
    if (c == 0xf4)
      high = 0x8f;
    for (; rest != 0; --rest, low = 0x80, high = 0xbf)
      if (at == end || *at < low || *at++ > high)
        return 0;
  }
  return 1;
}

static int open_view(file_view *file, const void *contents, size_t size,
                     message *error) {
  uint64_t length = 0;
  int i;
  file->contents = (const unsigned char *)contents;
  file->error = error;
  if (size < LENGTH_BYTES)
    return fail(error, "not a safetensors file: it has less than 8 bytes");
  for (i = 7; i >= 0; --i)
    length = length << 8 | file->contents[i];
  if (length > HEADER_LIMIT || length > size - LENGTH_BYTES)
    return fail(error,
                "not a safetensors file, or truncated: its header is longer "
                "than the file or 100 MB");
  file->header_size = (size_t)length;
  file->data = file->contents + LENGTH_BYTES + file->header_size;
  file->data_size = size - LENGTH_BYTES - file->header_size;
  if (!is_utf8(file->contents + LENGTH_BYTES, file->data))
    return fail(error, "malformed safetensors header: it is not UTF-8");
  return 0;
}

/* A name of a parameter, as a number: first come the parameters' own names,
   then the aliases. */
static uint32_t name_count(const nascent_safetensors_network *network) {
  return network->count + network->alias_count;
}
static const char *name_of(const nascent_safetensors_network *network,
                           uint32_t name) {
  return name < network->count ? network->parameters[name].name
                               : network->aliases[name - network->count].name;
}
static uint32_t parameter_of(const nascent_safetensors_network *network,
                             uint32_t name) {
  return name < network->count ? name
                               : network->aliases[name - network->count].index;
}

/* Finds the name that a string is: 1, or 0 if it is none. The search goes from
   `*name` in both directions, because neighbours in a file are neighbours in
   the network. */
static int find_name(const nascent_safetensors_network *network,
                     const raw_string *string, uint32_t *name) {
  const uint64_t count = name_count(network), start = *name;
  uint64_t i;
  for (i = 0; i < count; ++i) {
    uint64_t distance = (i + 1) / 2;
    uint64_t at = i % 2 ? start + count - distance : start + distance;
    *name = (uint32_t)(at % count);
    if (equals(string, name_of(network, *name)))
      return parameter_of(network, *name) < network->count;
  }
  return 0;
}

/* Checks an entry against its parameter and the data. */
static int check_entry(const file_view *file, const entry *e,
                       const nascent_parameter_info *parameter) {
  const element_type *type = find_type(&e->dtype);
  uint64_t count = 1, bytes;
  uint32_t i;
  int same = e->rank == parameter->rank;
  if (type == NULL) {
    shown dtype = show(&e->dtype);
    return fail(file->error,
                "tensor '%s' has elements of type '%s'; expected floats, such "
                "as F32",
                parameter->name, dtype.text);
  }
  for (i = 0; same && i < e->rank; ++i)
    same = parameter->shape[i] >= 0 &&
           e->shape[i] == (uint64_t)parameter->shape[i];
  if (!same) {
    char expects[8 * 22 + 1] = "", has[8 * 22 + 1] = "";
    size_t used = 0;
    for (i = 0; i < parameter->rank && i < MAX_RANK; ++i)
      used += (size_t)snprintf(expects + used, sizeof(expects) - used, "%s%lld",
                               i ? ", " : "", (long long)parameter->shape[i]);
    for (i = 0, used = 0; i < e->rank; ++i)
      used += (size_t)snprintf(has + used, sizeof(has) - used, "%s%llu",
                               i ? ", " : "", (unsigned long long)e->shape[i]);
    return fail(file->error,
                "tensor '%s' has the shape (%s); the network needs (%s)",
                parameter->name, has, expects);
  }
  /* A parameter's size is known to fit; still, nothing here may wrap. */
  for (i = 0; i < e->rank; ++i) {
    if (e->shape[i] != 0 && count > (uint64_t)INT64_MAX / 8 / e->shape[i])
      return fail(file->error, "tensor '%s' is too large", parameter->name);
    count *= e->shape[i];
  }
  if (count % 8 * type->bits % 8 != 0)
    return fail(file->error,
                "tensor '%s' has %llu elements of %u bits; expected a whole "
                "number of bytes",
                parameter->name, (unsigned long long)count, type->bits);
  bytes = count / 8 * type->bits + count % 8 * type->bits / 8;
  if (e->begin > e->end || e->end > file->data_size ||
      e->end - e->begin != bytes)
    return fail(file->error,
                "tensor '%s' has the data offsets %llu to %llu; expected %llu "
                "bytes within the file's %llu",
                parameter->name, (unsigned long long)e->begin,
                (unsigned long long)e->end, (unsigned long long)bytes,
                (unsigned long long)file->data_size);
  return 0;
}

/* Whether a tensor's bytes can be read as floats where they are. */
static int is_in_place(const file_view *file, const entry *e) {
  const uint16_t one = 1;
  int is_little_endian = *(const unsigned char *)&one == 1;
  return equals(&e->dtype, "F32") && is_little_endian &&
         (uintptr_t)(file->data + e->begin) % sizeof(float) == 0;
}

static size_t count_of(const entry *e) {
  return (size_t)((e->end - e->begin) * 8 / find_type(&e->dtype)->bits);
}

/* PyTorch counts batches beside running statistics, which serves training only.
 */
static int is_batch_count(const entry *e) {
  static const char end[] = ".num_batches_tracked";
  const size_t size = sizeof(end) - 1;
  return (size_t)(e->name.end - e->name.begin) > size &&
         memcmp(e->name.end - size, end, size) == 0 && equals(&e->dtype, "I64");
}

/* Walks over all entries once: the header is well formed, and each entry has a
   name of the network and is what that parameter needs, within the data. Sets
   how many there are, and how many floats do not lie in place. */
static int check_entries(file_view *file,
                         const nascent_safetensors_network *network) {
  walk w = begin_walk(file);
  uint32_t name = 0, batch_counts = 0;
  entry e;
  int more;
  file->entry_count = 0;
  file->scratch_count = 0;
  while ((more = next_entry(&w, &e)) == 1) {
    const nascent_parameter_info *parameter;
    if (!find_name(network, &e.name, &name)) {
      shown text = show(&e.name);
      if (is_batch_count(&e) && batch_counts++ < name_count(network)) {
        ++file->entry_count;
        continue;
      }
      return fail(file->error, "tensor '%s' is no parameter of the network",
                  text.text);
    }
    parameter = &network->parameters[parameter_of(network, name)];
    if (check_entry(file, &e, parameter) != 0)
      return -1;
    /* Bounds the time that other checks take. */
    if (++file->entry_count - batch_counts > name_count(network))
      return fail(file->error, "tensor '%s' is there more than once",
                  name_of(network, name));
    if (!is_in_place(file, &e) && count_of(&e) > file->scratch_count)
      file->scratch_count = count_of(&e);
  }
  if (more < 0)
    return -1;
  skip_space(&w.c);
  return w.c.at == w.c.end ? 0 : expected(&w.c, "nothing more");
}

/* From here on the header is known to be well formed. */

/* Finds the entry of that name: 1, or 0 if there is none. */
static int find_entry(const file_view *file, const char *name, entry *e) {
  walk w = begin_walk(file);
  while (next_entry(&w, e) == 1)
    if (equals(&e->name, name))
      return 1;
  return 0;
}

/* Finds the entry of the first of a parameter's names that the file has. */
static int find_parameter(const file_view *file,
                          const nascent_safetensors_network *network,
                          uint32_t index, entry *e) {
  uint32_t name;
  if (find_entry(file, network->parameters[index].name, e))
    return 1;
  for (name = network->count; name < name_count(network); ++name)
    if (parameter_of(network, name) == index &&
        find_entry(file, name_of(network, name), e))
      return 1;
  return 0;
}

/* Each name is there at most once, and each parameter under one of its names.
   A walk marks the names of a window; for most networks one is enough. */
static int check_names(const file_view *file,
                       const nascent_safetensors_network *network) {
  enum { WINDOW = 4096 };
  uint32_t first, name;
  entry e;
  for (first = 0; first < name_count(network); first += WINDOW) {
    unsigned char seen[WINDOW] = {0};
    walk w = begin_walk(file);
    name = first;
    while (next_entry(&w, &e) == 1) {
      if (!find_name(network, &e.name, &name) || name < first ||
          name - first >= WINDOW)
        continue;
      if (seen[name - first]++)
        return fail(file->error, "tensor '%s' is there more than once",
                    name_of(network, name));
    }
    for (name = first; name < network->count && name - first < WINDOW; ++name)
      if (!seen[name - first] && !find_parameter(file, network, name, &e))
        return fail(file->error, "tensor '%s' is missing",
                    network->parameters[name].name);
  }
  return 0;
}

/* A parameter that the file has under several names has the same bytes under
   all of them. */
static int check_aliases(const file_view *file,
                         const nascent_safetensors_network *network) {
  uint32_t name;
  for (name = network->count; name < name_count(network); ++name) {
    entry alias, e;
    if (!find_entry(file, name_of(network, name), &alias) ||
        !find_parameter(file, network, parameter_of(network, name), &e))
      continue;
    if (e.end - e.begin != alias.end - alias.begin ||
        find_type(&e.dtype) != find_type(&alias.dtype) ||
        memcmp(file->data + e.begin, file->data + alias.begin,
               (size_t)(e.end - e.begin)) != 0)
      return fail(file->error,
                  "tensors '%s' and '%s' are one parameter, but differ",
                  network->parameters[parameter_of(network, name)].name,
                  name_of(network, name));
  }
  return 0;
}

/* The tensors fill the data without a gap or an overlap: some of them do, one
   after the other, and together they have no more bytes than it. */
static int check_coverage(const file_view *file) {
  walk w = begin_walk(file);
  uint64_t end = 0, sum = 0;
  entry e;
  while (end != file->data_size) {
    uint32_t i;
    int found = 0;
    for (i = 0; i < file->entry_count && !found; ++i) {
      if (next_entry(&w, &e) != 1) {
        w = begin_walk(file);
        if (next_entry(&w, &e) != 1)
          break;
      }
      found = e.begin == end && e.end > end;
    }
    if (!found)
      return fail(file->error,
                  "no tensor starts at byte %llu of the data, where the one "
                  "before it ends",
                  (unsigned long long)end);
    end = e.end;
  }
  w = begin_walk(file);
  while (next_entry(&w, &e) == 1) {
    sum += e.end - e.begin;
    if (sum > file->data_size)
      return fail(file->error,
                  "tensors overlap: they have more bytes than the data's %llu",
                  (unsigned long long)file->data_size);
  }
  return 0;
}

/* ---- values ---- */

/* The bits of an element; those of less than a byte start at the lowest. */
static uint64_t read_bits(const unsigned char *start, size_t index,
                          unsigned width) {
  const unsigned char *at = start + index / 8 * width + index % 8 * width / 8;
  const unsigned shift = (unsigned)(index % 8) * width % 8;
  unsigned size = (shift + width + 7) / 8;
  uint64_t bits = 0;
  while (size-- != 0)
    bits = bits << 8 | at[size];
  return width == 64 ? bits : bits >> shift & (((uint64_t)1 << width) - 1);
}

static float float_of(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof(value));
  return value;
}

static float half_of(uint32_t half) {
  uint32_t sign = (half & 0x8000) << 16;
  uint32_t exponent = half >> 10 & 0x1f, mantissa = half & 0x3ff;
  if (exponent == 0) {
    /* A multiple of 2^-24. */
    float value = (float)mantissa * 5.9604644775390625e-8f;
    return sign ? -value : value;
  }
  exponent = exponent == 0x1f ? 0xff : exponent + 112;
  return float_of(sign | exponent << 23 | mantissa << 13);
}

static float double_of(uint64_t bits) {
  const uint64_t magnitude = bits & 0x7fffffffffffffffu;
  double value;
  /* Halfway past the largest float the nearest is infinity; a cast would be
     undefined. */
  if (magnitude >= 0x47effffff0000000u && magnitude <= 0x7ff0000000000000u)
    return float_of((uint32_t)(bits >> 63 << 31) | 0x7f800000u);
  memcpy(&value, &bits, sizeof(value));
  return (float)value;
}

/* A float of 8 bits or less. */
static float small_of(const element_type *type, uint32_t bits) {
  const uint32_t sign_bit = 1u << (type->bits - 1);
  const uint32_t magnitude = bits & ~sign_bit;
  const uint32_t sign = bits & sign_bit ? 0x80000000 : 0;
  const uint32_t implied = 1u << type->mantissa;
  const uint32_t exponent = magnitude >> type->mantissa;
  float units = (float)(magnitude & (implied - 1)), value;
  if (magnitude == type->infinity)
    return float_of(sign | 0x7f800000);
  if (magnitude > type->largest || bits == type->nan)
    return float_of(0x7fc00000);
  if (exponent != 0)
    units += (float)implied;
  /* Times a power of two, which is exact. */
  value =
      units *
      float_of(((exponent ? exponent : 1) + 127 - type->bias - type->mantissa)
               << 23);
  return sign ? -value : value;
}

/* A power of two, the smallest of which is subnormal. */
static float power_of(uint32_t bits) {
  if (bits == 0xff)
    return float_of(0x7fc00000);
  return float_of(bits == 0 ? 0x00400000 : bits << 23);
}

static float value_of(const element_type *type, uint64_t bits) {
  if (type->bits == 64)
    return double_of(bits);
  if (type->bits == 32)
    return float_of((uint32_t)bits);
  if (is_type(type, "F16"))
    return half_of((uint32_t)bits);
  if (is_type(type, "BF16"))
    return float_of((uint32_t)bits << 16);
  if (is_type(type, "F8_E8M0"))
    return power_of((uint32_t)bits);
  return small_of(type, (uint32_t)bits);
}

static void convert(const file_view *file, const entry *e, float *values) {
  const element_type *type = find_type(&e->dtype);
  size_t i, count = count_of(e);
  for (i = 0; i < count; ++i)
    values[i] = value_of(type, read_bits(file->data + e->begin, i, type->bits));
}

/* ---- loading ---- */

int nascent_safetensors_load(const nascent_safetensors_network *network,
                             void *parameters, const void *contents,
                             size_t size, float *scratch, size_t scratch_size,
                             char *error, size_t error_size) {
  message text;
  file_view file;
  walk w;
  entry e;
  uint32_t name = 0;
  text.text = error;
  text.size = error_size;
  if (error != NULL && error_size != 0)
    error[0] = 0;
  if (open_view(&file, contents, size, &text) != 0 ||
      check_entries(&file, network) != 0 || check_names(&file, network) != 0 ||
      check_coverage(&file) != 0 || check_aliases(&file, network) != 0)
    return -1;
  if (file.scratch_count != 0 &&
      (scratch == NULL || file.scratch_count > scratch_size / sizeof(float)))
    return fail(&text,
                "tensors that are not aligned or not F32 need a scratch buffer "
                "of %llu bytes",
                (unsigned long long)file.scratch_count * sizeof(float));

  w = begin_walk(&file);
  while (next_entry(&w, &e) == 1) {
    const void *values = file.data + e.begin;
    int status;
    if (!find_name(network, &e.name, &name))
      continue;
    if (!is_in_place(&file, &e)) {
      convert(&file, &e, scratch);
      values = scratch;
    }
    status = network->set(parameters, parameter_of(network, name), values);
    if (status != 0)
      return fail(&text, "parameter '%s' cannot be set: set returned %d",
                  network->parameters[parameter_of(network, name)].name,
                  status);
  }
  return 0;
}

int nascent_safetensors_load_file(const nascent_safetensors_network *network,
                                  void *parameters, const char *path,
                                  void *buffer, size_t buffer_size,
                                  float *scratch, size_t scratch_size,
                                  char *error, size_t error_size) {
  message text;
  unsigned char *start = (unsigned char *)buffer;
  unsigned char length[LENGTH_BYTES];
  unsigned long long needed;
  size_t used, skip;
  FILE *stream;
  int failed;
  text.text = error;
  text.size = error_size;
  stream = fopen(path, "rb");
  if (stream == NULL)
    return fail(&text, "cannot open '%s'", path);
  used = fread(length, 1, sizeof(length), stream);
  /* The data comes to lie at a multiple of 8. */
  skip = (8 - ((size_t)((uintptr_t)start % 8) + length[0] % 8) % 8) % 8;
  if (used != sizeof(length))
    skip = 0;
  if (skip + used <= buffer_size) {
    memcpy(start + skip, length, used);
    used += fread(start + skip + used, 1, buffer_size - skip - used, stream);
  }
  /* What is left is counted, to say how much is needed. */
  needed = (unsigned long long)skip + used;
  while (fgetc(stream) != EOF)
    ++needed;
  failed = ferror(stream);
  fclose(stream);
  if (failed)
    return fail(&text, "cannot read '%s'", path);
  if (needed > buffer_size)
    return fail(&text, "'%s' needs a buffer of %llu bytes, got %llu", path,
                needed, (unsigned long long)buffer_size);
  return nascent_safetensors_load(network, parameters, start + skip, used,
                                  scratch, scratch_size, error, error_size);
}
