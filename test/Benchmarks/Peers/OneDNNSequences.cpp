//===- OneDNNSequences.cpp - oneDNN's recurrent layers --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// PyTorch's GRU multiplies the state before it is reset, which is oneDNN's
// `lbr_gru`, linear before reset.
//
//===----------------------------------------------------------------------===//

#include "OneDNNSequences.h"
#include "Sequences.h"
#include <dnnl.hpp>
#include <unordered_map>

namespace nascent::bench {

using dnnl::memory;
using tag = memory::format_tag;
static constexpr auto kF32 = memory::data_type::f32;

namespace {
class OneDNNSequences : public Runner {
public:
  explicit OneDNNSequences(const Task &task);

  void run() override {
    primitive.execute(stream, arguments);
    stream.wait();
  }

  void finish() override {
    toBatchFirst(y.data(), task.y, task.network.batch, layer.to);
  }

private:
  memory at(const memory::desc &desc, float *data) {
    return {desc, engine, data};
  }
  memory pack(const std::vector<float> &weight, const memory::dims &dims,
              const memory::desc &packed);
  /// Gate by gate: `parameter`'s in oneDNN's order.
  std::vector<float> gatesOf(const std::vector<float> &parameter) const;
  std::vector<float> addedBiases() const;

  const Task task;
  const Layer &layer;
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
  Buffer x, y;
  std::vector<float> bias;
  dnnl::primitive primitive;
  std::unordered_map<int, memory> arguments;
};
} // namespace

/// An LSTM's gates have PyTorch's order; a GRU's reset comes after its update.
std::vector<float>
OneDNNSequences::gatesOf(const std::vector<float> &parameter) const {
  std::vector<float> gates = parameter;
  if (layer.kind == Kind::Gru)
    std::swap_ranges(gates.begin(), gates.begin() + gates.size() / 3,
                     gates.begin() + gates.size() / 3);
  return gates;
}

/// One of the input and of the state together, but where the state's is reset.
std::vector<float> OneDNNSequences::addedBiases() const {
  std::vector<float> sums = gatesOf(layer.parameters[2]);
  std::vector<float> others = gatesOf(layer.parameters[3]);
  size_t added = layer.kind == Kind::Lstm ? sums.size() : sums.size() / 3 * 2;
  for (size_t i = 0; i < added; ++i)
    sums[i] += others[i];
  sums.insert(sums.end(), others.begin() + added, others.end());
  return sums;
}

memory OneDNNSequences::pack(const std::vector<float> &weight,
                             const memory::dims &dims,
                             const memory::desc &packed) {
  std::vector<float> gates = gatesOf(weight);
  memory from = at({dims, kF32, tag::ldgoi}, gates.data()), to(packed, engine);
  dnnl::reorder(from, to).execute(stream, from, to);
  stream.wait();
  return to;
}

OneDNNSequences::OneDNNSequences(const Task &task)
    : task(task), layer(task.network.layers.front()),
      x(task.network.inputCount()), y(task.network.outputCount()),
      bias(addedBiases()) {
  int64_t batch = task.network.batch, steps = layer.from.width;
  int64_t features = layer.from.channels, units = layer.to.channels;
  bool isLstm = layer.kind == Kind::Lstm;
  int64_t gates = isLstm ? 4 : 3;
  toStepsFirst(task.x, x.data(), batch, layer.from);
  memory::dims inputs = {1, 1, features, gates, units};
  memory::dims states = {1, 1, units, gates, units};
  memory::desc from({steps, batch, features}, kF32, tag::tnc);
  memory::desc to({steps, batch, units}, kF32, tag::tnc);
  memory::desc biases({1, 1, static_cast<int64_t>(bias.size()) / units, units},
                      kF32, tag::ldgo);
  memory::desc anyInputs(inputs, kF32, tag::any), none;
  memory::desc anyStates(states, kF32, tag::any);
  constexpr auto inference = dnnl::prop_kind::forward_inference;
  constexpr auto direction = dnnl::rnn_direction::unidirectional_left2right;
  auto finish = [&](const auto &descriptor) {
    primitive = dnnl::primitive(descriptor);
    arguments = {
        {DNNL_ARG_SRC_LAYER, at(from, x.data())},
        {DNNL_ARG_WEIGHTS_LAYER,
         pack(layer.parameters[0], inputs, descriptor.weights_layer_desc())},
        {DNNL_ARG_WEIGHTS_ITER,
         pack(layer.parameters[1], states, descriptor.weights_iter_desc())},
        {DNNL_ARG_BIAS, at(biases, bias.data())},
        {DNNL_ARG_DST_LAYER, at(to, y.data())}};
  };
  // Without states before the first step, they are zeros.
  if (isLstm)
    finish(dnnl::lstm_forward::primitive_desc({inference, direction, from, none,
                                               none, anyInputs, anyStates,
                                               biases, to, none, none},
                                              engine));
  else
    finish(dnnl::lbr_gru_forward::primitive_desc({inference, direction, from,
                                                  none, anyInputs, anyStates,
                                                  biases, to, none},
                                                 engine));
}

std::unique_ptr<Runner> prepareOneDNNSequences(const Task &task) {
  Kind kind = task.network.layers.front().kind;
  if (kind != Kind::Lstm && kind != Kind::Gru)
    return nullptr;
  return std::make_unique<OneDNNSequences>(task);
}

} // namespace nascent::bench
