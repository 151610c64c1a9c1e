//===- Nascent.cpp - Our contestants on one thread ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CompiledNetwork.h"
#include "FunctionRunner.h"
#include "NascentTraining.h"

using namespace nascent::bench;

namespace {
using Forward = void(const void *, const float *, float *, void *);

class NascentFunction {
public:
  NascentFunction(const Task &task, const std::string &variant,
                  const std::string &flags)
      : network(task, variant, flags),
        forward(network.getLibrary().function<Forward>(task.network.name +
                                                       "_forward")) {}

  void operator()(const float *x, float *y) {
    forward(network.getParameters(), x, y, network.getScratch());
  }

private:
  CompiledNetwork network;
  Forward *forward;
};
} // namespace

namespace {
/// A layer from and to images whose channels are last.
class NascentLayer : public Runner {
public:
  NascentLayer(const Task &task, const std::string &variant,
               const std::string &flags)
      : task(task), function(task, variant, flags),
        x(task.network.inputCount()), y(task.network.outputCount()) {
    toChannelsLast(task.x, x.data(), task.network.batch,
                   task.network.layers.front().from);
  }

  void run() override { function(x.data(), y.data()); }

  void finish() override {
    toChannelsFirst(y.data(), task.y, task.network.batch,
                    task.network.layers.back().to);
  }

private:
  const Task task;
  NascentFunction function;
  Buffer x, y;
};
} // namespace

namespace {
/// An embedding, whose input are indices.
class NascentEmbedding : public Runner {
  using Forward = int(const void *, const int32_t *, float *, void *);

public:
  NascentEmbedding(const Task &task, const std::string &variant,
                   const std::string &flags)
      : network(task, variant, flags),
        forward(network.getLibrary().function<Forward>(task.network.name +
                                                       "_forward")),
        indices(task.x, task.x + task.network.inputCount()), y(task.y) {}

  void run() override {
    forward(network.getParameters(), indices.data(), y, network.getScratch());
  }

private:
  CompiledNetwork network;
  Forward *forward;
  std::vector<int32_t> indices;
  float *y;
};
} // namespace

static std::string version(const Settings &) { return NASCENT_VERSION; }

static std::string versionWithHalf(const Settings &settings) {
  return __builtin_cpu_supports("f16c") ? version(settings) : "";
}

/// What prepares a network compiled with `flags`.
static auto compiledWith(const std::string &variant, const std::string &flags) {
  return [=](const Task &task) -> std::unique_ptr<Runner> {
    if (task.network.isTrained)
      return prepareNascentTraining(task);
    if (task.network.layers.front().kind == Kind::Embedding)
      return std::make_unique<NascentEmbedding>(task, "." + variant, flags);
    // Sequences are as they are given, one after the other.
    if (task.network.inAnyOrder && task.network.isOfImages())
      return std::make_unique<NascentLayer>(task, "." + variant, flags);
    return std::make_unique<FunctionRunner<NascentFunction>>(
        task, task, "." + variant, flags);
  };
}

// Rounding weights to 11 and to 8 bits changes an output by some 2^-12 and 2^-9
// of the largest.
static Registration f32({"ours", version, nullptr, compiledWith("f32", "")});
static Registration f16({"ours, f16", versionWithHalf, nullptr,
                         compiledWith("f16", "--weights=f16"), 1e-3});
static Registration bf16({"ours, bf16", version, nullptr,
                          compiledWith("bf16", "--weights=bf16"), 1e-2});
static Registration strict({"ours, strict", version, nullptr,
                            compiledWith("strict", "--numerics=strict")});

// Where threads may share layers, forward does not go by blocks of rows.
static Registration layers({"ours, layer by layer", version, nullptr,
                            compiledWith("layers", "--threads=steps")});
