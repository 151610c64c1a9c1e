//===- TorchSequences.cpp - ATen on sequences -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TorchSequences.h"
#include "Sequences.h"
#include <ATen/ATen.h>
#include <cmath>

namespace nascent::bench {

namespace {
/// How a layer is computed: the plain way, or a recurrent one with its steps
/// first, or an encoder by one function, as PyTorch calls it in evaluation.
enum class Way { Plain, Other };

class TorchSequences : public Runner {
public:
  TorchSequences(const Task &task, Way way);

  void run() override;
  void finish() override;

private:
  bool isRecurrent() const {
    return layer.kind == Kind::Lstm || layer.kind == Kind::Gru;
  }
  at::Tensor recur();
  at::Tensor attend(const at::Tensor &input);
  at::Tensor encode();

  const Task task;
  const Layer &layer;
  Way way;
  std::vector<at::Tensor> parameters;
  at::Tensor x, state, y;
};
} // namespace

TorchSequences::TorchSequences(const Task &task, Way way)
    : task(task), layer(task.network.layers.front()), way(way) {
  c10::InferenceMode guard;
  int64_t batch = task.network.batch;
  // Tensors of what is const here are only read.
  x = at::from_blob(const_cast<float *>(task.x),
                    {batch, layer.from.width, layer.from.channels});
  if (layer.kind == Kind::Embedding)
    x = x.squeeze(2).to(at::kLong);
  if (isRecurrent() && way == Way::Other)
    x = x.transpose(0, 1).contiguous();
  state = at::zeros({1, batch, layer.to.channels});
  for (const std::vector<float> &parameter : layer.parameters)
    parameters.push_back(
        at::from_blob(const_cast<float *>(parameter.data()),
                      {static_cast<int64_t>(parameter.size())}));
  auto shape = [&](size_t index, int64_t columns) {
    parameters[index] = parameters[index].view({-1, columns});
  };
  if (isRecurrent()) {
    shape(0, layer.from.channels);
    shape(1, layer.to.channels);
  } else if (layer.kind == Kind::Embedding) {
    shape(0, layer.to.channels);
  } else if (layer.kind == Kind::Encoder) {
    for (size_t index : {kProjections, kOutput, kLinear1})
      shape(index, layer.to.channels);
    shape(kLinear2, 4 * layer.to.channels);
  }
}

at::Tensor TorchSequences::recur() {
  bool isBatchFirst = way == Way::Plain;
  if (layer.kind == Kind::Lstm)
    return std::get<0>(at::lstm(x, {state, state}, parameters, true, 1, 0,
                                false, false, isBatchFirst));
  return std::get<0>(
      at::gru(x, state, parameters, true, 1, 0, false, false, isBatchFirst));
}

at::Tensor TorchSequences::attend(const at::Tensor &input) {
  int64_t batch = task.network.batch, steps = layer.from.width;
  int64_t width = layer.to.channels, share = width / layer.groups;
  at::Tensor projected =
      at::linear(input, parameters[kProjections], parameters[kProjectionsBias])
          .view({batch, steps, 3, layer.groups, share})
          .permute({2, 0, 3, 1, 4});
  at::Tensor queries = projected[0] / std::sqrt(static_cast<double>(share));
  at::Tensor scores = at::matmul(queries, projected[1].transpose(2, 3));
  at::Tensor values = at::matmul(at::softmax(scores, -1), projected[2]);
  return at::linear(values.transpose(1, 2).reshape({batch, steps, width}),
                    parameters[kOutput], parameters[kOutputBias]);
}

at::Tensor TorchSequences::encode() {
  const std::vector<at::Tensor> &p = parameters;
  int64_t width = layer.to.channels;
  if (way == Way::Other)
    return at::_transformer_encoder_layer_fwd(
        x, width, layer.groups, p[kProjections], p[kProjectionsBias],
        p[kOutput], p[kOutputBias], false, false, kNormEpsilon, p[kNorm1],
        p[kNorm1Bias], p[kNorm2], p[kNorm2Bias], p[kLinear1], p[kLinear1Bias],
        p[kLinear2], p[kLinear2Bias]);
  at::Tensor value = at::layer_norm(attend(x).add_(x), {width}, p[kNorm1],
                                    p[kNorm1Bias], kNormEpsilon);
  at::Tensor hidden = at::linear(value, p[kLinear1], p[kLinear1Bias]).relu_();
  at::Tensor result = at::linear(hidden, p[kLinear2], p[kLinear2Bias]);
  return at::layer_norm(result.add_(value), {width}, p[kNorm2], p[kNorm2Bias],
                        kNormEpsilon);
}

void TorchSequences::run() {
  c10::InferenceMode guard;
  if (isRecurrent())
    y = recur();
  else if (layer.kind == Kind::Encoder)
    y = encode();
  else if (layer.kind == Kind::Embedding)
    y = at::embedding(parameters.front(), x);
  else
    y = at::mean(x, {1});
}

void TorchSequences::finish() {
  c10::InferenceMode guard;
  bool isStepsFirst = isRecurrent() && way == Way::Other;
  at::Tensor result = (isStepsFirst ? y.transpose(0, 1) : y).contiguous();
  std::copy_n(result.data_ptr<float>(), task.network.outputCount(), task.y);
}

std::unique_ptr<Runner> prepareTorchSequences(const Task &task) {
  std::vector<std::unique_ptr<Runner>> ways;
  for (Way way : {Way::Plain, Way::Other})
    ways.push_back(std::make_unique<TorchSequences>(task, way));
  return fastest(std::move(ways));
}

} // namespace nascent::bench
