//===- TorchWindows.cpp - ATen's convolutions and poolings ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TorchWindows.h"

namespace nascent::bench {

at::Tensor slideTorch(const Layer &layer, at::Tensor input,
                      const at::Tensor &weight, const at::Tensor &bias) {
  const Window &window = layer.window;
  int64_t size[] = {window.height, window.width};
  int64_t stride[] = {window.stride, window.stride};
  int64_t padding[] = {window.top, window.left};
  if (window.top != window.bottom || window.left != window.right) {
    int64_t sides[] = {window.left, window.right, window.top, window.bottom};
    input = at::constant_pad_nd(input, sides, 0);
    padding[0] = padding[1] = 0;
  }
  if (layer.kind == Kind::MaxPool)
    return at::max_pool2d(input, size, stride, padding);
  if (layer.kind == Kind::AveragePool)
    return layer.isGlobal() ? at::adaptive_avg_pool2d(input, {1, 1})
                            : at::avg_pool2d(input, size, stride);
  return at::conv2d(input, weight, bias, stride, padding, 1, layer.groups);
}

} // namespace nascent::bench
