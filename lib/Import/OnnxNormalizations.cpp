//===- OnnxNormalizations.cpp - Means and variances -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OnnxShapes.h"
#include <fmt/format.h>

namespace nascent {

using llvm::StringRef;

/// Appends a parameter of `count` elements; false after a refusal.
static bool addElements(OnnxCall &call, ImportedLayer &layer, StringRef name,
                        size_t input, int64_t count) {
  const OnnxConstant *values = call.floats(input);
  if (!values || !call.need(values->size() == size_t(count),
                            fmt::format("expected {} elements of {}, got {}",
                                        count, name.str(), values->size())))
    return false;
  layer.parameters.push_back(makeParameter(name, *values, count));
  return true;
}

/// How many elements a constant has, for the channels of a value to be known.
static bool expectChannels(OnnxCall &call, ImportedValue &x, size_t input,
                           int64_t &channels) {
  const OnnxConstant *scale = call.floats(input);
  if (!scale)
    return false;
  channels = scale->size();
  return call.expect(x, 1, channels, "channels");
}

static void importBatchNorm(OnnxCall &call) {
  ImportedValue *x = call.value(0, /*minRank=*/2);
  float eps = call.real("epsilon", 1e-5f);
  call.ignore("momentum");
  call.ignore("consumed_inputs");
  bool usesBatch = call.integer("training_mode", 0) != 0 ||
                   (call.opset < 7 && call.integer("is_test", 0) == 0);
  call.ignore("is_test");
  int64_t channels = 0;
  if (!x ||
      !call.need(!usesBatch, "normalising by the statistics of the batch, as "
                             "in training, is not supported") ||
      !call.need(call.integer("spatial", 1) != 0,
                 "spatial=0, statistics of each element, is not supported") ||
      !call.need(x->rank() <= 5,
                 fmt::format("expected a value of rank 2 to 5, got rank {}",
                             x->rank())) ||
      !expectChannels(call, *x, 1, channels))
    return;
  ImportedLayer *layer =
      call.addSame("batch_norm", x, Clauses().real("eps", eps, 1e-5f));
  size_t input = 0;
  for (StringRef name : {"weight", "bias", "running_mean", "running_var"})
    if (!addElements(call, *layer, name, ++input, channels))
      return;
  call.setResult(layer);
}

static void importInstanceNorm(OnnxCall &call) {
  ImportedValue *x = call.value(0, /*minRank=*/3);
  float eps = call.real("epsilon", 1e-5f);
  call.ignore("consumed_inputs");
  int64_t channels = 0;
  if (!x || !expectChannels(call, *x, 1, channels))
    return;
  ImportedLayer *layer =
      call.addSame("instance_norm", x,
                   Clauses().real("eps", eps, 1e-5f).flag("affine", true));
  if (addElements(call, *layer, "weight", 1, channels) &&
      addElements(call, *layer, "bias", 2, channels))
    call.setResult(layer);
}

static void importLayerNorm(OnnxCall &call) {
  ImportedValue *x = call.value(0, /*minRank=*/2);
  float eps = call.real("epsilon", 1e-5f);
  // What type it is computed in does not matter to f32.
  call.ignore("stash_type");
  auto axis = x ? call.axis(call.integer("axis", -1), x->rank()) : std::nullopt;
  if (!axis || !call.need(*axis > 0, "normalising the batch is not supported"))
    return;
  int64_t dims = x->rank() - *axis;
  Clauses clauses;
  clauses.integer("dims", dims, 1).real("eps", eps, 1e-5f);
  // What is read of several operators may have no weight.
  if (!call.hasInput(1))
    return call.setResult(
        call.addSame("layer_norm", x, clauses.flag("no_affine", true)));
  const OnnxConstant *weight = call.floats(1);
  if (!weight)
    return;
  llvm::SmallVector<int64_t, 4> shape = weight->shape;
  if (!call.need(shape.size() == size_t(dims),
                 fmt::format("expected a weight of rank {}, got rank {}", dims,
                             shape.size())))
    return;
  for (int64_t dim = 0; dim < dims; ++dim)
    if (!call.expect(*x, *axis + dim, shape[dim], "elements"))
      return;
  ImportedLayer *layer =
      call.addSame("layer_norm", x, clauses.flag("no_bias", !call.hasInput(2)));
  layer->parameters.push_back(makeParameter("weight", *weight, shape));
  if (call.hasInput(2)) {
    const OnnxConstant *bias = call.floats(2);
    if (!bias || !call.need(bias->shape == weight->shape,
                            "weight and bias have different shapes"))
      return;
    layer->parameters.push_back(makeParameter("bias", *bias, shape));
  }
  call.setResult(layer);
}

static void importGroupNorm(OnnxCall &call) {
  ImportedValue *x = call.value(0, /*minRank=*/2);
  float eps = call.real("epsilon", 1e-5f);
  call.ignore("stash_type");
  int64_t groups = call.integer("num_groups", 0);
  const OnnxConstant *weight = x ? call.floats(1) : nullptr;
  const OnnxConstant *bias = weight ? call.floats(2) : nullptr;
  if (!bias || !call.need(groups > 0, "there is no num_groups"))
    return;
  // At first, it was one element a group.
  bool isByGroup = call.opset < 21 && weight->size() == size_t(groups);
  OpenSize channels = isByGroup ? x->sizes[1] : OpenSize(weight->size());
  constexpr int64_t maxChannels = 1 << 22;
  if (!call.need(!channels.isOpen() && channels.number % groups == 0 &&
                     channels.number <= maxChannels &&
                     weight->size() == bias->size(),
                 fmt::format("{} groups of a value of shape {} with {} weights "
                             "and {} biases",
                             groups, formatOpenShape(x->sizes), weight->size(),
                             bias->size())) ||
      !call.expect(*x, 1, channels.number, "channels"))
    return;
  ImportedLayer *layer =
      call.addSame("group_norm", x, Clauses().real("eps", eps, 1e-5f));
  layer->leading = std::to_string(groups);
  for (auto [name, constant] :
       {std::pair("weight", weight), std::pair("bias", bias)}) {
    layer->parameters.push_back(
        makeParameter(name, *constant, channels.number));
    if (!isByGroup)
      continue;
    auto &values = layer->parameters.back().values;
    values.clear();
    for (int64_t channel = 0; channel < channels.number; ++channel)
      values.push_back(constant->floats[channel / (channels.number / groups)]);
  }
  call.setResult(layer);
}

llvm::ArrayRef<OnnxOperator> onnxNormalizations() {
  static constexpr OnnxOperator operators[] = {
      {"BatchNormalization", "batch_norm",
       "constant operands; by the statistics of training", importBatchNorm},
      {"GroupNormalization", "group_norm", "constant operands", importGroupNorm,
       18},
      {"InstanceNormalization", "instance_norm", "constant operands",
       importInstanceNorm},
      {"LayerNormalization", "layer_norm",
       "constant operands; no mean or deviation as an output", importLayerNorm,
       17}};
  return operators;
}

} // namespace nascent
