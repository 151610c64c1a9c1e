//===- XNNPACKImages.h - XNNPACK on images --------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_BENCHMARKS_PEERS_XNNPACKIMAGES_H
#define NASCENT_BENCHMARKS_PEERS_XNNPACKIMAGES_H

#include "Contestant.h"
#include <xnnpack.h>

namespace nascent::bench {

/// Ends the program where `status` is an error.
void checkXNNPACK(xnn_status status, const char *what);

/// Operators on images whose channels are last.
std::unique_ptr<Runner> prepareXNNPACKImages(const Task &task);

} // namespace nascent::bench

#endif // NASCENT_BENCHMARKS_PEERS_XNNPACKIMAGES_H
