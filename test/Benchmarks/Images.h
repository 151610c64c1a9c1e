//===- Images.h - The layers and networks of images that are measured -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_BENCHMARKS_IMAGES_H
#define NASCENT_BENCHMARKS_IMAGES_H

#include "Contestant.h"

namespace nascent::bench {

/// Single layers, in any order, with random parameters.
std::vector<Network> imageLayers();

/// Whole networks, from and to PyTorch's order. Batch norms are folded into the
/// layers before them, and there is no softmax in the end.
std::vector<Network> imageNetworks();

/// The one that is worth two threads.
std::vector<Network> imageThreadsNetworks();

/// Those that are trained, the second one with batch norms.
std::vector<Network> imageTrainingNetworks();

} // namespace nascent::bench

#endif // NASCENT_BENCHMARKS_IMAGES_H
