//===- NascentTraining.h - Our steps of training --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_BENCHMARKS_PEERS_NASCENTTRAINING_H
#define NASCENT_BENCHMARKS_PEERS_NASCENTTRAINING_H

#include "Contestant.h"

namespace nascent::bench {

/// A step of training, in one call.
std::unique_ptr<Runner> prepareNascentTraining(const Task &task);

} // namespace nascent::bench

#endif // NASCENT_BENCHMARKS_PEERS_NASCENTTRAINING_H
