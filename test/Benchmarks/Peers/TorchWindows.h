//===- TorchWindows.h - ATen's convolutions and poolings ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_BENCHMARKS_PEERS_TORCHWINDOWS_H
#define NASCENT_BENCHMARKS_PEERS_TORCHWINDOWS_H

#include "Contestant.h"
#include <ATen/ATen.h>

namespace nascent::bench {

/// A convolution or pooling of `input`; without a bias that is undefined.
at::Tensor slideTorch(const Layer &layer, at::Tensor input,
                      const at::Tensor &weight, const at::Tensor &bias);

} // namespace nascent::bench

#endif // NASCENT_BENCHMARKS_PEERS_TORCHWINDOWS_H
