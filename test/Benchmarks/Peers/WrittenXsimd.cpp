//===- WrittenXsimd.cpp - Small networks as one function of xsimd's types -===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// As libraries for audio in real time compute them: columns of weights times
// one input each, in vectors padded with zeros, and xsimd's mathematical
// functions.
//
//===----------------------------------------------------------------------===//

#include "WrittenCells.h"
#include "WrittenOut.h"
#include <xsimd/xsimd.hpp>

using namespace nascent::bench;

namespace {
using Batch = xsimd::batch<float>;
constexpr int kLanes = static_cast<int>(Batch::size);

constexpr int batchesOf(int size) { return (size + kLanes - 1) / kLanes; }

/// `Size` numbers in whole batches.
template <int Size>
using Values = std::array<Batch, batchesOf(Size)>;

template <int Size>
struct alignas(64) Padded {
  float lanes[batchesOf(Size) * kLanes] = {};

  Values<Size> load() const {
    Values<Size> values;
    for (size_t i = 0; i < values.size(); ++i)
      values[i] = Batch::load_aligned(lanes + i * kLanes);
    return values;
  }

  void store(const Values<Size> &values) {
    for (size_t i = 0; i < values.size(); ++i)
      values[i].store_aligned(lanes + i * kLanes);
  }
};

template <Activation activation>
Batch activate(const Batch &value) {
  if constexpr (activation == Activation::Relu)
    return xsimd::max(value, Batch(0.0f));
  else if constexpr (activation == Activation::Tanh)
    return xsimd::tanh(value);
  else if constexpr (activation == Activation::Sigmoid)
    return Batch(1.0f) / (Batch(1.0f) + xsimd::exp(-value));
  else
    return value;
}

template <int In, int Out, Activation activation>
class Dense {
public:
  void set(const Layer &layer) {
    for (int i = 0; i < In; ++i)
      columns[i] = pad<Out>(layer.weight.data() + i * Out);
    // Out is 1 where the row is needed.
    row = pad<In>(layer.weight.data());
    bias = pad<Out>(layer.bias.data());
  }

  Values<Out> operator()(const Values<In> &x) const {
    Values<Out> sums = bias.load();
    if constexpr (Out == 1 && In > 1) {
      Values<In> factors = row.load();
      Batch products(0.0f);
      for (size_t i = 0; i < x.size(); ++i)
        products = xsimd::fma(x[i], factors[i], products);
      sums[0] += Batch(xsimd::hadd(products));
    } else {
      Padded<In> inputs;
      inputs.store(x);
      for (int i = 0; i < In; ++i) {
        Values<Out> column = columns[i].load();
        for (size_t j = 0; j < sums.size(); ++j)
          sums[j] = xsimd::fma(Batch(inputs.lanes[i]), column[j], sums[j]);
      }
    }
    for (Batch &sum : sums)
      sum = activate<activation>(sum);
    return sums;
  }

  static Values<In> load(const float *x) { return pad<In>(x).load(); }

  static void store(const Values<Out> &values, float *y) {
    Padded<Out> padded;
    padded.store(values);
    std::copy_n(padded.lanes, Out, y);
  }

private:
  template <int Size>
  static Padded<Size> pad(const float *values) {
    Padded<Size> padded;
    std::copy_n(values, Size, padded.lanes);
    return padded;
  }

  Padded<Out> columns[In];
  Padded<In> row;
  Padded<Out> bias;
};

template <const auto &chain>
using Written = WrittenOut<chain, Dense>;
} // namespace

namespace {
/// A step of a recurrent layer, gate by gate.
template <Kind kind, int Features, int Units>
class Step {
  static constexpr int kGates = kind == Kind::Lstm ? 4 : 3;
  using Sums = std::array<Values<Units>, kGates>;

public:
  void set(const Layer &layer) {
    setPart(inputs, inputBias, layer.parameters[0], layer.parameters[2]);
    setPart(states, stateBias, layer.parameters[1], layer.parameters[3]);
  }

  void reset() { h = c = Padded<Units>(); }

  void operator()(const float *x, float *y) {
    Sums a = multiply(inputs, inputBias, x);
    Sums b = multiply(states, stateBias, h.lanes);
    Values<Units> before = (kind == Kind::Lstm ? c : h).load(), after;
    for (size_t i = 0; i < after.size(); ++i) {
      Batch first = sigmoid(a[0][i] + b[0][i]);
      Batch second = sigmoid(a[1][i] + b[1][i]);
      if constexpr (kind == Kind::Lstm) {
        before[i] = second * before[i] + first * xsimd::tanh(a[2][i] + b[2][i]);
        after[i] = sigmoid(a[3][i] + b[3][i]) * xsimd::tanh(before[i]);
      } else {
        Batch n = xsimd::tanh(xsimd::fma(first, b[2][i], a[2][i]));
        after[i] = xsimd::fma(second, before[i] - n, n);
      }
    }
    c.store(before);
    h.store(after);
    std::copy_n(h.lanes, Units, y);
  }

private:
  template <size_t Count>
  using Columns = std::array<std::array<Padded<Units>, kGates>, Count>;
  using Bias = std::array<Padded<Units>, kGates>;

  static Batch sigmoid(const Batch &value) {
    return activate<Activation::Sigmoid>(value);
  }

  template <size_t Count>
  static void setPart(Columns<Count> &columns, Bias &bias,
                      const std::vector<float> &weight,
                      const std::vector<float> &biases) {
    std::vector<std::vector<float>> found = columnsOf(weight, Count);
    for (int gate = 0; gate < kGates; ++gate) {
      for (size_t i = 0; i < Count; ++i)
        std::copy_n(found[i].data() + gate * Units, Units,
                    columns[i][gate].lanes);
      std::copy_n(biases.data() + gate * Units, Units, bias[gate].lanes);
    }
  }

  template <size_t Count>
  static Sums multiply(const Columns<Count> &columns, const Bias &bias,
                       const float *values) {
    Sums sums;
    for (int gate = 0; gate < kGates; ++gate)
      sums[gate] = bias[gate].load();
    for (size_t i = 0; i < Count; ++i)
      for (int gate = 0; gate < kGates; ++gate) {
        Values<Units> column = columns[i][gate].load();
        for (size_t j = 0; j < column.size(); ++j)
          sums[gate][j] =
              xsimd::fma(Batch(values[i]), column[j], sums[gate][j]);
      }
    return sums;
  }

  Columns<Features> inputs;
  Columns<Units> states;
  Bias inputBias, stateBias;
  Padded<Units> h, c;
};
} // namespace

static std::string version(const Settings &) {
  return std::to_string(XSIMD_VERSION_MAJOR) + "." +
         std::to_string(XSIMD_VERSION_MINOR) + "." +
         std::to_string(XSIMD_VERSION_PATCH);
}

static std::string kernels() { return Batch::arch_type::name(); }

static std::unique_ptr<Runner> prepare(const Task &task) {
  if (task.network.isOfSequences())
    return prepareCell<Step>(task);
  return prepareWritten<Written>(task, TinyChains());
}

static Registration registration({"xsimd, one function", version, kernels,
                                  prepare});
