//===- StatisticsUpdate.h - Running statistics in training ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_PARAMETERS_STATISTICSUPDATE_H
#define NASCENT_LIB_PARAMETERS_STATISTICSUPDATE_H

#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "nascent/Dialect/NN/IR/NetworkParameters.h"

namespace nascent::parameters {

/// Running statistics of a network that side by side change alike.
struct StatisticsRange {
  /// In floats, from the start of the buffer.
  int64_t begin, end;
  /// How much of a batch's statistics a step takes on.
  float momentum;
};

/// Those that layers learn from the batches that the network is trained by, in
/// the order of their places; none where it is trained by no loss.
llvm::SmallVector<StatisticsRange>
findStatistics(nn::SequentialOp network,
               llvm::ArrayRef<nn::NetworkParameter> parameters);

/// Emits, for each of them, r ← (1 − momentum)·r + momentum·scale·s, s being
/// the batch's, which is in `gradients` where r is in `parameters`, as PyTorch
/// does.
void emitStatisticsUpdate(mlir::ImplicitLocOpBuilder &b,
                          llvm::ArrayRef<StatisticsRange> ranges,
                          mlir::Value parameters, mlir::Value gradients,
                          mlir::Value scale);

} // namespace nascent::parameters

#endif // NASCENT_LIB_PARAMETERS_STATISTICSUPDATE_H
