/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */

/* Prints, for each optimiser, a hash of all parameters of network `net` after
   some steps, and the norm of the last gradients, as hexadecimal numbers. */
#include "net.h"

#include "freestanding.h"

static void write_hex(uint64_t value) {
  char text[18];
  for (int i = 0; i < 16; ++i)
    text[i] = "0123456789abcdef"[(value >> (4 * (15 - i))) & 15];
  text[16] = '\n';
  text[17] = 0;
  write_text(text);
}

/* In floats, and as many as gradients and states need. */
static float parameters[NET_PARAMETERS_BYTES / 4];
static float gradients[NET_PARAMETERS_BYTES / 4];
static float state[2 * (NET_PARAMETERS_BYTES / 4)];
static uint32_t values[NET_PARAMETERS_BYTES / 4];

static uint64_t hash(void) {
  uint64_t sum = UINT64_C(0xcbf29ce484222325);
  for (uint32_t i = 0; i < NET_PARAMETER_COUNT; ++i) {
    const nascent_parameter_info *info = &net_parameters[i];
    uint32_t count = 1;
    for (uint32_t dim = 0; dim < info->rank; ++dim)
      count *= (uint32_t)info->shape[dim];
    net_get(parameters, i, values);
    for (uint32_t k = 0; k < count; ++k)
      for (int byte = 0; byte < 4; ++byte)
        sum =
            (sum ^ ((values[k] >> (8 * byte)) & 255)) * UINT64_C(0x100000001b3);
  }
  return sum;
}

/* Parameters from one seed, gradients from the step's, states of zeros. */
static void begin(void) {
  net_init(parameters, 1);
  for (uint32_t i = 0; i < 2 * (NET_PARAMETERS_BYTES / 4); ++i)
    state[i] = 0;
}

#define STEPS 25
#define TRAIN(name, hyper, counted)                                            \
  begin();                                                                     \
  for (int step = 1; step <= STEPS; ++step) {                                  \
    net_init(gradients, 100 + (uint64_t)step);                                 \
    counted;                                                                   \
    net_step_##name(parameters, gradients, state, &hyper);                     \
  }                                                                            \
  write_text(#name " ");                                                       \
  write_hex(hash());

int run(void) {
  nascent_sgd sgd = {0.1f, 0.0f, 0.01f, 0.7f, 1.0f, 0};
  TRAIN(sgd, sgd, (void)0)
  sgd.momentum = 0.9f;
  TRAIN(sgd, sgd, (void)0)
  sgd.nesterov = 1;
  TRAIN(sgd, sgd, (void)0)
  nascent_adam adam = {0.001f, 0.9f, 0.999f, 1e-8f, 0.1f, 1.3f, 1.0f, 0, 0};
  TRAIN(adam, adam, adam.step = step)
  adam.decoupled = 1;
  TRAIN(adam, adam, adam.step = step)
  nascent_rmsprop rmsprop = {0.01f, 0.99f, 1e-8f, 0.5f, 0.01f, 1.0f, 1.0f};
  TRAIN(rmsprop, rmsprop, (void)0)
  nascent_adagrad adagrad = {0.01f, 0.1f, 1e-10f, 0.01f, 1.0f, 1.0f, 0};
  TRAIN(adagrad, adagrad, adagrad.step = step)
  union {
    float number;
    uint32_t bits;
  } norm;
  norm.number = net_gradient_norm(gradients);
  write_text("norm ");
  write_hex(norm.bits);
  return 0;
}
