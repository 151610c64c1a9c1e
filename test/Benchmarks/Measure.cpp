//===- Measure.cpp - Timing contestants fairly ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Measure.h"
#include "Statistics.h"
#include <algorithm>
#include <numeric>

namespace nascent::bench {

/// How often samples are taken again, times the wanted number, and how much of
/// the budget that may take.
static constexpr int kPatience = 3;

namespace {
struct Contender {
  Runner *runner = nullptr;
  int64_t calls = 1;   // in a sample
  int64_t warmups = 1; // before it
  std::vector<Sample> samples;
};
} // namespace

/// The number of calls that take `ns`.
static int64_t callsFor(Runner &runner, double ns) {
  int64_t calls = 1;
  double taken = runner.time(calls);
  // The first calls are slow, so a guess from few calls is not to be trusted.
  while (taken < ns / 4 && calls < (int64_t(1) << 30)) {
    calls *= 2;
    taken = runner.time(calls);
  }
  double each = taken / static_cast<double>(calls);
  return std::max<int64_t>(1, static_cast<int64_t>(ns / each));
}

static Sample takeSample(Contender &contender, Probe &probe) {
  Runner &runner = *contender.runner;
  clockid_t clock = runner.processorClock();
  runner.settle();
  runner.time(contender.warmups);
  double before = probe.speed();
  double start = readClock(clock);
  double ns = runner.time(contender.calls);
  double worked = readClock(clock) - start;
  double after = probe.speed();
  // Another process may have come and gone between the probes.
  double share = std::min(1.0, worked / ns / runner.processors());
  return {ns / static_cast<double>(contender.calls),
          std::min(before, after) * share};
}

std::vector<Measurement> measure(const std::vector<Runner *> &runners,
                                 Probe &probe, std::mt19937 &order,
                                 const Effort &effort) {
  std::vector<Contender> contenders;
  double roundNs = 0;
  for (Runner *runner : runners) {
    int64_t calls = callsFor(*runner, effort.sampleNs);
    contenders.push_back({runner, calls, std::max<int64_t>(1, calls / 10), {}});
    roundNs += runner->time(calls);
  }
  // Long calls need a longer budget: half of it for warming up.
  double budgetNs = std::max(effort.budgetNs, 2 * effort.fewest * roundNs);
  auto allHave = [&](int count, double threshold) {
    return std::all_of(
        contenders.begin(), contenders.end(), [&](const Contender &each) {
          return countKept(each.samples, threshold, probe.best()) >= count;
        });
  };

  double start = readClock(CLOCK_MONOTONIC);
  std::vector<size_t> turns(contenders.size());
  std::iota(turns.begin(), turns.end(), size_t(0));
  for (int round = 0; round < kPatience * effort.wanted; ++round) {
    double taken = readClock(CLOCK_MONOTONIC) - start;
    bool hurry = taken > budgetNs;
    bool enough = taken > kPatience * budgetNs;
    int wanted = hurry ? effort.fewest : effort.wanted;
    if (allHave(wanted, enough ? 0 : kStrictThreshold))
      break;
    std::shuffle(turns.begin(), turns.end(), order);
    for (size_t turn : turns) {
      Contender &contender = contenders[turn];
      if (countKept(contender.samples, kStrictThreshold, probe.best()) < wanted)
        contender.samples.push_back(takeSample(contender, probe));
    }
  }

  std::vector<std::vector<Sample>> all;
  for (Contender &contender : contenders)
    all.push_back(std::move(contender.samples));
  double threshold = commonThreshold(all, effort.fewest, probe.best());
  std::vector<Measurement> measurements;
  for (const std::vector<Sample> &samples : all) {
    int kept = countKept(samples, threshold, probe.best());
    measurements.push_back({medianKept(samples, threshold, probe.best()), kept,
                            static_cast<int>(samples.size()) - kept,
                            threshold});
  }
  return measurements;
}

} // namespace nascent::bench
