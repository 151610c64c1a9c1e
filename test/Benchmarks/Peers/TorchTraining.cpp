//===- TorchTraining.cpp - libtorch's steps of training -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TorchTraining.h"
#include "TorchWindows.h"
#include "Training.h"

namespace nascent::bench {

namespace {
class TorchTraining : public TrainingRunner {
public:
  TorchTraining(const Task &task, at::MemoryFormat order,
                at::ScalarType type = at::kFloat);

  void step(float rate) override;

  /// The gradients, in the order of y.
  std::vector<at::Tensor> gradients();

private:
  /// Of one layer; what it lacks is undefined.
  struct Parameters {
    at::Tensor weight, bias, mean, variance;
  };

  at::Tensor apply(size_t index, const at::Tensor &input);
  at::Tensor loss();
  std::vector<std::vector<float>> parameters() override;

  at::MemoryFormat order;
  at::Tensor x, labels;
  std::vector<Parameters> layers;
  /// Those that are trained.
  std::vector<at::Tensor> leaves;
};
} // namespace

/// What `Layer` says of the form of its input.
static std::vector<int64_t> inputForm(const Network &network) {
  const Layer &first = network.layers.front();
  if (first.kind == Kind::Dense)
    return {network.batch, first.in};
  return {network.batch, first.from.channels, first.from.height,
          first.from.width};
}

TorchTraining::TorchTraining(const Task &task, at::MemoryFormat order,
                             at::ScalarType type)
    : TrainingRunner(task), order(order) {
  auto tensorOf = [&](const std::vector<float> &values,
                      const std::vector<int64_t> &form) {
    return at::from_blob(const_cast<float *>(values.data()), form)
        .to(type, /*non_blocking=*/false, /*copy=*/true);
  };
  auto trained = [&](at::Tensor tensor) {
    leaves.push_back(tensor.set_requires_grad(true));
    return tensor;
  };
  const Network &network = task.network;
  x = at::from_blob(const_cast<float *>(task.x), inputForm(network)).to(type);
  std::vector<int32_t> classes = labelsOf(network);
  labels =
      at::from_blob(classes.data(), {network.batch}, at::kInt).to(at::kLong);
  for (const Layer &layer : network.layers) {
    Parameters own;
    if (layer.kind == Kind::BatchNorm) {
      std::vector<int64_t> form = {layer.from.channels};
      own.weight = trained(tensorOf(layer.parameters[0], form));
      own.bias = trained(tensorOf(layer.parameters[1], form));
      own.mean = tensorOf(layer.parameters[2], form);
      own.variance = tensorOf(layer.parameters[3], form);
    }
    std::vector<float> weight = canonicalWeight(layer);
    if (layer.kind == Kind::Dense)
      own.weight = trained(tensorOf(weight, {layer.out, layer.in}));
    if (layer.kind == Kind::Convolution)
      own.weight =
          trained(tensorOf(weight, {layer.to.channels,
                                    layer.from.channels / layer.groups,
                                    layer.window.height, layer.window.width})
                      .contiguous(order));
    if (!layer.bias.empty())
      own.bias = trained(tensorOf(layer.bias, {int64_t(layer.bias.size())}));
    layers.push_back(own);
  }
}

at::Tensor TorchTraining::apply(size_t index, const at::Tensor &input) {
  const Layer &layer = task.network.layers[index];
  const Parameters &own = layers[index];
  if (layer.kind == Kind::Dense)
    return at::linear(input.flatten(1), own.weight, own.bias);
  if (layer.kind == Kind::BatchNorm)
    return at::batch_norm(input, own.weight, own.bias, own.mean, own.variance,
                          /*training=*/true, /*momentum=*/0.1,
                          kBatchNormEpsilon, /*cudnn_enabled=*/false);
  return slideTorch(layer, input, own.weight, own.bias);
}

at::Tensor TorchTraining::loss() {
  const Network &network = task.network;
  std::vector<at::Tensor> values = {x.dim() == 4 ? x.contiguous(order) : x};
  for (size_t i = 0; i < network.layers.size(); ++i) {
    const Layer &layer = network.layers[i];
    at::Tensor value = apply(i, values[network.inputOf(i)]);
    if (layer.added)
      value.add_(values[*layer.added]);
    if (layer.activation == Activation::Relu)
      at::relu_(value);
    if (layer.activation == Activation::Sigmoid)
      at::sigmoid_(value);
    values.push_back(value);
  }
  return at::cross_entropy_loss(values.back(), labels);
}

void TorchTraining::step(float rate) {
  loss().backward();
  at::NoGradGuard guard;
  for (at::Tensor &leaf : leaves) {
    leaf.add_(leaf.grad(), -rate);
    leaf.mutable_grad().reset();
  }
}

std::vector<at::Tensor> TorchTraining::gradients() {
  loss().backward();
  std::vector<at::Tensor> all;
  for (const at::Tensor &leaf : leaves)
    all.push_back(leaf.grad());
  return all;
}

std::vector<std::vector<float>> TorchTraining::parameters() {
  std::vector<std::vector<float>> all;
  for (const at::Tensor &leaf : leaves) {
    at::Tensor values = leaf.detach().contiguous();
    const auto *data = values.data_ptr<float>();
    all.emplace_back(data, data + values.numel());
  }
  return all;
}

static std::vector<double> reference(const Network &network,
                                     const std::vector<float> &x) {
  const Settings none;
  TorchTraining training(Task{network, x.data(), nullptr, none},
                         at::MemoryFormat::Contiguous, at::kDouble);
  std::vector<double> all;
  for (const at::Tensor &gradient : training.gradients()) {
    at::Tensor values = gradient.contiguous();
    const auto *data = values.data_ptr<double>();
    all.insert(all.end(), data, data + values.numel());
  }
  return all;
}

[[maybe_unused]] static const ReferenceGradients registration =
    referenceGradientsOfTorch() = reference;

std::unique_ptr<Runner> prepareTorchTraining(const Task &task) {
  auto prepare = [&](at::MemoryFormat order) {
    return
        [&task, order] { return std::make_unique<TorchTraining>(task, order); };
  };
  if (!task.network.isOfImages())
    return prepare(at::MemoryFormat::Contiguous)();
  return fastestAnew({prepare(at::MemoryFormat::Contiguous),
                      prepare(at::MemoryFormat::ChannelsLast)});
}

} // namespace nascent::bench
