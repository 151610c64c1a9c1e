/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */

/* Plays a WAV file through docs/examples/zoo/amp_lstm.mlir, compiled with
   --bind amp_lstm=1x?x1xf32 --stream: amp IN.wav OUT.wav. Files are of one
   channel of 16 bits, on a machine that is little-endian, as they are. */
#include "amp_lstm.h"

#include <stdio.h>
#include <string.h>

/* What audio hardware asks for at a time; the last block is shorter. */
enum { BLOCK = 64, SCRATCH = 1 << 16 };

/* Clang's RealtimeSanitizer sees to it that such a function never waits. */
#if defined(__clang__) && __clang_major__ >= 20
#define REAL_TIME __attribute__((nonblocking))
#else
#define REAL_TIME
#endif

static _Alignas(64) unsigned char parameters[AMP_LSTM_PARAMETERS_BYTES];
static _Alignas(64) unsigned char state[AMP_LSTM_STATE_BYTES];
static _Alignas(64) unsigned char scratch[SCRATCH];

/* What a plug-in does in its audio thread. */
static int process(const float *in, float *out, int count) REAL_TIME {
  return amp_lstm_forward(parameters, in, count, out, state, scratch);
}

/* Copies a file's header, up to its samples, and gives how many bytes these
   are; -1 where it is not such a file. */
static long copy_header(FILE *in, FILE *out) {
  unsigned char bytes[12];
  uint32_t size;
  if (fread(bytes, 1, 12, in) != 12 || memcmp(bytes, "RIFF", 4) != 0 ||
      memcmp(bytes + 8, "WAVE", 4) != 0 || fwrite(bytes, 1, 12, out) != 12)
    return -1;
  for (;;) {
    unsigned char chunk[4096];
    if (fread(chunk, 1, 8, in) != 8 || fwrite(chunk, 1, 8, out) != 8)
      return -1;
    memcpy(&size, chunk + 4, 4);
    if (memcmp(chunk, "data", 4) == 0)
      return (long)size;
    int is_format = memcmp(chunk, "fmt ", 4) == 0;
    if (size > sizeof chunk || fread(chunk, 1, size, in) != size ||
        fwrite(chunk, 1, size, out) != size)
      return -1;
    /* PCM, one channel, 16 bits. */
    if (is_format &&
        (size < 16 || chunk[0] != 1 || chunk[2] != 1 || chunk[14] != 16))
      return -1;
  }
}

static int16_t to_sample(float value) {
  float scaled = value * 32768.0f;
  return (int16_t)(scaled > 32767.0f    ? 32767.0f
                   : scaled < -32768.0f ? -32768.0f
                                        : scaled);
}

int main(int argc, char **argv) {
  FILE *in = argc == 3 ? fopen(argv[1], "rb") : NULL;
  FILE *out = in ? fopen(argv[2], "wb") : NULL;
  if (!out) {
    fputs("usage: amp IN.wav OUT.wav\n", stderr);
    return 2;
  }
  long bytes = copy_header(in, out);
  if (bytes < 0 || amp_lstm_scratch_bytes(BLOCK) > SCRATCH) {
    fputs("expected a WAV file of one channel of 16 bits\n", stderr);
    return 1;
  }
  /* A real one has trained parameters: --params when it is compiled. */
  amp_lstm_init(parameters, 42);
  amp_lstm_reset(state);
  for (long left = bytes / 2; left > 0;) {
    int16_t samples[BLOCK];
    float x[BLOCK], y[BLOCK];
    int count = left < BLOCK ? (int)left : BLOCK;
    if (fread(samples, 2, (size_t)count, in) != (size_t)count)
      return 1;
    for (int i = 0; i < count; ++i)
      x[i] = (float)samples[i] / 32768.0f;
    if (process(x, y, count) != 0)
      return 1;
    for (int i = 0; i < count; ++i)
      samples[i] = to_sample(y[i]);
    if (fwrite(samples, 2, (size_t)count, out) != (size_t)count)
      return 1;
    left -= count;
  }
  fclose(in);
  if (fclose(out) != 0) {
    perror(argv[2]);
    return 1;
  }
  return 0;
}
