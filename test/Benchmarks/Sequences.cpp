//===- Sequences.cpp - The layers of sequences that are measured ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Sequences.h"
#include "Shapes.h"
#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace nascent::bench {

/// Uniform in [-bound, bound).
static std::vector<float> uniform(int64_t count, float bound, uint32_t seed) {
  std::vector<float> values = randomInput(count, seed);
  for (float &value : values)
    value *= bound;
  return values;
}

static Network network(const std::string &name, const std::string &label,
                       int64_t batch, Kind kind, const Extent &from,
                       const Extent &to) {
  Layer layer{from.count(), to.count(), Activation::None, {}, {}, kind,
              from,         to};
  Network network{name, batch, {std::move(layer)}};
  network.label = label;
  network.inAnyOrder = true;
  return network;
}

static Network recurrent(Kind kind, const std::string &name,
                         const std::string &label, int64_t batch, int64_t steps,
                         int64_t features, int64_t units) {
  Network result = network(name, label, batch, kind, {features, 1, steps},
                           {units, 1, steps});
  int64_t rows = (kind == Kind::Lstm ? 4 : 3) * units;
  float bound = 1 / std::sqrt(static_cast<float>(units)); // PyTorch's
  uint32_t seed = 0;
  for (int64_t count : {rows * features, rows * units, rows, rows})
    result.layers.front().parameters.push_back(uniform(count, bound, ++seed));
  return result;
}

static const char *titleOf(Kind kind) {
  return kind == Kind::Lstm ? "LSTM" : "GRU";
}

std::string cellName(const Cell &cell) {
  return fmt::format("{}_{}_{}", titleOf(cell.kind), cell.features, cell.units);
}

std::vector<Network> cellNetworks() {
  std::vector<Network> all;
  for (const Cell &cell : kCells)
    all.push_back(recurrent(cell.kind, cellName(cell),
                            fmt::format("{} {} → {}", titleOf(cell.kind),
                                        cell.features, cell.units),
                            1, kCellSteps, cell.features, cell.units));
  return all;
}

std::vector<Network> lstmNetworks() {
  std::vector<Network> all;
  for (int64_t batch : {1, 16})
    for (int64_t units : {256, 512, 1024})
      all.push_back(recurrent(
          Kind::Lstm, fmt::format("large_{}_{}", batch, units),
          fmt::format("{} × 32 × {}", batch, units), batch, 32, units, units));
  return all;
}

std::vector<Network> encoderNetworks() {
  std::vector<Network> all;
  for (int64_t width : {128, 256, 512}) {
    Extent extent = {width, 1, width};
    Network result = network(fmt::format("encoder_{}", width),
                             fmt::format("{0} × {0}", width), 1, Kind::Encoder,
                             extent, extent);
    Layer &layer = result.layers.front();
    layer.groups = kHeads;
    uint32_t seed = 0;
    auto add = [&](int64_t rows, int64_t columns) {
      float bound = 1 / std::sqrt(static_cast<float>(columns));
      layer.parameters.push_back(uniform(rows * columns, bound, ++seed));
      layer.parameters.push_back(uniform(rows, 0.1f, ++seed));
    };
    auto addNorm = [&] {
      layer.parameters.emplace_back(width, 1.0f);
      layer.parameters.push_back(uniform(width, 0.1f, ++seed));
    };
    add(3 * width, width);
    add(width, width);
    addNorm();
    add(4 * width, width);
    add(width, 4 * width);
    addNorm();
    all.push_back(std::move(result));
  }
  return all;
}

std::vector<Network> memoryNetworks() {
  constexpr int64_t entries = 10000, width = 128, steps = 512;
  Network embedding =
      network("embedding",
              fmt::format("embedding, {} of {} × {}", steps, entries, width), 1,
              Kind::Embedding, {1, 1, steps}, {width, 1, steps});
  embedding.layers.front().parameters.push_back(uniform(entries * width, 1, 1));
  return {std::move(embedding),
          network("mean", fmt::format("mean over {} × {}", steps, width), 1,
                  Kind::Mean, {width, 1, steps}, {width, 1, 1})};
}

std::vector<float> randomIndices(const Network &network, uint32_t seed) {
  const Layer &layer = network.layers.front();
  auto entries =
      static_cast<int64_t>(layer.parameters.front().size()) / layer.to.channels;
  std::vector<float> values = randomInput(network.inputCount(), seed);
  for (float &value : values)
    value = std::floor((value + 1) / 2 * static_cast<float>(entries));
  return values;
}

double sequenceFlops(const Layer &layer) {
  auto steps = static_cast<double>(layer.from.width);
  auto in = static_cast<double>(layer.from.channels);
  auto out = static_cast<double>(layer.to.channels);
  switch (layer.kind) {
  case Kind::Lstm:
    return 2 * steps * 4 * out * (in + out);
  case Kind::Gru:
    return 2 * steps * 3 * out * (in + out);
  case Kind::Encoder: // projections, output and MLP; scores and values
    return 2 * steps * 12 * out * out + 4 * steps * steps * out;
  case Kind::Mean:
    return steps * in;
  default:
    return 0;
  }
}

int64_t bytesMoved(const Layer &layer) {
  int64_t read = layer.kind == Kind::Embedding ? layer.out : layer.in;
  return (read + layer.out) * static_cast<int64_t>(sizeof(float));
}

/// Exchanges the first two dimensions.
static void exchange(const float *from, float *to, int64_t first,
                     int64_t second, int64_t count) {
  for (int64_t i = 0; i < first; ++i)
    for (int64_t j = 0; j < second; ++j)
      std::copy_n(from + (i * second + j) * count, count,
                  to + (j * first + i) * count);
}

void toStepsFirst(const float *from, float *to, int64_t batch,
                  const Extent &extent) {
  exchange(from, to, batch, extent.width, extent.channels);
}

void toBatchFirst(const float *from, float *to, int64_t batch,
                  const Extent &extent) {
  exchange(from, to, extent.width, batch, extent.channels);
}

} // namespace nascent::bench
