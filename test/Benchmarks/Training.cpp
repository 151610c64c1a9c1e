//===- Training.cpp - The networks whose training is measured -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Training.h"
#include "Images.h"
#include "Shapes.h"
#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace nascent::bench {

static Network denseTraining(int batch, const std::vector<int> &widths) {
  Network network =
      denseNetwork(fmt::format("train{}_{}", batch, fmt::join(widths, "_")),
                   batch, Activation::Relu, widths);
  network.isTrained = true;
  network.label = fmt::format("{} × {}", batch, fmt::join(widths, "-"));
  return network;
}

std::vector<Network> trainingNetworks() {
  std::vector<Network> all = {denseTraining(2, {20, 256, 10}),
                              denseTraining(16, {784, 256, 10}),
                              denseTraining(64, {784, 256, 10}),
                              denseTraining(64, {256, 256, 256, 10})};
  for (Network &network : imageTrainingNetworks()) {
    network.isTrained = true;
    all.push_back(std::move(network));
  }
  return all;
}

std::vector<Network> trainingThreadsNetworks() {
  return {denseTraining(64, {784, 256, 10}),
          denseTraining(64, {256, 256, 256, 10})};
}

std::vector<int32_t> labelsOf(const Network &network) {
  std::vector<int32_t> labels(network.batch);
  for (size_t i = 0; i < labels.size(); ++i)
    labels[i] = static_cast<int32_t>(i * 7 % network.out());
  return labels;
}

std::vector<std::vector<float>> trainedParameters(const Network &network) {
  std::vector<std::vector<float>> all;
  for (const Layer &layer : network.layers) {
    if (layer.kind == Kind::BatchNorm)
      all.insert(all.end(), {layer.parameters[0], layer.parameters[1]});
    if (layer.weight.empty())
      continue;
    all.push_back(canonicalWeight(layer));
    if (!layer.bias.empty())
      all.push_back(layer.bias);
  }
  return all;
}

int64_t trainedCount(const Network &network) {
  int64_t count = 0;
  for (const std::vector<float> &parameter : trainedParameters(network))
    count += static_cast<int64_t>(parameter.size());
  return count;
}

ReferenceGradients &referenceGradientsOfTorch() {
  static ReferenceGradients function = nullptr;
  return function;
}

std::vector<double> referenceGradients(const Network &network,
                                       const std::vector<float> &x) {
  if (!referenceGradientsOfTorch())
    fail("gradients are compared with libtorch's, which was not found");
  return referenceGradientsOfTorch()(network, x);
}

std::unique_ptr<Runner>
fastestAnew(const std::vector<std::function<std::unique_ptr<Runner>()>> &ways) {
  std::vector<std::unique_ptr<Runner>> candidates;
  std::vector<const Runner *> known;
  for (const auto &prepare : ways) {
    candidates.push_back(prepare());
    known.push_back(candidates.back().get());
  }
  std::unique_ptr<Runner> best = fastest(std::move(candidates));
  auto found = std::find(known.begin(), known.end(), best.get());
  return ways[found - known.begin()]();
}

void TrainingRunner::finish() {
  float *y = task.y;
  std::vector<std::vector<float>> before = trainedParameters(task.network);
  std::vector<std::vector<float>> after = parameters();
  for (size_t i = 0; i < before.size(); ++i)
    for (size_t j = 0; j < before[i].size(); ++j)
      *y++ = (before[i][j] - after[i][j]) / kFirstRate;
}

} // namespace nascent::bench
