//===- OneDNNSequences.h - oneDNN on sequences ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_BENCHMARKS_PEERS_ONEDNNSEQUENCES_H
#define NASCENT_BENCHMARKS_PEERS_ONEDNNSEQUENCES_H

#include "Contestant.h"

namespace nascent::bench {

/// A recurrent layer; null for another.
std::unique_ptr<Runner> prepareOneDNNSequences(const Task &task);

} // namespace nascent::bench

#endif // NASCENT_BENCHMARKS_PEERS_ONEDNNSEQUENCES_H
