/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */

/* Loads files with the C loader.
     loader load FILE VALUES SCRATCH_BYTES  writes all values to the file VALUES
     loader damage FILE                     damages the file in every place
     loader refuse FILE                     has a parameter refused
     loader load-one FILE VALUES            loads the only parameter "w" of 256
   A load that fails prints its message and must have changed nothing. */
#include "net.h"

#include "buffers.h"
#include "nascent_safetensors.h"

enum { MAX_FILE = 1 << 16 };

static const nascent_parameter_alias aliases[] = {{"2.weight", NET_2_WEIGHT},
                                                  {"2.bias", NET_2_BIAS}};
static const nascent_safetensors_network network = {
    net_parameters, NET_PARAMETER_COUNT, net_set, aliases, 2};

static int is_untouched(const unsigned char *parameters) {
  for (size_t i = 0; i < NET_PARAMETERS_BYTES; ++i)
    if (parameters[i] != GUARD)
      return 0;
  return is_guarded(parameters, NET_PARAMETERS_BYTES);
}

static int load(const char *path, const char *values_path,
                size_t scratch_size) {
  unsigned char *parameters = buffer(NET_PARAMETERS_BYTES);
  float *scratch = scratch_size ? floats(scratch_size / sizeof(float)) : NULL;
  char error[2000] = "not empty";
  const char *says_needed;
  FILE *out;
  /* As much as is said to be needed is enough, and less is refused. */
  unsigned long long needed = 0;
  unsigned char *file = buffer(MAX_FILE);
  CHECK(nascent_safetensors_load_file(&network, parameters, path, file, 0,
                                      scratch, scratch_size, error,
                                      sizeof(error)) == -1);
  says_needed = strstr(error, " needs a buffer of ");
  if (!says_needed) {
    printf("%s", error);
    return 0;
  }
  CHECK(sscanf(says_needed, " needs a buffer of %llu bytes", &needed) == 1);
  CHECK(needed <= MAX_FILE);
  for (size_t offset = 0; offset < 8; ++offset) {
    file = buffer_at(needed + 7, offset);
    if (nascent_safetensors_load_file(&network, parameters, path, file,
                                      needed + 7, scratch, scratch_size, error,
                                      sizeof(error)) != 0) {
      CHECK(is_untouched(parameters));
      CHECK(strlen(error) > 10);
      printf("%s", error);
      return 0;
    }
    CHECK(is_guarded(file, needed + 7));
  }
  CHECK(error[0] == 0);
  CHECK(is_guarded(parameters, NET_PARAMETERS_BYTES));
  if (scratch)
    CHECK(is_guarded(scratch, scratch_size));
  out = fopen(values_path, "wb");
  CHECK(out);
  for (uint32_t i = 0; i < NET_PARAMETER_COUNT; ++i) {
    float values[64];
    size_t count = 1;
    for (uint32_t dim = 0; dim < net_parameters[i].rank; ++dim)
      count *= (size_t)net_parameters[i].shape[dim];
    CHECK(net_get(parameters, i, values) == 0);
    CHECK(fwrite(values, sizeof(float), count, out) == count);
  }
  CHECK(fclose(out) == 0);
  printf("ok");
  return 0;
}

/* Loads a copy that ends where its buffer ends. */
static int load_copy(const unsigned char *contents, size_t size) {
  unsigned char *copy = (unsigned char *)malloc(size ? size : 1);
  unsigned char *parameters = buffer(NET_PARAMETERS_BYTES);
  float scratch[64];
  char error[40];
  int status;
  CHECK(copy);
  memcpy(copy, contents, size);
  status = nascent_safetensors_load(&network, parameters, copy, size, scratch,
                                    sizeof(scratch), error, sizeof(error));
  CHECK(status == 0 || is_untouched(parameters));
  CHECK(memchr(error, 0, sizeof(error)) != NULL);
  free(copy);
  return status;
}

static int damage(const char *path) {
  static const unsigned char others[] = {0,   1,   0xff, 0x80, '"', '\\', '{',
                                         '}', '[', ',',  '0',  '9', 'u',  '-'};
  unsigned char *contents = buffer(MAX_FILE);
  FILE *in = fopen(path, "rb");
  size_t size;
  CHECK(in);
  size = fread(contents, 1, MAX_FILE, in);
  fclose(in);
  CHECK(load_copy(contents, size) == 0);
  for (size_t length = 0; length < size; ++length)
    CHECK(load_copy(contents, length) == -1);
  for (size_t at = 0; at < size; ++at) {
    unsigned char before = contents[at];
    for (size_t i = 0; i < sizeof(others); ++i) {
      contents[at] = others[i];
      load_copy(contents, size);
    }
    contents[at] = before;
  }
  printf("ok");
  return 0;
}

static int set_all_but_bias(void *parameters, uint32_t index,
                            const void *values) {
  return index == NET_0_BIAS ? 3 : net_set(parameters, index, values);
}

static int refuse(const char *path) {
  const nascent_safetensors_network refusing = {
      net_parameters, NET_PARAMETER_COUNT, set_all_but_bias, aliases, 2};
  unsigned char *file = buffer(MAX_FILE);
  char error[200];
  CHECK(nascent_safetensors_load_file(&refusing, buffer(NET_PARAMETERS_BYTES),
                                      path, file, MAX_FILE, NULL, 0, error,
                                      sizeof(error)) == -1);
  printf("%s", error);
  return 0;
}

static int keep(void *parameters, uint32_t index, const void *values) {
  memcpy(parameters, values, 256 * sizeof(float));
  return (int)index;
}

static int load_one(const char *path, const char *values_path) {
  static const nascent_parameter_info info = {"w", "float32", 1, {256}};
  const nascent_safetensors_network one = {&info, 1, keep, NULL, 0};
  unsigned char *file = buffer(MAX_FILE);
  float values[256], scratch[256];
  char error[200];
  FILE *out;
  if (nascent_safetensors_load_file(&one, values, path, file, MAX_FILE, scratch,
                                    sizeof(scratch), error,
                                    sizeof(error)) != 0) {
    printf("%s", error);
    return 0;
  }
  out = fopen(values_path, "wb");
  CHECK(out);
  CHECK(fwrite(values, sizeof(float), 256, out) == 256);
  CHECK(fclose(out) == 0);
  printf("ok");
  return 0;
}

int main(int argc, char **argv) {
  if (argc == 5 && strcmp(argv[1], "load") == 0)
    return load(argv[2], argv[3], (size_t)atol(argv[4]));
  if (argc == 3 && strcmp(argv[1], "damage") == 0)
    return damage(argv[2]);
  if (argc == 3 && strcmp(argv[1], "refuse") == 0)
    return refuse(argv[2]);
  if (argc == 4 && strcmp(argv[1], "load-one") == 0)
    return load_one(argv[2], argv[3]);
  return 2;
}
