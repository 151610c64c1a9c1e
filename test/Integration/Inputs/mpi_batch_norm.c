/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */

/* Trains a network with a batch norm in four micro-batches, which 1, 2 or 4
   ranks share. Rank 0 prints the loss, a running mean and a hash of all
   parameters. */

#include "nascent_mpi.h"
#include "net.h"
#include <stdio.h>

enum { PARTS = 4, STEPS = 20 };

static _Alignas(64) unsigned char parameters[NET_PARAMETERS_BYTES],
    scratch[NET_TRAINING_SCRATCH_BYTES];
static _Alignas(64) float slots[3 * (NET_GRADIENTS_BYTES + 64) / sizeof(float)];
static float x[PARTS][NET_X_SIZE];
static int32_t target[PARTS][16];

int main(int argc, char **argv) {
  int rank, ranks;
  uint32_t word = 1, hash = 2166136261u;
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  for (int i = 0; i < PARTS * NET_X_SIZE; ++i) {
    word = word * 1664525u + 1013904223u;
    x[i / NET_X_SIZE][i % NET_X_SIZE] = (float)(word >> 8) / 16777216.0f;
  }
  for (int i = 0; i < PARTS * 16; ++i)
    target[i / 16][i % 16] = i * i % 3;
  net_init(parameters, 42);
  nascent_sgd hyper = {.learning_rate = 0.5f,
                       .gradient_scale = 1.0f,
                       .statistics_scale = 1.0f / PARTS};
  for (int step = 0; step < STEPS; ++step) {
    nascent_mpi_tree tree = {slots, NET_GRADIENTS_BYTES, 0, 0};
    int own = PARTS / ranks;
    for (int part = rank * own; part < (rank + 1) * own; ++part) {
      float *next = nascent_mpi_tree_next(&tree);
      nascent_mpi_tree_add(
          &tree, net_loss_and_gradients(
                     parameters, x[part], target[part], 1.0f / (16 * PARTS), 0,
                     next, nascent_mpi_tree_loss(&tree, next), scratch));
    }
    if (nascent_mpi_tree_sum(&tree, MPI_COMM_WORLD) != 0)
      return 1;
    if (rank == 0 && step % 10 == 9)
      printf("loss %.9f\n", *nascent_mpi_tree_loss(&tree, slots));
    net_step_sgd(parameters, slots, NULL, &hyper);
  }
  float mean[9];
  net_get(parameters, NET_1_RUNNING_MEAN, mean);
  for (size_t i = 0; i < sizeof parameters; ++i)
    hash = (hash ^ parameters[i]) * 16777619u;
  if (rank == 0)
    printf("mean %.9f, parameters %08x\n", mean[0], hash);
  MPI_Finalize();
  return 0;
}
