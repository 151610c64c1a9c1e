//===- OneDNNImages.h - oneDNN on images ----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_BENCHMARKS_PEERS_ONEDNNIMAGES_H
#define NASCENT_BENCHMARKS_PEERS_ONEDNNIMAGES_H

#include "Contestant.h"
#include <dnnl.hpp>

namespace nascent::bench {

/// What is computed after a layer: with `isSum`, its output is added first.
dnnl::primitive_attr postOps(Activation activation, bool isSum = false);

/// The faster one of blocked channels and of channels last.
std::unique_ptr<Runner> prepareOneDNNImages(const Task &task);

} // namespace nascent::bench

#endif // NASCENT_BENCHMARKS_PEERS_ONEDNNIMAGES_H
