//===- XNNPACK.cpp - Fully connected operators with fused clamps ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// There is no tanh of f32, but there is a sigmoid: tanh(a) = 2 σ(2a) - 1. The
// doubling goes into the layer's own weights and 2 σ - 1 into the next layer's.
//
//===----------------------------------------------------------------------===//

#include "XNNPACKImages.h"
#include <cmath>
#ifdef NASCENT_CPUINFO
#include <cpuinfo.h>
#endif

using namespace nascent::bench;

namespace {
class XNNPACKRunner : public Runner {
public:
  explicit XNNPACKRunner(const Task &task);

  ~XNNPACKRunner() override {
    for (xnn_operator_t operation : operations)
      xnn_delete_operator(operation);
  }

  void run() override {
    for (xnn_operator_t operation : operations)
      xnn_run_operator(operation, nullptr);
  }

private:
  void addDense(const Layer &layer, bool afterTanh, int64_t batch,
                const float *x, float *y);
  void addSigmoid(int64_t channels, int64_t batch, float *values);

  Activations values;
  std::vector<xnn_operator_t> operations;
};
} // namespace

XNNPACKRunner::XNNPACKRunner(const Task &task) : values(task) {
  const Network &network = task.network;
  for (size_t i = 0; i < network.layers.size(); ++i) {
    const Layer &layer = network.layers[i];
    bool afterTanh =
        i > 0 && network.layers[i - 1].activation == Activation::Tanh;
    addDense(layer, afterTanh, network.batch, values.input(i),
             values.output(i));
    if (layer.activation == Activation::Tanh ||
        layer.activation == Activation::Sigmoid)
      addSigmoid(layer.out, network.batch, values.output(i));
  }
}

void XNNPACKRunner::addDense(const Layer &layer, bool afterTanh, int64_t batch,
                             const float *x, float *y) {
  std::vector<float> weight = canonicalWeight(layer), bias = layer.bias;
  if (afterTanh) {
    for (int64_t j = 0; j < layer.out; ++j) {
      for (int64_t i = 0; i < layer.in; ++i) {
        bias[j] -= weight[j * layer.in + i];
        weight[j * layer.in + i] *= 2;
      }
    }
  }
  if (layer.activation == Activation::Tanh) {
    for (float &value : weight)
      value *= 2;
    for (float &value : bias)
      value *= 2;
  }
  float least = layer.activation == Activation::Relu ? 0.0f : -INFINITY;
  xnn_operator_t operation = nullptr;
  checkXNNPACK(xnn_create_fully_connected_nc_f32(
                   layer.in, layer.out, layer.in, layer.out, weight.data(),
                   bias.data(), least, INFINITY, 0, &operation),
               "creating an operator");
  operations.push_back(operation);
  checkXNNPACK(
      xnn_setup_fully_connected_nc_f32(operation, batch, x, y, nullptr),
      "setting an operator up");
}

void XNNPACKRunner::addSigmoid(int64_t channels, int64_t batch, float *values) {
  xnn_operator_t operation = nullptr;
  checkXNNPACK(
      xnn_create_sigmoid_nc_f32(channels, channels, channels, 0, &operation),
      "creating a sigmoid");
  operations.push_back(operation);
  checkXNNPACK(
      xnn_setup_sigmoid_nc_f32(operation, batch, values, values, nullptr),
      "setting a sigmoid up");
}

static std::string version(const Settings &) { return XNNPACK_PACKAGE; }

/// XNNPACK asks another library what the processor has.
static void hideAVX512() {
#ifdef NASCENT_CPUINFO
  cpuinfo_initialize();
  cpuinfo_isa.avx512f = false;
#else
  fail("XNNPACK cannot be kept to AVX2 without libcpuinfo");
#endif
}

static std::unique_ptr<Runner> prepare(const Task &task) {
  if (task.settings.avx2)
    hideAVX512();
  checkXNNPACK(xnn_initialize(nullptr), "initialising");
  if (task.network.isOfImages())
    return prepareXNNPACKImages(task);
  return std::make_unique<XNNPACKRunner>(task);
}

static Registration registration({"XNNPACK", version, nullptr, prepare});
