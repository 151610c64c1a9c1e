//===- TimeForward.cpp - How long a forward pass takes --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TimeForward.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <chrono>
#include <cmath>

namespace nascent {

using Clock = std::chrono::steady_clock;

static double nanoseconds(Clock::duration duration) {
  return std::chrono::duration<double, std::nano>(duration).count();
}

/// How long everything is measured, how long a sample of it takes at least, and
/// how many samples there are in any case and at most.
static constexpr std::chrono::seconds kBudget(1);
static constexpr double kSampleNs = 200e3;
static constexpr size_t kFewest = 5, kMost = 1000;

bool runForward(const ForwardCall &call, Team &team) {
  // An open batch has no steps.
  if (team.getSize() == 1 || call.getSteps() == 0)
    return call.run();
  team.run([&](unsigned part) {
    for (int64_t step = 0; step < call.getSteps(); ++step) {
      if (step != 0)
        team.wait();
      call.runStep(step, part, team.getSize());
    }
  });
  return true;
}

Timing summarize(std::vector<double> samples) {
  llvm::sort(samples);
  // Between two samples, what is in proportion.
  auto quantile = [&](double part) {
    double place = part * static_cast<double>(samples.size() - 1);
    size_t below = static_cast<size_t>(place);
    size_t above = std::min(below + 1, samples.size() - 1);
    double share = place - static_cast<double>(below);
    return samples[below] + share * (samples[above] - samples[below]);
  };
  return {quantile(0.5), quantile(0.25), quantile(0.75), samples.size()};
}

/// Takes samples until the budget is used up.
template <typename Sample>
static void repeat(Team &team, PeakProbe &probe, Sample sample) {
  // The first calls are slow, and so is a processor that has had nothing to do.
  auto start = Clock::now();
  while (Clock::now() - start < kBudget / 10)
    probe.measure(team);
  start = Clock::now();
  for (size_t count = 0; count < kMost; ++count) {
    if (count >= kFewest && Clock::now() - start > kBudget)
      return;
    probe.measure(team);
    sample();
  }
}

Timing timeForward(const ForwardCall &call, Team &team, PeakProbe &probe) {
  auto time = [&](int64_t calls) {
    auto start = Clock::now();
    for (int64_t i = 0; i < calls; ++i)
      if (!runForward(call, team)) {
        // A stream is at its last step.
        call.restart();
        (void)call.run();
      }
    return nanoseconds(Clock::now() - start);
  };
  int64_t calls = 1;
  while (time(calls) < kSampleNs)
    calls *= 2;
  std::vector<double> samples;
  repeat(team, probe,
         [&] { samples.push_back(time(calls) / static_cast<double>(calls)); });
  return summarize(std::move(samples));
}

std::vector<Timing> timeSteps(const ForwardCall &call, Team &team,
                              PeakProbe &probe) {
  // Beside this, what it takes to read the clock does not matter.
  constexpr double leastNs = 3000;
  const int64_t steps = call.getSteps();
  std::vector<int64_t> calls(steps, 1);
  std::vector<double> times(steps);
  // In their order, so that each finds the caches as the others leave them. Run
  // again, a step computes the same.
  auto pass = [&] {
    team.run([&](unsigned part) {
      for (int64_t step = 0; step < steps; ++step) {
        team.wait();
        auto start = Clock::now();
        for (int64_t i = 0; i < calls[step]; ++i)
          call.runStep(step, part, team.getSize());
        team.wait();
        if (part == 0)
          times[step] = nanoseconds(Clock::now() - start) /
                        static_cast<double>(calls[step]);
      }
    });
  };
  for (int round = 0; round < 3; ++round) {
    pass();
    for (auto [count, ns] : llvm::zip(calls, times))
      count = std::max<int64_t>(1, std::ceil(leastNs / std::max(1.0, ns)));
  }
  std::vector<std::vector<double>> samples(steps);
  repeat(team, probe, [&] {
    // The first pass finds the caches as the probe leaves them.
    pass();
    pass();
    for (auto [all, ns] : llvm::zip(samples, times))
      all.push_back(ns);
  });
  std::vector<Timing> timings;
  for (std::vector<double> &each : samples)
    timings.push_back(summarize(std::move(each)));
  return timings;
}

} // namespace nascent
