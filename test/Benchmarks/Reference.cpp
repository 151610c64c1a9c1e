//===- Reference.cpp - What the right numbers are -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Reference.h"
#include <algorithm>
#include <cmath>

namespace nascent::bench {

static double activate(double value, Activation activation) {
  switch (activation) {
  case Activation::None:
    return value;
  case Activation::Relu:
    return std::max(0.0, value);
  case Activation::Tanh:
    return std::tanh(value);
  case Activation::Sigmoid:
    return 1 / (1 + std::exp(-value));
  }
  return value;
}

std::vector<double> referenceOutput(const Network &network,
                                    const std::vector<float> &x) {
  std::vector<double> value(x.begin(), x.end());
  for (const Layer &layer : network.layers) {
    std::vector<double> weight(layer.weight.begin(), layer.weight.end());
    std::vector<double> next(network.batch * layer.out);
    for (int64_t row = 0; row < network.batch; ++row) {
      double *y = next.data() + row * layer.out;
      std::copy(layer.bias.begin(), layer.bias.end(), y);
      for (int64_t i = 0; i < layer.in; ++i) {
        double factor = value[row * layer.in + i];
        const double *w = weight.data() + i * layer.out;
        for (int64_t j = 0; j < layer.out; ++j)
          y[j] += factor * w[j];
      }
      for (int64_t j = 0; j < layer.out; ++j)
        y[j] = activate(y[j], layer.activation);
    }
    value = std::move(next);
  }
  return value;
}

double relativeError(const std::vector<double> &reference, const float *y) {
  double magnitude = 0, error = 0;
  for (size_t i = 0; i < reference.size(); ++i) {
    magnitude = std::max(magnitude, std::abs(reference[i]));
    double difference = std::abs(reference[i] - y[i]);
    if (std::isnan(difference))
      return difference;
    error = std::max(error, difference);
  }
  return error / magnitude;
}

} // namespace nascent::bench
