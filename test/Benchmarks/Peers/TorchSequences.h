//===- TorchSequences.h - ATen on sequences -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_BENCHMARKS_PEERS_TORCHSEQUENCES_H
#define NASCENT_BENCHMARKS_PEERS_TORCHSEQUENCES_H

#include "Contestant.h"

namespace nascent::bench {

/// The faster one of ATen's ways, of an encoder those are its one function,
/// and the layers that it consists of.
std::unique_ptr<Runner> prepareTorchSequences(const Task &task);

} // namespace nascent::bench

#endif // NASCENT_BENCHMARKS_PEERS_TORCHSEQUENCES_H
