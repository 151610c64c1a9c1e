//===- Reference.cpp - What the right numbers are -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Reference.h"
#include "Sequences.h"
#include "Training.h"
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

/// `layer` on one row of the batch.
static void applyDense(const Layer &layer, const double *x, double *y) {
  std::copy(layer.bias.begin(), layer.bias.end(), y);
  for (int64_t i = 0; i < layer.in; ++i) {
    double factor = x[i];
    const float *w = layer.weight.data() + i * layer.out;
    for (int64_t j = 0; j < layer.out; ++j)
      y[j] += factor * static_cast<double>(w[j]);
  }
}

/// Calls `visit(from, to, count)` for the pixels of each line that tap (ky, kx)
/// of the window reads and that there are: every `stride`-th from `from` on,
/// and those next to one another from `to` on.
template <typename Visit>
static void forEachLine(const Layer &layer, int64_t ky, int64_t kx,
                        Visit visit) {
  const Window &window = layer.window;
  const Extent &from = layer.from, &to = layer.to;
  int64_t shift = kx - window.left;
  int64_t first = shift < 0 ? (-shift + window.stride - 1) / window.stride : 0;
  int64_t end =
      std::min(to.width, (from.width - 1 - shift) / window.stride + 1);
  for (int64_t y = 0; y < to.height && first < end; ++y)
    if (int64_t line = y * window.stride + ky - window.top;
        line >= 0 && line < from.height)
      visit(line * from.width + first * window.stride + shift,
            y * to.width + first, end - first);
}

/// The same with a convolution or pooling.
static void applyWindow(const Layer &layer, const double *x, double *y) {
  const Window &window = layer.window;
  int64_t inPixels = layer.from.height * layer.from.width;
  int64_t outPixels = layer.to.height * layer.to.width;
  bool isConvolution = layer.kind == Kind::Convolution;
  int64_t terms = isConvolution ? layer.from.channels / layer.groups : 1;
  int64_t perGroup = layer.to.channels / layer.groups;
  double area = static_cast<double>(window.height * window.width);
  const float *weight = layer.weight.data();
  for (int64_t channel = 0; channel < layer.to.channels; ++channel) {
    double *plane = y + channel * outPixels;
    std::fill_n(plane, outPixels,
                isConvolution                 ? layer.bias[channel]
                : layer.kind == Kind::MaxPool ? -HUGE_VAL
                                              : 0.0);
    for (int64_t term = 0; term < terms; ++term) {
      int64_t read =
          isConvolution ? channel / perGroup * terms + term : channel;
      const double *image = x + read * inPixels;
      for (int64_t ky = 0; ky < window.height; ++ky)
        for (int64_t kx = 0; kx < window.width; ++kx) {
          double factor = isConvolution ? *weight++ : 1 / area;
          forEachLine(layer, ky, kx,
                      [&](int64_t from, int64_t to, int64_t count) {
                        for (int64_t i = 0; i < count; ++i) {
                          double value = image[from + i * window.stride];
                          double &result = plane[to + i];
                          result = layer.kind == Kind::MaxPool
                                       ? std::max(result, value)
                                       : result + factor * value;
                        }
                      });
        }
    }
  }
}

std::vector<double> referenceOutput(const Network &network,
                                    const std::vector<float> &x) {
  if (network.isTrained)
    return referenceGradients(network, x);
  std::vector<std::vector<double>> values = {{x.begin(), x.end()}};
  for (size_t i = 0; i < network.layers.size(); ++i) {
    const Layer &layer = network.layers[i];
    const std::vector<double> &input = values[network.inputOf(i)];
    std::vector<double> next(network.batch * layer.out);
    for (int64_t row = 0; row < network.batch; ++row)
      (layer.kind == Kind::Dense ? applyDense
       : layer.kind < Kind::Lstm ? applyWindow
                                 : applySequence)(
          layer, input.data() + row * layer.in, next.data() + row * layer.out);
    for (size_t j = 0; j < next.size(); ++j)
      next[j] = activate(next[j] + (layer.added ? values[*layer.added][j] : 0),
                         layer.activation);
    values.push_back(std::move(next));
  }
  return values.back();
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
