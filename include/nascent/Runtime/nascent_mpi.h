/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */

/* Trains a compiled network on the ranks of an MPI communicator, each with rows
   of its own and a copy of the parameters.

   Optional: compiled networks do not need it. It is this header, in C99 or
   C++17; it allocates nothing and needs MPI alone. Every function here is
   collective: all ranks call it. Where MPI itself fails, the communicator's
   error handler decides; the usual one ends the program. */

#ifndef NASCENT_MPI_H
#define NASCENT_MPI_H

#include <mpi.h>
#include <stddef.h>
#include <stdint.h>

/* MPI counts by int. */
#define NASCENT_MPI_MOST ((size_t)1 << 30)

/* Gives all ranks the parameters of rank 0, initialised or read from a file.
   bytes: <NET>_PARAMETERS_BYTES. */
static inline void nascent_mpi_broadcast(void *parameters, size_t bytes,
                                         MPI_Comm comm) {
  char *next = (char *)parameters;
  for (size_t part; bytes != 0; next += part, bytes -= part) {
    part = bytes < NASCENT_MPI_MOST ? bytes : NASCENT_MPI_MOST;
    MPI_Bcast(next, (int)part, MPI_BYTE, 0, comm);
  }
}

/* How many losses all ranks sum, or what they weigh, from what <net>_loss_terms
   returns for each. */
static inline double nascent_mpi_terms(double terms, MPI_Comm comm) {
  MPI_Allreduce(MPI_IN_PLACE, &terms, 1, MPI_DOUBLE, MPI_SUM, comm);
  return terms;
}

/* Sums losses of all ranks. status: what <net>_loss or <net>_loss_and_gradients
   returned here. Returns 0, or -1 on all ranks if it was not 0 on one; then the
   loss stays as it is. */
static inline int nascent_mpi_sum_loss(int status, float *loss, MPI_Comm comm) {
  double sums[2];
  sums[0] = status == 0 ? *loss : 0.0;
  sums[1] = status == 0 ? 0.0 : 1.0;
  MPI_Allreduce(MPI_IN_PLACE, sums, 2, MPI_DOUBLE, MPI_SUM, comm);
  if (sums[1] != 0.0)
    return -1;
  *loss = (float)sums[0];
  return 0;
}

/* Sums gradients of all ranks, and with them statistics of batches, which a
   step averages by a statistics_scale of 1 over the number of ranks; and
   losses, as above. Each rank has computed its own with the scale of all rows.
   bytes: <NET>_GRADIENTS_BYTES. Where it returns -1, gradients stay as they
   are. */
static inline int nascent_mpi_sum(int status, void *gradients, size_t bytes,
                                  float *loss, MPI_Comm comm) {
  if (nascent_mpi_sum_loss(status, loss, comm) != 0)
    return -1;
  float *next = (float *)gradients;
  size_t count = bytes / sizeof(float);
  for (size_t part; count != 0; next += part, count -= part) {
    part = count < NASCENT_MPI_MOST ? count : NASCENT_MPI_MOST;
    MPI_Allreduce(MPI_IN_PLACE, next, (int)part, MPI_FLOAT, MPI_SUM, comm);
  }
  return 0;
}

/* Gives rank 0 what all ranks computed, in their order: outputs of
   <net>_forward, for example. count: floats of this rank, which may differ.
   all: on rank 0 those of all ranks; counts, starts: on rank 0 an int for each
   rank, which is filled. */
static inline void nascent_mpi_gather(const float *own, int count, float *all,
                                      int *counts, int *starts, MPI_Comm comm) {
  int rank, ranks;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &ranks);
  MPI_Gather(&count, 1, MPI_INT, counts, 1, MPI_INT, 0, comm);
  for (int each = 0, start = 0; rank == 0 && each < ranks; ++each) {
    starts[each] = start;
    start += counts[each];
  }
  MPI_Gatherv(own, count, MPI_FLOAT, all, counts, starts, MPI_FLOAT, 0, comm);
}

