//===- TorchTraining.h - libtorch's steps of training ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_BENCHMARKS_PEERS_TORCHTRAINING_H
#define NASCENT_BENCHMARKS_PEERS_TORCHTRAINING_H

#include "Contestant.h"

namespace nascent::bench {

/// ATen with gradients, of images in the faster one of two orders.
std::unique_ptr<Runner> prepareTorchTraining(const Task &task);

} // namespace nascent::bench

#endif // NASCENT_BENCHMARKS_PEERS_TORCHTRAINING_H
