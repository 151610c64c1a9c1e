//===- GemmTraining.h - Training of dense layers by a library's sgemm -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// As programmers write it in C: three products a layer, of which that of the
// weights' gradients adds to the weights at once, and loops for all the rest.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_BENCHMARKS_PEERS_GEMMTRAINING_H
#define NASCENT_BENCHMARKS_PEERS_GEMMTRAINING_H

#include "Training.h"

namespace nascent::bench {

/// C[m, n] = alpha·A[m, k]·B[k, n] + beta·C, all row-major; A or B may lie
/// turned. `lda`, `ldb` and `ldc` are the distances of rows as they lie.
using Gemm = void (*)(bool turnA, bool turnB, int m, int n, int k, float alpha,
                      const float *a, int lda, const float *b, int ldb,
                      float beta, float *c, int ldc);

/// The gradient of the mean cross-entropy of y[rows, classes].
void crossEntropyGradient(const float *y, const std::vector<int32_t> &labels,
                          int64_t classes, float *gradient);

/// Zeroes the gradient where relu did.
void maskByRelu(const float *y, int64_t count, float *gradient);

/// bias -= rate · the sums of the gradient's columns.
void updateBias(const float *gradient, int64_t rows, int64_t columns,
                float rate, float *bias);

/// Null unless all layers are dense, with relu or nothing behind them.
std::unique_ptr<Runner> prepareGemmTraining(const Task &task, Gemm gemm);

/// Whether they are.
bool isDenseTraining(const Network &network);

} // namespace nascent::bench

#endif // NASCENT_BENCHMARKS_PEERS_GEMMTRAINING_H