/* Sums in an order that does not depend on the number of ranks.

   A batch is cut into micro-batches, a power of two of them, and their
   gradients are added in pairs, the sums in pairs, and so on. A power of two of
   ranks, no more than there are micro-batches, shares them out: rank r has the
   r-th part of them, in order. The result has the same bits for any such
   number, where the ranks' machines compute the same: on any machines with
   --numerics=strict.

     nascent_mpi_tree tree = {slots, MLP_GRADIENTS_BYTES, 0, 0};
     for (each micro-batch of this rank) {
       float *own = nascent_mpi_tree_next(&tree);
       float *loss = nascent_mpi_tree_loss(&tree, own);
       nascent_mpi_tree_add(&tree, mlp_loss_and_gradients(
           parameters, x, target, scale, 0, own, loss, scratch));
     }
     if (nascent_mpi_tree_sum(&tree, comm) == 0)
       step by what is in slots, whose loss nascent_mpi_tree_loss finds, with a
       statistics_scale of 1 over the number of all micro-batches
*/
typedef struct {
  /* Slots, each of bytes and 64 more for the loss: one, and one for each time
     that this rank's number of micro-batches can be halved; two at least. */
  float *slots;
  size_t bytes; /* <NET>_GRADIENTS_BYTES */
  /* How many micro-batches have been added, and whether one failed. */
  uint32_t added;
  int status;
} nascent_mpi_tree;

/* The bytes of slots for so many micro-batches on a rank. */
static inline size_t nascent_mpi_tree_bytes(size_t gradients_bytes,
                                            uint32_t batches) {
  size_t slots = 1;
  for (; batches > 1; batches /= 2)
    ++slots;
  return (slots < 2 ? 2 : slots) * (gradients_bytes + 64);
}

static inline float *nascent_mpi_tree_slot(const nascent_mpi_tree *tree,
                                           size_t slot) {
  return tree->slots + slot * (tree->bytes + 64) / sizeof(float);
}

/* Where the loss of what is in a slot goes. */
static inline float *nascent_mpi_tree_loss(const nascent_mpi_tree *tree,
                                           float *slot) {
  return slot + tree->bytes / sizeof(float);
}

/* Where the gradients of the next micro-batch go. */
static inline float *nascent_mpi_tree_next(const nascent_mpi_tree *tree) {
  size_t slot = 0;
  for (uint32_t sums = tree->added; sums != 0; sums &= sums - 1)
    ++slot;
  return nascent_mpi_tree_slot(tree, slot);
}

/* Adds what has been computed there. status: what the function returned. */
static inline void nascent_mpi_tree_add(nascent_mpi_tree *tree, int status) {
  float *last = nascent_mpi_tree_next(tree);
  size_t stride = (tree->bytes + 64) / sizeof(float);
  if (status != 0)
    tree->status = -1;
  /* As a binary counter carries: two sums of as many become one. */
  for (uint32_t carry = tree->added++; carry & 1; carry >>= 1) {
    float *before = last - stride;
    for (size_t i = 0; i <= tree->bytes / sizeof(float); ++i)
      before[i] += last[i];
    last = before;
  }
}

/* Adds up all ranks' sums. Returns 0, or -1 on all ranks, if a micro-batch
   failed on one, or ranks or their numbers of micro-batches are not as above.
 */
static inline int nascent_mpi_tree_sum(nascent_mpi_tree *tree, MPI_Comm comm) {
  int rank, ranks;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &ranks);
  uint32_t most = tree->added;
  MPI_Allreduce(MPI_IN_PLACE, &most, 1, MPI_UINT32_T, MPI_MAX, comm);
  int fails = tree->status != 0 || tree->added != most || most == 0 ||
              (most & (most - 1)) != 0 || (ranks & (ranks - 1)) != 0;
  MPI_Allreduce(MPI_IN_PLACE, &fails, 1, MPI_INT, MPI_MAX, comm);
  if (fails)
    return -1;
  float *sum = tree->slots, *other = nascent_mpi_tree_slot(tree, 1);
  size_t count = tree->bytes / sizeof(float) + 1;
  for (int distance = 1; distance < ranks; distance *= 2) {
    for (size_t first = 0, part; first < count; first += part) {
      part =
          count - first < NASCENT_MPI_MOST ? count - first : NASCENT_MPI_MOST;
      MPI_Sendrecv(sum + first, (int)part, MPI_FLOAT, rank ^ distance, 0,
                   other + first, (int)part, MPI_FLOAT, rank ^ distance, 0,
                   comm, MPI_STATUS_IGNORE);
    }
    for (size_t i = 0; i < count; ++i)
      sum[i] += other[i];
  }
  return 0;
}

#endif /* NASCENT_MPI_H */
