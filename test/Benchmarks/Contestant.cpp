//===- Contestant.cpp - What every contestant of the benchmarks is --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Contestant.h"
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <link.h>
#include <sched.h>
#include <unistd.h>

namespace nascent::bench {

double Network::flops() const {
  double flops = 0;
  for (const Layer &layer : layers)
    flops += 2.0 * static_cast<double>(batch) * static_cast<double>(layer.in) *
             static_cast<double>(layer.out);
  return flops;
}

int64_t Network::parameterBytes() const {
  int64_t count = 0;
  for (const Layer &layer : layers)
    count += layer.in * layer.out + layer.out;
  return count * static_cast<int64_t>(sizeof(float));
}

std::vector<float> transposedWeight(const Layer &layer) {
  std::vector<float> transposed(layer.weight.size());
  for (int64_t i = 0; i < layer.in; ++i)
    for (int64_t j = 0; j < layer.out; ++j)
      transposed[j * layer.in + i] = layer.weight[i * layer.out + j];
  return transposed;
}

double Runner::time(int64_t calls) {
  double start = readClock(CLOCK_MONOTONIC);
  for (int64_t i = 0; i < calls; ++i)
    run();
  return readClock(CLOCK_MONOTONIC) - start;
}

void touchLibraries() {
  auto visit = [](dl_phdr_info *info, size_t, void *) {
    for (int i = 0; i < info->dlpi_phnum; ++i) {
      const ElfW(Phdr) &segment = info->dlpi_phdr[i];
      if (segment.p_type != PT_LOAD || !(segment.p_flags & PF_R))
        continue;
      auto *start = reinterpret_cast<const volatile char *>(info->dlpi_addr +
                                                            segment.p_vaddr);
      for (size_t at = 0; at < segment.p_memsz; at += getpagesize())
        (void)start[at];
    }
    return 0;
  };
  dl_iterate_phdr(visit, nullptr);
}

void stayOn(const std::vector<int> &processors) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (int processor : processors)
    CPU_SET(processor, &set);
  if (sched_setaffinity(0, sizeof(set), &set) != 0)
    fail("sched_setaffinity failed");
}

double readClock(clockid_t clock) {
  timespec time;
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) * 1e9 +
         static_cast<double>(time.tv_nsec);
}

std::vector<Contestant> &registry() {
  static std::vector<Contestant> contestants;
  return contestants;
}

std::unique_ptr<Runner>
fastest(std::vector<std::unique_ptr<Runner>> candidates) {
  if (candidates.size() == 1)
    return std::move(candidates.front());
  std::vector<double> best(candidates.size(), HUGE_VAL);
  for (int repeat = 0; repeat < 5; ++repeat) {
    for (size_t i = 0; i < candidates.size(); ++i) {
      double once = candidates[i]->time(1);
      auto calls = std::max<int64_t>(1, static_cast<int64_t>(2e5 / once));
      double each = candidates[i]->time(calls) / static_cast<double>(calls);
      best[i] = std::min(best[i], each);
    }
  }
  return std::move(
      candidates[std::min_element(best.begin(), best.end()) - best.begin()]);
}

void fail(const std::string &message) {
  std::fprintf(stderr, "nascent-bench: %s\n", message.c_str());
  std::exit(1);
}

static constexpr size_t kAlignment = 64;

Buffer::Buffer(int64_t count) {
  size_t bytes = count * sizeof(float);
  bytes = (bytes + kAlignment - 1) / kAlignment * kAlignment + kAlignment;
  memory.reset(static_cast<float *>(std::aligned_alloc(kAlignment, bytes)));
  if (!memory)
    fail("out of memory");
  std::memset(memory.get(), 0, bytes);
}

void Buffer::Free::operator()(float *memory) const { std::free(memory); }

/// Floats of the largest value between two layers.
static int64_t widestBetween(const Network &network) {
  int64_t widest = 0;
  for (const Layer &layer : network.layers)
    widest = std::max(widest, layer.out);
  return network.batch * widest;
}

Activations::Activations(const Task &task)
    : even(widestBetween(task.network)), odd(widestBetween(task.network)) {
  // Nothing writes through the first place.
  places.push_back(const_cast<float *>(task.x));
  for (size_t i = 1; i < task.network.layers.size(); ++i)
    places.push_back(i % 2 == 0 ? even.data() : odd.data());
  places.push_back(task.y);
}

void addBiasAndActivate(float *__restrict y, const float *__restrict bias,
                        int64_t rows, int64_t columns, Activation activation) {
  for (int64_t i = 0; i < rows; ++i, y += columns) {
    switch (activation) {
    case Activation::None:
      for (int64_t j = 0; j < columns; ++j)
        y[j] += bias[j];
      break;
    case Activation::Relu:
      for (int64_t j = 0; j < columns; ++j)
        y[j] = std::max(0.0f, y[j] + bias[j]);
      break;
    case Activation::Tanh:
      for (int64_t j = 0; j < columns; ++j)
        y[j] = std::tanh(y[j] + bias[j]);
      break;
    case Activation::Sigmoid:
      for (int64_t j = 0; j < columns; ++j)
        y[j] = 1.0f / (1.0f + std::exp(-(y[j] + bias[j])));
      break;
    }
  }
}

} // namespace nascent::bench
