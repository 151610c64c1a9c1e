//===- Copy.cpp - What moving bytes takes ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Sequences.h"
#include <cmath>
#include <cstring>

using namespace nascent::bench;

namespace {
/// Copies so many bytes that as many are read and written as of the layer.
class CopyRunner : public Runner {
public:
  explicit CopyRunner(const Layer &layer)
      : bytes(bytesMoved(layer) / 2), from(bytes / 4), to(bytes / 4) {}

  void run() override { std::memcpy(to.data(), from.data(), bytes); }

private:
  int64_t bytes;
  Buffer from, to;
};
} // namespace

static std::string version(const Settings &) { return "memcpy"; }

static std::unique_ptr<Runner> prepare(const Task &task) {
  return std::make_unique<CopyRunner>(task.network.layers.front());
}

static Registration registration({"copy", version, nullptr, prepare, HUGE_VAL});
