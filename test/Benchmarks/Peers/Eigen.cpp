//===- Eigen.cpp - Templates, instantiated for every shape ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Contestant.h"
#include "Shapes.h"
#include <Eigen/Core>
#include <map>
#include <utility>

using namespace nascent::bench;

namespace {
template <int Rows, int Columns>
using Matrix = Eigen::Matrix<float, Rows, Columns,
                             // Eigen allows no column that is row-major.
                             Columns == 1 && Rows != 1 ? Eigen::ColMajor
                                                       : Eigen::RowMajor>;

template <int Rows, int Columns>
using Input = Eigen::Map<const Matrix<Rows, Columns>>;

template <int Rows, int Columns>
using Output = Eigen::Map<Matrix<Rows, Columns>>;

/// Sizes in types make Eigen put its packed operands on the stack, so large
/// shapes keep only a single row in theirs.
template <int M, int K, int N>
constexpr bool kIsSmall = (int64_t(M) * K + int64_t(K) * N + int64_t(M) * N) *
                              int64_t(sizeof(float)) <=
                          EIGEN_STACK_ALLOCATION_LIMIT;

template <int M, int K, int N, Activation activation>
void layer(const Layer &layer, const float *from, float *to) {
  constexpr bool small = kIsSmall<M, K, N>;
  constexpr int rows = small || M == 1 ? M : Eigen::Dynamic;
  constexpr int depth = small ? K : Eigen::Dynamic;
  constexpr int columns = small ? N : Eigen::Dynamic;
  Input<rows, depth> x(from, M, K);
  Input<depth, columns> w(layer.weight.data(), K, N);
  Input<1, columns> b(layer.bias.data(), 1, N);
  Output<rows, columns> y(to, M, N);
  y.noalias() = x * w;
  if constexpr (activation == Activation::None)
    y.rowwise() += b;
  else if constexpr (activation == Activation::Relu)
    y = (y.rowwise() + b).cwiseMax(0.0f);
  else if constexpr (activation == Activation::Tanh)
    y = (y.rowwise() + b).array().tanh();
  else
    y = (y.rowwise() + b).array().logistic();
}

/// A whole network, as one function.
using Program = void (*)(const Network &, const Activations &);

template <const auto &chain, size_t... Index>
void chainLayers(const Network &network, const Activations &values,
                 std::index_sequence<Index...>) {
  (layer<chain.batch, chain.widths[Index], chain.widths[Index + 1],
         chain.activation(Index)>(network.layers[Index], values.input(Index),
                                  values.output(Index)),
   ...);
}

template <const auto &chain>
void runChain(const Network &network, const Activations &values) {
  chainLayers<chain>(network, values,
                     std::make_index_sequence<chain.widths.size() - 1>());
}

template <int Batch>
void runDeep(const Network &network, const Activations &values) {
  size_t last = network.layers.size() - 1;
  for (size_t i = 0; i < last; ++i)
    layer<Batch, kDeepWidth, kDeepWidth, Activation::Relu>(
        network.layers[i], values.input(i), values.output(i));
  layer<Batch, kDeepWidth, kDeepWidth, Activation::None>(
      network.layers[last], values.input(last), values.output(last));
}

template <const auto &shapes, size_t Index>
void runLayer(const Network &network, const Activations &values) {
  constexpr Shape shape = shapes[Index];
  layer<shape.m, shape.k, shape.n, Activation::Relu>(
      network.layers[0], values.input(0), values.output(0));
}

template <const auto &shapes, size_t... Index>
void addLayers(std::map<std::string, Program> &programs,
               std::index_sequence<Index...>) {
  (programs.emplace(layerName(shapes[Index]), runLayer<shapes, Index>), ...);
}

template <const auto &shapes>
void addLayers(std::map<std::string, Program> &programs) {
  addLayers<shapes>(programs, std::make_index_sequence<shapes.size()>());
}

template <const auto &chain>
void addChain(std::map<std::string, Program> &programs) {
  programs.emplace(chain.name, runChain<chain>);
}

template <const auto &...chains>
void addChains(std::map<std::string, Program> &programs, Chains<chains...>) {
  (addChain<chains>(programs), ...);
}

template <size_t... Index>
void addDeep(std::map<std::string, Program> &programs,
             std::index_sequence<Index...>) {
  (programs.emplace(deepName(kDeepBatches[Index]),
                    runDeep<kDeepBatches[Index]>),
   ...);
}

class EigenRunner : public Runner {
public:
  EigenRunner(const Task &task, Program program)
      : network(task.network), values(task), program(program) {}
  void run() override { program(network, values); }

private:
  const Network &network;
  Activations values;
  Program program;
};
} // namespace

static const std::map<std::string, Program> &programs() {
  static const std::map<std::string, Program> all = [] {
    std::map<std::string, Program> programs;
    addLayers<kDesignShapes>(programs);
    addLayers<kGridShapes>(programs);
    addChain<kBook>(programs);
    addChain<kMnist1>(programs);
    addChain<kMnist64>(programs);
    addChain<kMnist256>(programs);
    addChain<kAutoencoder>(programs);
    addChain<kOne>(programs);
    addChains(programs, TinyChains());
    addDeep(programs, std::make_index_sequence<kDeepBatches.size()>());
    return programs;
  }();
  return all;
}

static std::string version(const Settings &) {
  return std::to_string(EIGEN_WORLD_VERSION) + "." +
         std::to_string(EIGEN_MAJOR_VERSION) + "." +
         std::to_string(EIGEN_MINOR_VERSION);
}

static std::string kernels() { return Eigen::SimdInstructionSetsInUse(); }

static std::unique_ptr<Runner> prepare(const Task &task) {
  auto found = programs().find(task.network.name);
  if (found == programs().end())
    return nullptr;
  return std::make_unique<EigenRunner>(task, found->second);
}

static Registration registration({"Eigen", version, kernels, prepare});
