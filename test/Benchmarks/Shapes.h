//===- Shapes.h - The layers and networks that are measured ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Known at compile time, because Eigen's contestant is instantiated for them.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_BENCHMARKS_SHAPES_H
#define NASCENT_BENCHMARKS_SHAPES_H

#include "Contestant.h"
#include <array>

namespace nascent::bench {

/// A layer of K inputs and N outputs on M rows.
struct Shape {
  int m, k, n;
};

/// The shapes that the kernels were designed with.
inline constexpr std::array<Shape, 10> kDesignShapes = {{
    {2, 20, 256},
    {2, 256, 10},
    {1, 784, 256},
    {1, 1024, 1024},
    {8, 784, 256},
    {64, 784, 256},
    {64, 1024, 1024},
    {256, 1024, 1024},
    {512, 4096, 1024},
    {200, 300, 77},
}};

inline constexpr std::array<int, 13> kGridRows = {1,  2,  3,  4,   5,   6,  8,
                                                  16, 17, 64, 100, 256, 512};

inline constexpr std::array<std::array<int, 2>, 8> kGridWeights = {{
    {20, 256},
    {256, 10},
    {128, 128},
    {300, 77},
    {512, 512},
    {784, 256},
    {1024, 1024},
    {4096, 1024},
}};

inline constexpr size_t kGridSize = kGridRows.size() * kGridWeights.size();

/// The grid's shapes, by weights and then by rows.
constexpr std::array<Shape, kGridSize> gridShapes() {
  std::array<Shape, kGridSize> shapes = {};
  size_t next = 0;
  for (const auto &weight : kGridWeights)
    for (int rows : kGridRows)
      shapes[next++] = {rows, weight[0], weight[1]};
  return shapes;
}

inline constexpr std::array<Shape, kGridSize> kGridShapes = gridShapes();

/// Layers that are worth two threads.
inline constexpr std::array<Shape, 10> kThreadsShapes = {{
    {64, 512, 512},
    {64, 1024, 1024},
    {64, 4096, 1024},
    {100, 512, 512},
    {128, 1024, 1024},
    {256, 512, 512},
    {256, 1024, 1024},
    {256, 1024, 4096},
    {512, 1024, 1024},
    {512, 4096, 1024},
}};

/// Layers that wait for their weights.
inline constexpr std::array<Shape, 4> kNarrowShapes = {{
    {1, 1024, 1024},
    {1, 4096, 1024},
    {4, 1024, 1024},
    {4, 4096, 1024},
}};

/// A network's widths, its input's first. Every layer but the last has the
/// hidden activation, the last none.
template <size_t Widths>
struct Chain {
  const char *name;
  int batch;
  Activation hidden;
  std::array<int, Widths> widths;

  constexpr Activation activation(size_t layer) const {
    return layer + 2 < Widths ? hidden : Activation::None;
  }
};

/// The networks, without the deep one, whose layers are alike.
inline constexpr Chain<3> kBook = {"book", 2, Activation::Relu, {20, 256, 10}};
inline constexpr Chain<3> kMnist1 = {
    "mnist1", 1, Activation::Relu, {784, 256, 10}};
inline constexpr Chain<3> kMnist64 = {
    "mnist64", 64, Activation::Relu, {784, 256, 10}};
inline constexpr Chain<3> kMnist256 = {
    "mnist256", 256, Activation::Relu, {784, 256, 10}};
inline constexpr Chain<11> kAutoencoder = {
    "autoencoder",
    1,
    Activation::Relu,
    {640, 128, 128, 128, 128, 8, 128, 128, 128, 128, 640}};
inline constexpr Chain<2> kOne = {"one", 1, Activation::None, {1, 1}};

/// Networks so small that programmers write them out as one function, as in
/// audio effects and controllers.
inline constexpr Chain<4> kTiny = {"tiny", 1, Activation::Tanh, {1, 8, 8, 1}};
inline constexpr Chain<4> kTinyTanh4 = {
    "tiny_tanh4", 1, Activation::Tanh, {1, 4, 4, 1}};
inline constexpr Chain<4> kTinyRelu12 = {
    "tiny_relu12", 1, Activation::Relu, {1, 12, 12, 1}};
inline constexpr Chain<4> kTinyTanh16 = {
    "tiny_tanh16", 1, Activation::Tanh, {1, 16, 16, 1}};
inline constexpr Chain<4> kTinyRelu10 = {
    "tiny_relu10", 1, Activation::Relu, {3, 10, 5, 2}};
inline constexpr Chain<5> kTinySigmoid8 = {
    "tiny_sigmoid8", 1, Activation::Sigmoid, {6, 8, 8, 8, 4}};

/// A list of chains, for templates.
template <const auto &...chains>
struct Chains {};

using TinyChains = Chains<kTiny, kTinyTanh4, kTinyRelu12, kTinyTanh16,
                          kTinyRelu10, kTinySigmoid8>;

inline constexpr int kDeepLayers = 100;
inline constexpr int kDeepWidth = 256;
inline constexpr std::array<int, 2> kDeepBatches = {1, 16};

/// The name of the network that is one layer.
std::string layerName(const Shape &shape);

/// The name of the network of many equal layers.
std::string deepName(int batch);

/// Dense layers with random parameters, `hidden` behind all but the last. The
/// input's width is the first.
Network denseNetwork(const std::string &name, int batch, Activation hidden,
                     const std::vector<int> &widths);

/// A layer with relu and random parameters.
Network layerNetwork(const Shape &shape);

/// All shapes of part 1, none twice.
std::vector<Shape> layerShapes();

/// The networks of part 2, with random parameters.
std::vector<Network> networks();

/// Networks with batches so large that they go through all layers in blocks.
std::vector<Network> blockNetworks();

/// The networks that calls are measured by: one multiplication, and the book's.
std::vector<Network> callNetworks();

/// Uniformly distributed in [-1, 1), the same for the same seed.
std::vector<float> randomInput(int64_t count, uint32_t seed);

} // namespace nascent::bench

#endif // NASCENT_BENCHMARKS_SHAPES_H
