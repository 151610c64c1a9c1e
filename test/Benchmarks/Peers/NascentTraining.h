//===- NascentTraining.h - Our steps of training --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_BENCHMARKS_PEERS_NASCENTTRAINING_H
#define NASCENT_BENCHMARKS_PEERS_NASCENTTRAINING_H

#include "Contestant.h"

namespace nascent::bench {

/// A step of training, in one call, on so many processors. `variant`, `flags`
/// and `libraries` are those of a CompiledNetwork.
std::unique_ptr<Runner>
prepareNascentTraining(const Task &task, const std::string &variant = "",
                       const std::string &flags = "",
                       const std::string &libraries = "", int processors = 1);

} // namespace nascent::bench

#endif // NASCENT_BENCHMARKS_PEERS_NASCENTTRAINING_H
