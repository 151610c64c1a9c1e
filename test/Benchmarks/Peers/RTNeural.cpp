//===- RTNeural.cpp - Small networks as RTNeural's static models ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// On Eigen. How it would compute them on xsimd is what WrittenXsimd.cpp does.
//
//===----------------------------------------------------------------------===//

#include "WrittenCells.h"
#include "WrittenOut.h"
#include <RTNeural/RTNeural.h>

using namespace nascent::bench;

namespace {
/// A layer of ours is one or two of RTNeural's.
template <int In, int Out, Activation activation>
auto layersFor() {
  using Dense = RTNeural::DenseT<float, In, Out>;
  if constexpr (activation == Activation::Relu)
    return std::tuple<Dense, RTNeural::ReLuActivationT<float, Out>>();
  else if constexpr (activation == Activation::Tanh)
    return std::tuple<Dense, RTNeural::TanhActivationT<float, Out>>();
  else if constexpr (activation == Activation::Sigmoid)
    return std::tuple<Dense, RTNeural::SigmoidActivationT<float, Out>>();
  else
    return std::tuple<Dense>();
}

template <int In, int Out, typename Layers>
struct ModelOf;
template <int In, int Out, typename... Layers>
struct ModelOf<In, Out, std::tuple<Layers...>> {
  using type = RTNeural::ModelT<float, In, Out, Layers...>;
};

template <const auto &chain>
class Written {
  template <size_t... Index>
  static auto layers(std::index_sequence<Index...>) -> decltype(std::tuple_cat(
      layersFor<chain.widths[Index], chain.widths[Index + 1],
                chain.activation(Index)>()...));
  using Indices = std::make_index_sequence<chain.widths.size() - 1>;
  using Model = typename ModelOf<chain.widths.front(), chain.widths.back(),
                                 decltype(layers(Indices()))>::type;

public:
  explicit Written(const Network &network) { set(network, Indices()); }

  /// Reads whole vectors of x.
  [[gnu::noinline]] void operator()(const float *x, float *y) {
    model.forward(x);
    std::copy_n(model.getOutputs(), chain.widths.back(), y);
  }

private:
  template <size_t... Index>
  void set(const Network &network, std::index_sequence<Index...>) {
    // Every layer but the last has an activation after it.
    (setLayer(model.template get<2 * Index>(), network.layers[Index]), ...);
  }

  template <typename Dense>
  static void setLayer(Dense &dense, const Layer &layer) {
    std::vector<std::vector<float>> rows(layer.out);
    for (int64_t j = 0; j < layer.out; ++j)
      for (int64_t i = 0; i < layer.in; ++i)
        rows[j].push_back(layer.weight[i * layer.out + j]);
    dense.setWeights(rows);
    dense.setBias(layer.bias.data());
  }

  Model model;
};
} // namespace

namespace {
/// A recurrent layer, a step a call.
template <Kind kind, int Features, int Units>
class Step {
  using Recurrent =
      std::conditional_t<kind == Kind::Lstm,
                         RTNeural::LSTMLayerT<float, Features, Units>,
                         RTNeural::GRULayerT<float, Features, Units>>;

public:
  void set(const Layer &layer) {
    auto &recurrent = model.template get<0>();
    recurrent.setWVals(columnsOf(inOrder(layer.parameters[0]), Features));
    recurrent.setUVals(columnsOf(inOrder(layer.parameters[1]), Units));
    std::vector<float> inputs = inOrder(layer.parameters[2]);
    std::vector<float> states = inOrder(layer.parameters[3]);
    if constexpr (kind == Kind::Lstm) {
      for (size_t i = 0; i < inputs.size(); ++i)
        inputs[i] += states[i];
      recurrent.setBVals(inputs);
    } else {
      recurrent.setBVals({inputs, states});
    }
  }

  void reset() { model.reset(); }

  void operator()(const float *x, float *y) {
    model.forward(x);
    std::copy_n(model.getOutputs(), Units, y);
  }

private:
  /// An LSTM's gates have PyTorch's order; a GRU's reset comes after its
  /// update.
  static std::vector<float> inOrder(std::vector<float> gates) {
    if constexpr (kind == Kind::Gru)
      std::swap_ranges(gates.begin(), gates.begin() + gates.size() / 3,
                       gates.begin() + gates.size() / 3);
    return gates;
  }

  RTNeural::ModelT<float, Features, Units, Recurrent> model;
};
} // namespace

static std::string version(const Settings &) { return RTNEURAL_COMMIT; }

static std::string kernels() { return Eigen::SimdInstructionSetsInUse(); }

static std::unique_ptr<Runner> prepare(const Task &task) {
  if (task.network.isOfSequences())
    return prepareCell<Step>(task);
  return prepareWritten<Written>(task, TinyChains());
}

static Registration registration({"RTNeural", version, kernels, prepare});
