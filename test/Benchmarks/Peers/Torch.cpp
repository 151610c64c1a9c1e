//===- Torch.cpp - ATen's functions in inference mode ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TorchSequences.h"
#include "TorchTraining.h"
#include "TorchWindows.h"
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <torch/version.h>

using namespace nascent::bench;

namespace {
/// A layer's tensors. They share memory with what they are made of.
struct Step {
  at::Tensor x, weight, bias, y;
  Activation activation;
};

class TorchRunner : public Runner {
public:
  explicit TorchRunner(const Task &task) : values(task) {
    c10::InferenceMode guard;
    const Network &network = task.network;
    for (size_t i = 0; i < network.layers.size(); ++i) {
      const Layer &layer = network.layers[i];
      weights.push_back(canonicalWeight(layer));
      // Tensors of what is const here are only read.
      steps.push_back(
          {at::from_blob(const_cast<float *>(values.input(i)),
                         {network.batch, layer.in}),
           at::from_blob(weights.back().data(), {layer.out, layer.in}).t(),
           at::from_blob(const_cast<float *>(layer.bias.data()), {layer.out}),
           at::from_blob(values.output(i), {network.batch, layer.out}),
           layer.activation});
    }
  }

  void run() override {
    c10::InferenceMode guard;
    for (Step &step : steps) {
      // What `linear` comes to, without an allocation.
      at::addmm_out(step.y, step.bias, step.x, step.weight);
      if (step.activation == Activation::Relu)
        at::relu_(step.y);
      if (step.activation == Activation::Tanh)
        at::tanh_(step.y);
      if (step.activation == Activation::Sigmoid)
        at::sigmoid_(step.y);
    }
  }

private:
  Activations values;
  std::vector<std::vector<float>> weights;
  std::vector<Step> steps;
};
} // namespace

namespace {
/// A network of images, its values and weights in one order.
class TorchImages : public Runner {
public:
  TorchImages(const Task &task, at::MemoryFormat order);

  void run() override;

  void finish() override {
    c10::InferenceMode guard;
    if (task.network.inAnyOrder)
      y.copy_(values.back());
  }

private:
  at::Tensor apply(const Layer &layer, size_t index);

  const Task task;
  at::MemoryFormat order;
  std::vector<std::vector<float>> memory;
  std::vector<at::Tensor> weights, biases, values;
  at::Tensor x, y;
};
} // namespace

static at::Tensor imagesAt(float *data, int64_t batch, const Layer &layer,
                           const Extent &extent) {
  if (layer.kind == Kind::Dense)
    return at::from_blob(data, {batch, extent.count()});
  return at::from_blob(data,
                       {batch, extent.channels, extent.height, extent.width});
}

TorchImages::TorchImages(const Task &task, at::MemoryFormat order)
    : task(task), order(order) {
  c10::InferenceMode guard;
  const Network &network = task.network;
  for (const Layer &layer : network.layers) {
    memory.push_back(canonicalWeight(layer));
    float *data = memory.back().data();
    at::Tensor weight;
    if (layer.kind == Kind::Dense)
      weight = at::from_blob(data, {layer.out, layer.in}).t();
    else if (layer.kind == Kind::Convolution)
      weight = at::from_blob(data, {layer.to.channels,
                                    layer.from.channels / layer.groups,
                                    layer.window.height, layer.window.width})
                   .contiguous(order);
    weights.push_back(weight);
    biases.push_back(at::from_blob(const_cast<float *>(layer.bias.data()),
                                   {int64_t(layer.bias.size())}));
  }
  const Layer &first = network.layers.front(), &last = network.layers.back();
  x = imagesAt(const_cast<float *>(task.x), network.batch, first, first.from);
  if (network.inAnyOrder)
    x = x.contiguous(order);
  y = imagesAt(task.y, network.batch, last, last.to);
  values.resize(network.layers.size() + 1);
}

at::Tensor TorchImages::apply(const Layer &layer, size_t index) {
  at::Tensor input = values[task.network.inputOf(index)];
  if (layer.kind == Kind::Dense)
    return at::addmm(biases[index], input.flatten(1), weights[index]);
  return slideTorch(layer, input, weights[index], biases[index]);
}

void TorchImages::run() {
  c10::InferenceMode guard;
  const Network &network = task.network;
  values[0] = x.contiguous(order);
  for (size_t i = 0; i < network.layers.size(); ++i) {
    const Layer &layer = network.layers[i];
    at::Tensor value = apply(layer, i);
    if (layer.added)
      value.add_(values[*layer.added]);
    if (layer.activation == Activation::Relu)
      at::relu_(value);
    if (layer.activation == Activation::Sigmoid)
      at::sigmoid_(value);
    values[i + 1] = value;
  }
  if (!network.inAnyOrder)
    y.copy_(values.back());
}

static std::string version(const Settings &) { return TORCH_VERSION; }

static std::string kernels() {
  std::string config = at::show_config();
  std::string title = "CPU capability usage: ";
  size_t start = config.find(title);
  if (start == std::string::npos)
    return "";
  start += title.size();
  return config.substr(start, config.find('\n', start) - start);
}

static std::unique_ptr<Runner> prepare(const Task &task) {
  at::set_num_threads(1);
  if (task.network.isTrained)
    return prepareTorchTraining(task);
  if (task.network.isOfSequences())
    return prepareTorchSequences(task);
  if (task.network.isOfImages()) {
    std::vector<std::unique_ptr<Runner>> ways;
    for (at::MemoryFormat order :
         {at::MemoryFormat::Contiguous, at::MemoryFormat::ChannelsLast})
      ways.push_back(std::make_unique<TorchImages>(task, order));
    return fastest(std::move(ways));
  }
  return std::make_unique<TorchRunner>(task);
}

static Registration registration({"libtorch", version, kernels, prepare});
