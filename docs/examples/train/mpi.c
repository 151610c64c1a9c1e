/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */

/* Trains a network on the ranks of MPI: a batch of 64 rows is shared out, each
   rank computes the gradients of its rows, and all take the same step.

     mpirun -n 2 mpi             gradients are summed by MPI
     mpirun -n 2 mpi pairwise    in an order that goes for any number of ranks

   Rank 0 prints the last loss and what all ranks' parameters have in common. */

#include "mlp.h"
#include "nascent_mpi.h"
#include <stdio.h>
#include <string.h>

enum { ROWS = 64, STEPS = 100, MICRO_BATCHES = 4, INPUTS = 20 };

static _Alignas(64) unsigned char parameters[MLP_PARAMETERS_BYTES],
    scratch[MLP_TRAINING_SCRATCH_BYTES];
static _Alignas(64) float slots[3 * (MLP_GRADIENTS_BYTES + 64) / sizeof(float)];
static float x[ROWS * INPUTS];
static int32_t target[ROWS];

/* Rows that differ, each of the class that its largest element tells. */
static void make_rows(void) {
  uint32_t word = 1;
  for (int row = 0; row < ROWS; ++row)
    for (int i = 0; i < INPUTS; ++i) {
      word = word * 1664525u + 1013904223u;
      x[row * INPUTS + i] = (float)(word >> 8) / 16777216.0f;
      if (i < 10 && x[row * INPUTS + i] > x[row * INPUTS + target[row]])
        target[row] = i;
    }
}

/* The gradients of a batch, in slots; its loss in *loss. */
static int add_up(int first, int rows, int is_pairwise, float *loss) {
  double terms = (double)mlp_loss_terms(target + first, rows);
  float scale = (float)(1.0 / nascent_mpi_terms(terms, MPI_COMM_WORLD));
  if (!is_pairwise) {
    int status =
        mlp_loss_and_gradients(parameters, x + first * INPUTS, target + first,
                               rows, scale, 0, slots, loss, scratch);
    return nascent_mpi_sum(status, slots, MLP_GRADIENTS_BYTES, loss,
                           MPI_COMM_WORLD);
  }
  nascent_mpi_tree tree = {slots, MLP_GRADIENTS_BYTES, 0, 0};
  int micro = ROWS / MICRO_BATCHES;
  for (int row = first; row < first + rows; row += micro) {
    float *own = nascent_mpi_tree_next(&tree);
    int status = mlp_loss_and_gradients(
        parameters, x + row * INPUTS, target + row, micro, scale, 0, own,
        nascent_mpi_tree_loss(&tree, own), scratch);
    nascent_mpi_tree_add(&tree, status);
  }
  int status = nascent_mpi_tree_sum(&tree, MPI_COMM_WORLD);
  *loss = *nascent_mpi_tree_loss(&tree, slots);
  return status;
}

static uint32_t hash_parameters(void) {
  uint32_t hash = 2166136261u;
  for (size_t i = 0; i < sizeof parameters; ++i)
    hash = (hash ^ parameters[i]) * 16777619u;
  return hash;
}

int main(int argc, char **argv) {
  int rank, ranks, is_pairwise = argc > 1 && strcmp(argv[1], "pairwise") == 0;
  float loss = 0.0f;
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  if (ranks > MICRO_BATCHES || ROWS % ranks != 0) {
    fprintf(stderr, "expected 1, 2 or 4 ranks, got %d\n", ranks);
    MPI_Finalize();
    return 1;
  }
  make_rows();
  if (rank == 0)
    mlp_init(parameters, 42);
  nascent_mpi_broadcast(parameters, sizeof parameters, MPI_COMM_WORLD);
  nascent_sgd hyper = {.learning_rate = 0.5f,
                       .gradient_scale = 1.0f,
                       .statistics_scale =
                           1.0f / (float)(is_pairwise ? MICRO_BATCHES : ranks)};
  int rows = ROWS / ranks;
  for (int step = 0; step < STEPS; ++step) {
    if (add_up(rank * rows, rows, is_pairwise, &loss) != 0) {
      fprintf(stderr, "rank %d: a label that there is not, here or elsewhere\n",
              rank);
      MPI_Finalize();
      return 1;
    }
    mlp_step_sgd(parameters, slots, NULL, &hyper);
  }
  uint32_t own = hash_parameters(), least = own, most = own;
  MPI_Allreduce(MPI_IN_PLACE, &least, 1, MPI_UINT32_T, MPI_MIN, MPI_COMM_WORLD);
  MPI_Allreduce(MPI_IN_PLACE, &most, 1, MPI_UINT32_T, MPI_MAX, MPI_COMM_WORLD);
  if (rank == 0)
    printf("loss %.9f, parameters %s %08x\n", loss,
           least == most ? "everywhere" : "DIFFER", own);
  MPI_Finalize();
  return 0;
}
