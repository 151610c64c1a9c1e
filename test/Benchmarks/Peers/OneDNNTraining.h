//===- OneDNNTraining.h - oneDNN's steps of training ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_BENCHMARKS_PEERS_ONEDNNTRAINING_H
#define NASCENT_BENCHMARKS_PEERS_ONEDNNTRAINING_H

#include "Contestant.h"

namespace nascent::bench {

/// Dense layers: primitives of inner products, or products by dnnl_sgemm. Null
/// for other layers.
std::unique_ptr<Runner> prepareOneDNNTraining(const Task &task);

} // namespace nascent::bench

#endif // NASCENT_BENCHMARKS_PEERS_ONEDNNTRAINING_H
