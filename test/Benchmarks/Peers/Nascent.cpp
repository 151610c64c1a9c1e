//===- Nascent.cpp - Our contestants on one thread ------------------------===//

#include "CompiledNetwork.h"

using namespace nascent::bench;

namespace {
using Forward = void(const void *, const float *, float *, void *);

class NascentRunner : public Runner {
public:
  NascentRunner(const Task &task, const std::string &variant,
                const std::string &flags)
      : network(task, variant, flags),
        forward(network.getLibrary().function<Forward>(task.network.name +
                                                       "_forward")),
        x(task.x), y(task.y) {}

  void run() override {
    forward(network.getParameters(), x, y, network.getScratch());
  }

private:
  CompiledNetwork network;
  Forward *forward;
  const float *x;
  float *y;
};
} // namespace

static std::string version(const Settings &) { return NASCENT_VERSION; }

static std::string versionWithHalf(const Settings &settings) {
  return __builtin_cpu_supports("f16c") ? version(settings) : "";
}

/// What prepares a network whose weights are stored as `type`.
static auto storing(const std::string &type) {
  return [=](const Task &task) -> std::unique_ptr<Runner> {
    return std::make_unique<NascentRunner>(task, "." + type,
                                           "--weights=" + type);
  };
}

// Rounding weights to 11 and to 8 bits changes an output by some 2^-12 and 2^-9
// of the largest.
static Registration f32({"ours", version, storing("f32")});
static Registration f16({"ours, f16", versionWithHalf, storing("f16"), 1e-3});
static Registration bf16({"ours, bf16", version, storing("bf16"), 1e-2});

// Where threads may share layers, forward does not go by blocks of rows.
static Registration layers({"ours, layer by layer", version,
                            [](const Task &task) -> std::unique_ptr<Runner> {
                              return std::make_unique<NascentRunner>(
                                  task, ".layers", "--threads=steps");
                            }});
