//===- Libxsmm.cpp - Kernels compiled at run time, weights in panels ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// libxsmm is column-major, so a kernel computes Y^T += W^T · X^T: its m is the
// layer's N and its n the layer's M.
//
//===----------------------------------------------------------------------===//

#include "Contestant.h"
#include <algorithm>
#include <cmath>
#include <libxsmm.h>

using namespace nascent::bench;

namespace {
/// The largest block of a layer that one call of a kernel computes.
struct Blocking {
  int64_t m, k, n;
};

/// One call: the kernel, and where its operands start.
struct Step {
  libxsmm_smmfunction kernel;
  const float *weight;
  const float *x;
  float *y;
};

/// A block of Y: its steps along K, between bias and activation.
struct Tile {
  std::vector<Step> steps;
  const float *bias;
  float *y;
  int64_t rows, columns, stride;
  Activation activation;
};

class LibxsmmRunner : public Runner {
public:
  LibxsmmRunner(const Task &task, const Blocking &blocking) : values(task) {
    for (size_t i = 0; i < task.network.layers.size() && possible; ++i)
      add(task.network, i, blocking);
  }

  bool isPossible() const { return possible; }

  void run() override {
    for (const Tile &tile : tiles) {
      for (int64_t i = 0; i < tile.rows; ++i)
        std::copy_n(tile.bias, tile.columns, tile.y + i * tile.stride);
      for (const Step &step : tile.steps)
        step.kernel(step.weight, step.x, step.y);
      for (int64_t i = 0; i < tile.rows; ++i)
        activate(tile.y + i * tile.stride, tile.columns, tile.activation);
    }
  }

private:
  void add(const Network &network, size_t index, const Blocking &blocking);

  static void activate(float *y, int64_t count, Activation activation) {
    if (activation == Activation::Relu)
      for (int64_t j = 0; j < count; ++j)
        y[j] = std::max(0.0f, y[j]);
    if (activation == Activation::Tanh)
      for (int64_t j = 0; j < count; ++j)
        y[j] = std::tanh(y[j]);
    if (activation == Activation::Sigmoid)
      for (int64_t j = 0; j < count; ++j)
        y[j] = 1.0f / (1.0f + std::exp(-y[j]));
  }

  Activations values;
  std::vector<Buffer> panels;
  std::vector<Tile> tiles;
  bool possible = true;
};
} // namespace

void LibxsmmRunner::add(const Network &network, size_t index,
                        const Blocking &blocking) {
  const Layer &layer = network.layers[index];
  panels.emplace_back(layer.in * layer.out);
  float *packed = panels.back().data();
  const float *x = values.input(index);
  float *y = values.output(index);
  for (int64_t n = 0; n < layer.out; n += blocking.n) {
    // The panel of these columns, K rows of them.
    int64_t columns = std::min(blocking.n, layer.out - n);
    float *panel = packed + n * layer.in;
    for (int64_t k = 0; k < layer.in; ++k)
      std::copy_n(layer.weight.data() + k * layer.out + n, columns,
                  panel + k * columns);
    for (int64_t m = 0; m < network.batch; m += blocking.m) {
      int64_t rows = std::min(blocking.m, network.batch - m);
      Tile tile{{},
                layer.bias.data() + n,
                y + m * layer.out + n,
                rows,
                columns,
                layer.out,
                layer.activation};
      for (int64_t k = 0; k < layer.in; k += blocking.k) {
        auto depth = static_cast<int>(std::min(blocking.k, layer.in - k));
        auto lda = static_cast<int>(columns), ldb = static_cast<int>(layer.in),
             ldc = static_cast<int>(layer.out);
        libxsmm_smmfunction kernel = libxsmm_smmdispatch(
            static_cast<int>(columns), static_cast<int>(rows), depth, &lda,
            &ldb, &ldc, nullptr, nullptr, nullptr, nullptr);
        possible &= kernel != nullptr;
        tile.steps.push_back(
            {kernel, panel + k * columns, x + m * layer.in + k, tile.y});
      }
      tiles.push_back(std::move(tile));
    }
  }
}

static std::string version(const Settings &) { return LIBXSMM_PACKAGE; }

static std::string kernels() {
  libxsmm_init();
  return libxsmm_get_target_arch();
}

static std::unique_ptr<Runner> prepare(const Task &task) {
  libxsmm_init();
  constexpr int64_t whole = int64_t(1) << 30;
  std::vector<std::unique_ptr<Runner>> ways;
  for (const Blocking &blocking :
       {Blocking{whole, whole, whole}, Blocking{64, 512, 64},
        Blocking{whole, 1024, 64}}) {
    auto runner = std::make_unique<LibxsmmRunner>(task, blocking);
    if (runner->isPossible())
      ways.push_back(std::move(runner));
  }
  return ways.empty() ? nullptr : fastest(std::move(ways));
}

static Registration registration({"libxsmm", version, kernels, prepare});
