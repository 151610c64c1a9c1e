//===- Torch.cpp - ATen's functions in inference mode ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Contestant.h"
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
      weights.push_back(transposedWeight(layer));
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
  return std::make_unique<TorchRunner>(task);
}

static Registration registration({"libtorch", version, kernels, prepare});
