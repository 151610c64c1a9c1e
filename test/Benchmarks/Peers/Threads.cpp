//===- Threads.cpp - Our contestants on two threads -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// With OpenMP's team, and with a thread of our own that spins at a barrier
// after each step. While others are measured, either sleeps.
//
//===----------------------------------------------------------------------===//

#include "CompiledNetwork.h"
#include "NascentTraining.h"
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <fmt/format.h>
#include <mutex>
#include <thread>

using namespace nascent::bench;

/// For how many milliseconds an idle thread of OpenMP's keeps its processor.
static constexpr int kSpinMs = 1;

namespace {
/// Two threads wait for each other without giving their processors away.
class SpinBarrier {
public:
  void wait() {
    int now = turn.load(std::memory_order_relaxed);
    if (arrived.fetch_add(1, std::memory_order_acq_rel) == 1) {
      arrived.store(0, std::memory_order_relaxed);
      turn.store(now + 1, std::memory_order_release);
      return;
    }
    while (turn.load(std::memory_order_acquire) == now)
      __builtin_ia32_pause();
  }

private:
  alignas(64) std::atomic<int> arrived{0};
  alignas(64) std::atomic<int> turn{0};
};

using Forward = void(const void *, const float *, float *, void *);
using ForwardStep = void(const void *, const float *, float *, void *, int32_t,
                         int32_t, int32_t);

class TwoThreadsRunner : public Runner {
public:
  clockid_t processorClock() const override { return CLOCK_PROCESS_CPUTIME_ID; }
  int processors() const override { return 2; }
};

class StepsRunner : public TwoThreadsRunner {
public:
  explicit StepsRunner(const Task &task)
      : network(task, ".steps", "--threads=steps"),
        step(network.getLibrary().function<ForwardStep>(task.network.name +
                                                        "_forward_step")),
        steps(static_cast<int32_t>(network.macro("_STEPS"))), x(task.x),
        y(task.y), helper([this, processor = task.settings.processors[1]] {
          stayOn({processor});
          help();
        }) {}

  ~StepsRunner() override {
    ask(-1);
    helper.join();
  }

  void run() override { time(1); }

  /// Another contestant's team may still be spinning.
  void settle() override {
    double end = readClock(CLOCK_MONOTONIC) + 2e6 * kSpinMs;
    while (readClock(CLOCK_MONOTONIC) < end)
      continue;
  }

  double time(int64_t calls) override {
    ask(calls);
    barrier.wait();
    double start = readClock(CLOCK_MONOTONIC);
    compute(calls, 0);
    return readClock(CLOCK_MONOTONIC) - start;
  }

private:
  /// A part of every step. The other thread is told by a barrier, too, that a
  /// call begins.
  void compute(int64_t calls, int32_t part) {
    for (int64_t call = 0; call < calls; ++call) {
      barrier.wait();
      for (int32_t number = 0; number < steps; ++number) {
        step(network.getParameters(), x, y, network.getScratch(), number, part,
             2);
        barrier.wait();
      }
    }
  }

  void ask(int64_t calls) {
    {
      std::lock_guard<std::mutex> lock(mutex);
      asked = calls;
    }
    changed.notify_one();
  }

  /// What the second thread does.
  void help() {
    for (;;) {
      int64_t calls = 0;
      {
        std::unique_lock<std::mutex> lock(mutex);
        changed.wait(lock, [this] { return asked != 0; });
        std::swap(calls, asked);
      }
      if (calls < 0)
        return;
      barrier.wait();
      compute(calls, 1);
    }
  }

  CompiledNetwork network;
  ForwardStep *step;
  int32_t steps;
  const float *x;
  float *y;
  SpinBarrier barrier;
  std::mutex mutex;
  std::condition_variable changed;
  int64_t asked = 0;  // calls; negative: to end
  std::thread helper; // the last, since it uses all others
};
} // namespace

/// Has `first` start the team of two.
static void startTeam(const Settings &settings, Runner &first) {
  // When OpenMP is first needed, the team is bound to those of its places that
  // this thread may use.
  const std::vector<int> &processors = settings.processors;
  std::string places =
      fmt::format("{{{}}},{{{}}}", processors[0], processors[1]);
  setenv("OMP_NUM_THREADS", "2", 1);
  setenv("OMP_PROC_BIND", "true", 1);
  setenv("OMP_PLACES", places.c_str(), 1);
  setenv("KMP_BLOCKTIME", std::to_string(kSpinMs).c_str(), 1);
  stayOn(processors);
  first.run();
  stayOn({processors[0]});
}

namespace {
class OpenMPRunner : public TwoThreadsRunner {
public:
  OpenMPRunner(const Task &task, const std::string &libraries)
      : network(task, ".openmp", "--threads=openmp", libraries),
        forward(network.getLibrary().function<Forward>(task.network.name +
                                                       "_forward")),
        x(task.x), y(task.y) {
    startTeam(task.settings, *this);
  }

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

static std::string version(const Settings &settings) {
  return settings.processors.size() > 1 ? NASCENT_VERSION : "";
}

static Registration
    steps({"ours, steps", version, nullptr, [](const Task &task) {
             if (task.network.isTrained)
               return std::unique_ptr<Runner>();
             return std::unique_ptr<Runner>(new StepsRunner(task));
           }});

#ifdef NASCENT_LIBOMP
static std::unique_ptr<Runner> prepareTeam(const Task &task) {
  if (!task.network.isTrained)
    return std::make_unique<OpenMPRunner>(task, NASCENT_LIBOMP);
  auto prepare = [&] {
    return prepareNascentTraining(task, ".openmp", "--threads=openmp",
                                  NASCENT_LIBOMP, 2);
  };
  // Starting the team takes a step, after which a training is another one.
  std::unique_ptr<Runner> first = prepare(), second = prepare();
  startTeam(task.settings, *first);
  return second;
}

static Registration openmp({"ours, openmp", version, nullptr, prepareTeam});
#endif
