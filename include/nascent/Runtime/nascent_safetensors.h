/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */

/* Loads a network's parameters from a safetensors file at run time.

   Optional: compiled networks do not need it. It is this header and
   nascent_safetensors.c, in C99 or C++17; it allocates nothing and needs
   nothing but the C library. */

#ifndef NASCENT_SAFETENSORS_H
#define NASCENT_SAFETENSORS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef NASCENT_PARAMETER_INFO
#define NASCENT_PARAMETER_INFO
/* A parameter: dtype is "float32"; shape has rank sizes, the rest are 0. */
typedef struct {
  const char *name;
  const char *dtype;
  uint32_t rank;
  int64_t shape[8];
} nascent_parameter_info;
#endif

/* A further name of a parameter: that of a layer tied to its own. */
typedef struct {
  const char *name;
  uint32_t index;
} nascent_parameter_alias;

/* What a network's header declares: <net>_parameters, <NET>_PARAMETER_COUNT and
   <net>_set. With aliases, a file may hold a parameter under any of its names,
   or under several with the same bytes. */
typedef struct {
  const nascent_parameter_info *parameters;
  uint32_t count;
  int (*set)(void *parameters, uint32_t index, const void *values);
  const nascent_parameter_alias *aliases;
  uint32_t alias_count;
} nascent_safetensors_network;

/* Sets all parameters of a network from a file's contents.

   The whole file is checked first: its header, that it holds each parameter
   once and nothing else, and every element type and shape. Only then is
   anything set, so that a load that fails changes nothing. <net>_set takes
   every parameter of its network; where `set` is another function and returns a
   status other than 0, the load stops there and fails.

   file, size: the contents of the file. An F32 tensor that lies at a multiple
     of 4 bytes is read where it is.
   parameters: the network's parameter buffer.
   scratch, scratch_size: room for the floats of the largest other tensor: one
     that is not aligned, or not F32 but another type of floats, which is
   converted: F64, F16, BF16, the F8, F6 and F4. 4-byte aligned; may be null if
   there are none. error, error_size: where a message is left if the load fails,
   ended by a null character and cut off if need be; empty if it succeeds. May
   be null.

   Returns 0, or -1 if it failed. */
int nascent_safetensors_load(const nascent_safetensors_network *network,
                             void *parameters, const void *file, size_t size,
                             float *scratch, size_t scratch_size, char *error,
                             size_t error_size);

/* The same for the file at `path`, which is read into `buffer`; if that is too
   small the message says how many bytes are needed: the file's size and up to 7
   more, by which tensors are aligned. Use nascent_safetensors_load on a mapped
   file for files that should not be read into memory. */
int nascent_safetensors_load_file(const nascent_safetensors_network *network,
                                  void *parameters, const char *path,
                                  void *buffer, size_t buffer_size,
                                  float *scratch, size_t scratch_size,
                                  char *error, size_t error_size);

#ifdef __cplusplus
}
#endif

#endif /* NASCENT_SAFETENSORS_H */
