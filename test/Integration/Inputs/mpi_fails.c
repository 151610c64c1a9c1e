/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */

/* Rank 1 alone has a label that there is not. */

#include "mlp.h"
#include "nascent_mpi.h"
#include <stdio.h>

static _Alignas(64) unsigned char parameters[MLP_PARAMETERS_BYTES],
    scratch[MLP_TRAINING_SCRATCH_BYTES];
static _Alignas(64) float slots[2 * (MLP_GRADIENTS_BYTES + 64) / sizeof(float)];

int main(int argc, char **argv) {
  int rank, counts[2], starts[2];
  float x[20] = {0}, loss = 7, other = 7, own[2] = {0, 0}, all[4] = {0}, before;
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  mlp_init(parameters, 1);
  int32_t target[1] = {rank == 1 ? 10 : 3};
  int status = mlp_loss_and_gradients(parameters, x, target, 1, 1.0f, 0, slots,
                                      &loss, scratch);
  before = slots[0];
  loss = 7;
  int sum = nascent_mpi_sum(status, slots, MLP_GRADIENTS_BYTES, &loss,
                            MPI_COMM_WORLD);
  int evaluated = nascent_mpi_sum_loss(
      mlp_loss(parameters, x, target, 1, 1.0f, &other, scratch), &other,
      MPI_COMM_WORLD);
  int untouched = loss == 7 && slots[0] == before;
  nascent_mpi_tree tree = {slots, MLP_GRADIENTS_BYTES, 0, 0};
  float *next = nascent_mpi_tree_next(&tree);
  nascent_mpi_tree_add(&tree, mlp_loss_and_gradients(
                                  parameters, x, target, 1, 1.0f, 0, next,
                                  nascent_mpi_tree_loss(&tree, next), scratch));
  int tree_sum = nascent_mpi_tree_sum(&tree, MPI_COMM_WORLD);
  own[0] = (float)rank;
  own[1] = (float)rank + 1;
  nascent_mpi_gather(own, 1 + rank, all, counts, starts, MPI_COMM_WORLD);
  printf("rank %d: %d %d %d, %s", rank, sum, evaluated, tree_sum,
         untouched ? "untouched" : "TOUCHED");
  if (rank == 0)
    printf("; of all ranks: %g %g %g %d %d", all[0], all[1], all[2],
           counts[0] + starts[1], counts[1]);
  printf("\n");
  MPI_Finalize();
  return 0;
}
