//===- OnnxConvolutions.cpp - Convolutions --------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OnnxShapes.h"
#include <fmt/format.h>

namespace nascent {

using llvm::ArrayRef;

/// The weight, of the value's rank, or null after a refusal.
static const OnnxConstant *readWeight(OnnxCall &call,
                                      const ImportedValue &value) {
  const OnnxConstant *weight = call.floats(1);
  return weight && call.need(weight->shape.size() == value.rank(),
                             fmt::format("the weight has rank {}, and the "
                                         "value rank {}",
                                         weight->shape.size(), value.rank()))
             ? weight
             : nullptr;
}

/// Adds the parameters of a convolution with `channels` outputs.
static void addParameters(OnnxCall &call, ImportedLayer &layer,
                          const OnnxConstant &weight, int64_t channels) {
  layer.leading = std::to_string(channels);
  layer.parameters.push_back(makeParameter("weight", weight, weight.shape));
  layer.hasNoBias = !call.hasInput(2);
  if (layer.hasNoBias)
    return;
  const OnnxConstant *bias = call.floats(2);
  if (bias && call.need(bias->size() == size_t(channels),
                        fmt::format("expected a bias of {} elements, got {}",
                                    channels, bias->size())))
    layer.parameters.push_back(makeParameter("bias", *bias, channels));
}

static void importConv(OnnxCall &call) {
  ImportedValue *x = call.value(0, /*minRank=*/3);
  const OnnxConstant *weight = x ? readWeight(call, *x) : nullptr;
  WindowNumbers window;
  if (!weight ||
      !readWindow(call, *x, ArrayRef(weight->shape).drop_front(2), window))
    return;
  int64_t groups = call.integer("group", 1);
  int64_t channels = weight->shape[0];
  int64_t in = 0;
  if (!call.need(groups > 0 && channels % groups == 0 &&
                     !llvm::MulOverflow(groups, weight->shape[1], in),
                 fmt::format("{} groups of {} channels", groups, channels)) ||
      !call.expect(*x, 1, in, "channels"))
    return;
  OpenShape sizes = {x->sizes[0], channels};
  appendWindowSizes(call, *x, window, sizes);
  ImportedLayer *layer = call.add(
      fmt::format("conv{}d", x->rank() - 2), {x}, sizes,
      windowClauses(window, 1).integer("groups", groups, 1).integer("in", in));
  addParameters(call, *layer, *weight, channels);
  call.setResult(layer);
}

/// What ONNX pads where the result's sizes are stated, and which of it becomes
/// output_padding since it is negative.
static bool padForSizes(OnnxCall &call, const ImportedValue &x,
                        ArrayRef<int64_t> wanted, bool isUpper,
                        WindowNumbers &window,
                        llvm::SmallVectorImpl<int64_t> &extra) {
  size_t count = window.kernel.size();
  // Those of batch and channels may be there, too.
  if (wanted.size() == count + 2)
    wanted = wanted.drop_front(2);
  if (!call.need(wanted.size() == count,
                 fmt::format("output_shape has {} numbers, expected {}",
                             wanted.size(), count)))
    return false;
  for (size_t dim = 0; dim < count; ++dim) {
    OpenSize size = x.sizes[dim + 2];
    if (!call.need(
            wanted[dim] > 0 && wanted[dim] <= kMaxSize,
            fmt::format("output_shape has the number {}", wanted[dim])) ||
        !call.need(!size.isOpen(),
                   "sizes of the result that are stated need "
                   "the spatial sizes of the input to be known"))
      return false;
    int64_t total = (size.number - 1) * window.stride[dim] + extra[dim] +
                    window.dilation[dim] * (window.kernel[dim] - 1) + 1 -
                    wanted[dim];
    if (total < 0)
      extra[dim] -= std::exchange(total, 0);
    int64_t less = total / 2;
    window.padding[dim] = isUpper ? less : total - less;
    window.padding[dim + count] = isUpper ? total - less : less;
  }
  return true;
}

static void importConvTranspose(OnnxCall &call) {
  ImportedValue *x = call.value(0, /*minRank=*/3);
  const OnnxConstant *weight = x ? readWeight(call, *x) : nullptr;
  if (!weight)
    return;
  std::string mode = call.string("auto_pad", "NOTSET");
  WindowNumbers window;
  if (!readWindow(call, *x, ArrayRef(weight->shape).drop_front(2), window))
    return;
  size_t count = window.kernel.size();
  llvm::SmallVector<int64_t> extra = call.list("output_padding");
  if (extra.empty())
    extra.assign(count, 0);
  llvm::SmallVector<int64_t> wanted = call.list("output_shape");
  bool isSame = mode == "SAME_UPPER" || mode == "SAME_LOWER";
  if (!call.need(extra.size() == count, "output_padding has too few numbers"))
    return;
  for (int64_t number : extra)
    if (!call.need(number >= 0 && number <= 1 << 20,
                   fmt::format("output_padding has the number {}", number)))
      return;
  for (size_t dim = 0; isSame && wanted.size() < count; ++dim)
    wanted.push_back(x->sizes[dim + 2].number * window.stride[dim]);
  if (!wanted.empty() &&
      !padForSizes(call, *x, wanted, mode == "SAME_UPPER", window, extra))
    return;
  int64_t groups = call.integer("group", 1);
  int64_t in = weight->shape[0], channels = 0;
  if (!call.need(groups > 0 && in % groups == 0 &&
                     !llvm::MulOverflow(groups, weight->shape[1], channels),
                 fmt::format("{} groups of {} channels", groups, in)) ||
      !call.expect(*x, 1, in, "channels"))
    return;
  OpenShape sizes = {x->sizes[0], channels};
  for (size_t dim = 0; dim < count; ++dim) {
    OpenSize size = x->sizes[dim + 2];
    sizes.push_back(
        size.isOpen()
            ? call.openSize()
            : OpenSize((size.number - 1) * window.stride[dim] +
                       window.dilation[dim] * (window.kernel[dim] - 1) + 1 +
                       extra[dim] - window.padding[dim] -
                       window.padding[dim + count]));
  }
  ImportedLayer *layer =
      call.add(fmt::format("conv_transpose{}d", count), {x}, sizes,
               windowClauses(window, 1)
                   .integers("output_padding", extra, 0)
                   .integer("groups", groups, 1)
                   .integer("in", in));
  addParameters(call, *layer, *weight, channels);
  call.setResult(layer);
}

ArrayRef<OnnxOperator> onnxConvolutions() {
  static constexpr OnnxOperator operators[] = {
      {"Conv", "conv1d, conv2d, conv3d",
       "a constant weight and bias; auto_pad with a stride needs known sizes",
       importConv},
      {"ConvTranspose", "conv_transpose1d, conv_transpose2d, conv_transpose3d",
       "a constant weight and bias; output_shape and auto_pad need known sizes",
       importConvTranspose}};
  return operators;
}

} // namespace nascent
