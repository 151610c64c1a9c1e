//===- ReferenceSequences.cpp - What the right numbers of sequences are ---===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Sequences.h"
#include <algorithm>
#include <cmath>
#include <numeric>

namespace nascent::bench {

using Values = std::vector<double>;
using Parameter = std::vector<float>;

static double sigmoid(double value) { return 1 / (1 + std::exp(-value)); }

/// x[rows, in] · weight[out, in]ᵀ + bias[out].
static Values multiply(const double *x, int64_t rows, int64_t in,
                       const Parameter &weight, const Parameter &bias) {
  auto out = static_cast<int64_t>(bias.size());
  Parameter transposed(weight.size());
  for (int64_t j = 0; j < out; ++j)
    for (int64_t i = 0; i < in; ++i)
      transposed[i * out + j] = weight[j * in + i];
  Values y(rows * out);
  for (int64_t row = 0; row < rows; ++row, x += in) {
    double *sums = y.data() + row * out;
    std::copy(bias.begin(), bias.end(), sums);
    for (int64_t i = 0; i < in; ++i)
      for (int64_t j = 0; j < out; ++j)
        sums[j] += x[i] * static_cast<double>(transposed[i * out + j]);
  }
  return y;
}

static void applyRecurrent(const Layer &layer, const double *x, double *y) {
  int64_t steps = layer.from.width, units = layer.to.channels;
  int64_t rows = (layer.kind == Kind::Lstm ? 4 : 3) * units;
  const std::vector<Parameter> &p = layer.parameters;
  Values inputs = multiply(x, steps, layer.from.channels, p[0], p[2]);
  Parameter transposed(p[1].size());
  for (int64_t j = 0; j < rows; ++j)
    for (int64_t i = 0; i < units; ++i)
      transposed[i * rows + j] = p[1][j * units + i];
  Values h(units), c(units), states(rows);
  for (int64_t step = 0; step < steps; ++step) {
    const double *in = inputs.data() + step * rows;
    std::copy(p[3].begin(), p[3].end(), states.begin());
    for (int64_t i = 0; i < units; ++i)
      for (int64_t j = 0; j < rows; ++j)
        states[j] += h[i] * static_cast<double>(transposed[i * rows + j]);
    auto sum = [&](int64_t gate, int64_t i) {
      return in[gate * units + i] + states[gate * units + i];
    };
    for (int64_t i = 0; i < units; ++i) {
      if (layer.kind == Kind::Lstm) {
        c[i] = sigmoid(sum(1, i)) * c[i] +
               sigmoid(sum(0, i)) * std::tanh(sum(2, i));
        h[i] = sigmoid(sum(3, i)) * std::tanh(c[i]);
      } else {
        double z = sigmoid(sum(1, i));
        double n = std::tanh(in[2 * units + i] +
                             sigmoid(sum(0, i)) * states[2 * units + i]);
        h[i] = (1 - z) * n + z * h[i];
      }
    }
    std::copy(h.begin(), h.end(), y + step * units);
  }
}

/// The heads' results side by side; `projected` has queries, keys and values in
/// each row.
static Values attend(const Values &projected, int64_t steps, int64_t width,
                     int64_t heads) {
  Values y(steps * width), weights(steps);
  int64_t share = width / heads;
  auto row = [&](int64_t part, int64_t head, int64_t step) {
    return projected.data() + (3 * step + part) * width + head * share;
  };
  for (int64_t head = 0; head < heads; ++head)
    for (int64_t step = 0; step < steps; ++step) {
      for (int64_t other = 0; other < steps; ++other)
        weights[other] =
            std::inner_product(row(0, head, step), row(0, head, step) + share,
                               row(1, head, other), 0.0) /
            std::sqrt(static_cast<double>(share));
      double most = *std::max_element(weights.begin(), weights.end()), sum = 0;
      for (double &weight : weights)
        sum += weight = std::exp(weight - most);
      double *result = y.data() + step * width + head * share;
      for (int64_t other = 0; other < steps; ++other)
        for (int64_t i = 0; i < share; ++i)
          result[i] += weights[other] / sum * row(2, head, other)[i];
    }
  return y;
}

/// Adds `x`, and normalises every row.
static void addAndNormalize(Values &y, const double *x, const Parameter &weight,
                            const Parameter &bias) {
  size_t width = weight.size();
  for (size_t start = 0; start < y.size(); start += width) {
    double *row = y.data() + start;
    double mean = 0, variance = 0;
    for (size_t i = 0; i < width; ++i)
      mean += (row[i] += x[start + i]) / static_cast<double>(width);
    for (size_t i = 0; i < width; ++i)
      variance +=
          (row[i] - mean) * (row[i] - mean) / static_cast<double>(width);
    for (size_t i = 0; i < width; ++i)
      row[i] =
          (row[i] - mean) / std::sqrt(variance + kNormEpsilon) * weight[i] +
          bias[i];
  }
}

static void applyEncoder(const Layer &layer, const double *x, double *y) {
  int64_t steps = layer.from.width, width = layer.from.channels;
  const std::vector<Parameter> &p = layer.parameters;
  Values projected =
      multiply(x, steps, width, p[kProjections], p[kProjectionsBias]);
  Values attended = attend(projected, steps, width, layer.groups);
  Values values =
      multiply(attended.data(), steps, width, p[kOutput], p[kOutputBias]);
  addAndNormalize(values, x, p[kNorm1], p[kNorm1Bias]);
  Values hidden =
      multiply(values.data(), steps, width, p[kLinear1], p[kLinear1Bias]);
  for (double &value : hidden)
    value = std::max(value, 0.0);
  Values result = multiply(hidden.data(), steps,
                           static_cast<int64_t>(p[kLinear1Bias].size()),
                           p[kLinear2], p[kLinear2Bias]);
  addAndNormalize(result, values.data(), p[kNorm2], p[kNorm2Bias]);
  std::copy(result.begin(), result.end(), y);
}

void applySequence(const Layer &layer, const double *x, double *y) {
  int64_t steps = layer.from.width, width = layer.to.channels;
  switch (layer.kind) {
  case Kind::Lstm:
  case Kind::Gru:
    return applyRecurrent(layer, x, y);
  case Kind::Encoder:
    return applyEncoder(layer, x, y);
  case Kind::Embedding:
    for (int64_t step = 0; step < steps; ++step)
      std::copy_n(layer.parameters.front().begin() +
                      static_cast<int64_t>(x[step]) * width,
                  width, y + step * width);
    return;
  default: // a mean
    for (int64_t step = 0; step < steps; ++step)
      for (int64_t i = 0; i < width; ++i)
        y[i] += x[step * width + i] / static_cast<double>(steps);
  }
}

} // namespace nascent::bench
