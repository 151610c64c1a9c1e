//===- Shapes.cpp - The layers and networks that are measured -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Shapes.h"
#include <cmath>
#include <random>
#include <set>
#include <tuple>

namespace nascent::bench {

/// Fills with uniform numbers in [-bound, bound).
static void fillUniform(std::vector<float> &values, float bound,
                        std::mt19937 &generator) {
  for (float &value : values)
    value = (static_cast<float>(generator() >> 8) * 0x1p-23f - 1.0f) * bound;
}

/// The variance of weights, times the number of inputs and 3, that keeps the
/// values' variance from layer to layer under relu, so that no depth ends in
/// zeros or infinities.
static constexpr float kKeeping = 6;

/// One by which values shrink, so that no chain of calls with relu ends in
/// infinities.
static constexpr float kShrinking = 1;

static Layer randomLayer(int in, int out, Activation activation, float spread,
                         std::mt19937 &generator) {
  Layer layer{in, out, activation, {}, {}};
  layer.weight.resize(static_cast<size_t>(in) * out);
  layer.bias.resize(out);
  fillUniform(layer.weight, std::sqrt(spread / static_cast<float>(in)),
              generator);
  fillUniform(layer.bias, 0.1f, generator);
  return layer;
}

static Network chain(const std::string &name, int batch, Activation hidden,
                     const int *widths, size_t count, float spread = kKeeping) {
  std::mt19937 generator(1);
  Network network{name, batch, {}};
  for (size_t i = 0; i + 1 < count; ++i)
    network.layers.push_back(randomLayer(
        widths[i], widths[i + 1], i + 2 < count ? hidden : Activation::None,
        spread, generator));
  return network;
}

template <size_t Widths>
static Network chain(const Chain<Widths> &chain_, float spread = kKeeping) {
  return chain(chain_.name, chain_.batch, chain_.hidden, chain_.widths.data(),
               Widths, spread);
}

Network denseNetwork(const std::string &name, int batch, Activation hidden,
                     const std::vector<int> &widths) {
  return chain(name, batch, hidden, widths.data(), widths.size());
}

std::string layerName(const Shape &shape) {
  return "layer_" + std::to_string(shape.m) + "_" + std::to_string(shape.k) +
         "_" + std::to_string(shape.n);
}

std::string deepName(int batch) { return "deep" + std::to_string(batch); }

Network layerNetwork(const Shape &shape) {
  std::mt19937 generator(1);
  Network network{layerName(shape), shape.m, {}};
  network.layers.push_back(
      randomLayer(shape.k, shape.n, Activation::Relu, kKeeping, generator));
  return network;
}

std::vector<Shape> layerShapes() {
  std::vector<Shape> shapes;
  std::set<std::tuple<int, int, int>> seen;
  auto add = [&](const Shape &shape) {
    if (seen.insert({shape.m, shape.k, shape.n}).second)
      shapes.push_back(shape);
  };
  for (const Shape &shape : kDesignShapes)
    add(shape);
  for (const Shape &shape : kGridShapes)
    add(shape);
  return shapes;
}

/// Each twice: with one input again and again, and with its own output.
template <const auto &...chains>
static std::vector<Network> tinyNetworks(Chains<chains...>) {
  std::vector<Network> all = {chain(
      chains, chains.hidden == Activation::Relu ? kShrinking : kKeeping)...};
  size_t count = all.size();
  for (size_t i = 0; i < count; ++i) {
    all.push_back(all[i]);
    all.back().chained = true;
  }
  return all;
}

std::vector<Network> networks() {
  std::vector<Network> all = {chain(kBook), chain(kMnist1), chain(kMnist64),
                              chain(kMnist256), chain(kAutoencoder)};
  std::vector<int> widths(kDeepLayers + 1, kDeepWidth);
  for (int batch : kDeepBatches)
    all.push_back(
        denseNetwork(deepName(batch), batch, Activation::Relu, widths));
  for (const Network &tiny : tinyNetworks(TinyChains()))
    all.push_back(tiny);
  return all;
}

std::vector<Network> blockNetworks() {
  std::vector<Network> all;
  auto add = [&](const char *name, const std::vector<int> &widths) {
    for (int batch : {256, 1024, 4096})
      all.push_back(denseNetwork(name + std::to_string(batch), batch,
                                 Activation::Relu, widths));
  };
  add("mnist", {784, 256, 10});
  add("eight", std::vector<int>(9, 256));
  add("four", std::vector<int>(5, 512));
  return all;
}

std::vector<Network> callNetworks() { return {chain(kOne), chain(kBook)}; }

std::vector<float> randomInput(int64_t count, uint32_t seed) {
  std::mt19937 generator(seed);
  std::vector<float> values(count);
  fillUniform(values, 1.0f, generator);
  return values;
}

} // namespace nascent::bench
