//===- GemmTraining.cpp - Training of dense layers by a library's sgemm ---===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GemmTraining.h"
#include <algorithm>
#include <cmath>

namespace nascent::bench {

void crossEntropyGradient(const float *y, const std::vector<int32_t> &labels,
                          int64_t classes, float *gradient) {
  float scale = 1.0f / static_cast<float>(labels.size());
  for (int32_t label : labels) {
    float most = *std::max_element(y, y + classes), sum = 0;
    for (int64_t j = 0; j < classes; ++j) {
      gradient[j] = std::exp(y[j] - most);
      sum += gradient[j];
    }
    for (int64_t j = 0; j < classes; ++j)
      gradient[j] *= scale / sum;
    gradient[label] -= scale;
    y += classes;
    gradient += classes;
  }
}

void maskByRelu(const float *y, int64_t count, float *gradient) {
  for (int64_t i = 0; i < count; ++i)
    gradient[i] = y[i] > 0 ? gradient[i] : 0;
}

void updateBias(const float *gradient, int64_t rows, int64_t columns,
                float rate, float *bias) {
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t j = 0; j < columns; ++j)
      bias[j] -= rate * gradient[row * columns + j];
}

bool isDenseTraining(const Network &network) {
  return std::all_of(network.layers.begin(), network.layers.end(),
                     [](const Layer &layer) {
                       return layer.kind == Kind::Dense &&
                              layer.activation != Activation::Tanh &&
                              layer.activation != Activation::Sigmoid;
                     });
}

namespace {
class GemmTraining : public TrainingRunner {
public:
  GemmTraining(const Task &task, Gemm gemm)
      : TrainingRunner(task), gemm(gemm), labels(labelsOf(task.network)) {
    int64_t widest = 0;
    for (const Layer &layer : task.network.layers) {
      weights.emplace_back(layer.in * layer.out);
      std::copy(layer.weight.begin(), layer.weight.end(),
                weights.back().data());
      biases.push_back(layer.bias);
      values.emplace_back(task.network.batch * layer.out);
      widest = std::max(widest, task.network.batch * layer.out);
    }
    for (int i = 0; i < 2; ++i)
      gradients.emplace_back(widest);
  }

  void step(float rate) override {
    const std::vector<Layer> &layers = task.network.layers;
    auto m = static_cast<int>(task.network.batch);
    for (size_t i = 0; i < layers.size(); ++i) {
      auto k = static_cast<int>(layers[i].in), n = int(layers[i].out);
      gemm(false, false, m, n, k, 1, inputOf(i), k, weights[i].data(), n, 0,
           values[i].data(), n);
      addBiasAndActivate(values[i].data(), biases[i].data(), m, n,
                         layers[i].activation);
    }
    crossEntropyGradient(values.back().data(), labels, task.network.out(),
                         gradients[0].data());
    for (size_t i = layers.size(), at = 0; i-- > 0; at = 1 - at) {
      auto k = static_cast<int>(layers[i].in), n = int(layers[i].out);
      const float *dy = gradients[at].data();
      float *dx = gradients[1 - at].data();
      // Before the weights change.
      if (i > 0) {
        gemm(false, true, m, k, n, 1, dy, n, weights[i].data(), n, 0, dx, k);
        if (layers[i - 1].activation == Activation::Relu)
          maskByRelu(values[i - 1].data(), int64_t(m) * k, dx);
      }
      gemm(true, false, k, n, m, -rate, inputOf(i), k, dy, n, 1,
           weights[i].data(), n);
      updateBias(dy, m, n, rate, biases[i].data());
    }
  }

private:
  const float *inputOf(size_t layer) const {
    return layer == 0 ? task.x : values[layer - 1].data();
  }

  std::vector<std::vector<float>> parameters() override {
    std::vector<std::vector<float>> all;
    for (size_t i = 0; i < weights.size(); ++i) {
      Layer layer = task.network.layers[i];
      layer.weight.assign(weights[i].data(),
                          weights[i].data() + layer.weight.size());
      all.push_back(canonicalWeight(layer));
      all.push_back(biases[i]);
    }
    return all;
  }

  Gemm gemm;
  std::vector<int32_t> labels;
  std::vector<Buffer> weights, values, gradients;
  std::vector<std::vector<float>> biases;
};
} // namespace

std::unique_ptr<Runner> prepareGemmTraining(const Task &task, Gemm gemm) {
  if (!isDenseTraining(task.network))
    return nullptr;
  return std::make_unique<GemmTraining>(task, gemm);
}

} // namespace nascent::bench
