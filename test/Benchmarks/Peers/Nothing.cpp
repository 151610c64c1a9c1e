//===- Nothing.cpp - What timing itself costs -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Contestant.h"
#include <cmath>

using namespace nascent::bench;

namespace {
class NothingRunner : public Runner {
public:
  void run() override {}
};
} // namespace

static std::string version(const Settings &) { return "a call that returns"; }

static std::unique_ptr<Runner> prepare(const Task &) {
  return std::make_unique<NothingRunner>();
}

static Registration registration({"nothing", version, nullptr, prepare,
                                  HUGE_VAL});
