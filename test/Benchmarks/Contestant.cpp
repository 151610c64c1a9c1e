//===- Contestant.cpp - What every contestant of the benchmarks is --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Contestant.h"
#include "Sequences.h"
#include "Training.h"
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <link.h>
#include <sched.h>
#include <unistd.h>

namespace nascent::bench {

/// Elements of all windows along one dimension, without those in padding.
static int64_t tapsInside(int64_t size, int64_t places, int64_t window,
                          int64_t stride, int64_t before) {
  int64_t taps = 0;
  for (int64_t place = 0; place < places; ++place) {
    int64_t start = place * stride - before;
    taps += std::min(start + window, size) - std::max<int64_t>(start, 0);
  }
  return taps;
}

double Layer::flops(int64_t batch) const {
  auto rows = static_cast<double>(batch);
  if (kind == Kind::BatchNorm)
    return 0;
  if (kind >= Kind::Lstm)
    return rows * sequenceFlops(*this);
  if (kind == Kind::Dense)
    return 2.0 * rows * static_cast<double>(in) * static_cast<double>(out);
  int64_t taps = tapsInside(from.height, to.height, window.height,
                            window.stride, window.top) *
                 tapsInside(from.width, to.width, window.width, window.stride,
                            window.left);
  double operations = kind == Kind::Convolution
                          ? 2.0 * static_cast<double>(from.channels / groups)
                          : 1.0;
  return operations * rows * static_cast<double>(to.channels * taps);
}

double Network::flops() const {
  double flops = 0;
  for (size_t i = 0; i < layers.size(); ++i) {
    double times = !isTrained ? 1 : inputOf(i) == 0 ? 2 : 3;
    flops += times * layers[i].flops(batch);
  }
  return flops;
}

int64_t Network::outputCount() const {
  return isTrained ? trainedCount(*this) : batch * out();
}

int64_t Network::parameterBytes() const {
  size_t count = 0;
  for (const Layer &layer : layers) {
    count += layer.weight.size() + layer.bias.size();
    for (const std::vector<float> &parameter : layer.parameters)
      count += parameter.size();
  }
  return static_cast<int64_t>(count * sizeof(float));
}

std::vector<float> canonicalWeight(const Layer &layer) {
  if (layer.kind != Kind::Dense)
    return layer.weight;
  std::vector<float> transposed(layer.weight.size());
  for (int64_t i = 0; i < layer.in; ++i)
    for (int64_t j = 0; j < layer.out; ++j)
      transposed[j * layer.in + i] = layer.weight[i * layer.out + j];
  return transposed;
}

/// Transposes `batch` matrices of `rows` x `columns`, in blocks that stay in
/// the cache.
static void transpose(const float *from, float *to, int64_t batch, int64_t rows,
                      int64_t columns) {
  constexpr int64_t block = 16;
  for (int64_t image = 0; image < batch; ++image) {
    for (int64_t row = 0; row < rows; row += block)
      for (int64_t column = 0; column < columns; column += block)
        for (int64_t j = column; j < std::min(column + block, columns); ++j)
          for (int64_t i = row; i < std::min(row + block, rows); ++i)
            to[j * rows + i] = from[i * columns + j];
    from += rows * columns;
    to += rows * columns;
  }
}

void toChannelsLast(const float *from, float *to, int64_t batch,
                    const Extent &extent) {
  transpose(from, to, batch, extent.channels, extent.height * extent.width);
}

void toChannelsFirst(const float *from, float *to, int64_t batch,
                     const Extent &extent) {
  transpose(from, to, batch, extent.height * extent.width, extent.channels);
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

/// Floats of the largest value of all.
static int64_t widestOf(const Network &network) {
  int64_t widest = 0;
  auto see = [&](int64_t count, Extent extent) {
    extent.channels = (extent.channels + 15) / 16 * 16;
    widest = std::max({widest, count, extent.count()});
  };
  for (const Layer &layer : network.layers) {
    see(layer.in, layer.from);
    see(layer.out, layer.to);
  }
  return network.batch * widest;
}

Activations::Activations(const Task &task) : network(task.network) {
  size_t count = network.layers.size();
  std::vector<size_t> last(count + 1);
  for (size_t i = 0; i < count; ++i)
    for (size_t value :
         {network.inputOf(i), network.layers[i].added.value_or(0)})
      last[value] = std::max(last[value], i);
  // Nothing writes through the first place.
  places.push_back(const_cast<float *>(task.x));
  std::vector<float *> free;
  for (size_t i = 0; i + 1 < count; ++i) {
    if (network.layers[i].added) {
      places.push_back(places[*network.layers[i].added]);
    } else {
      if (free.empty()) {
        buffers.emplace_back(widestOf(network));
        free.push_back(buffers.back().data());
      }
      places.push_back(free.back());
      free.pop_back();
    }
    for (size_t value = 1; value <= i; ++value)
      if (last[value] == i && network.layers[i].added != value)
        free.push_back(places[value]);
  }
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
