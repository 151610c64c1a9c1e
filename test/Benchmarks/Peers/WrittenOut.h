//===- WrittenOut.h - Small networks, written out as one function ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_BENCHMARKS_PEERS_WRITTENOUT_H
#define NASCENT_BENCHMARKS_PEERS_WRITTENOUT_H

#include "FunctionRunner.h"
#include "Shapes.h"
#include <tuple>
#include <type_traits>
#include <utility>

namespace nascent::bench {

/// A network of `Dense<In, Out, activation>`, which has
///   void set(const Layer &)          takes the parameters
///   auto operator()(input) const     the output, the next layer's input
///   static auto load(const float *)  an input
///   static void store(output, float *)
/// All of it is one function, into which the compiler inlines the layers.
template <const auto &chain, template <int, int, Activation> class Dense>
class WrittenOut {
  static constexpr size_t kLayers = chain.widths.size() - 1;

  template <size_t... Index>
  static auto makeLayers(std::index_sequence<Index...>)
      -> std::tuple<Dense<chain.widths[Index], chain.widths[Index + 1],
                          chain.activation(Index)>...>;
  using Indices = std::make_index_sequence<kLayers>;
  using Layers = decltype(makeLayers(Indices()));

public:
  explicit WrittenOut(const Network &network) { set(network, Indices()); }

  [[gnu::noinline]] void operator()(const float *x, float *y) const {
    std::tuple_element_t<kLayers - 1, Layers>::store(after<kLayers>(x), y);
  }

private:
  template <size_t... Index>
  void set(const Network &network, std::index_sequence<Index...>) {
    (std::get<Index>(layers).set(network.layers[Index]), ...);
  }

  /// The values after `Count` layers.
  template <size_t Count>
  auto after(const float *x) const {
    if constexpr (Count == 0)
      return std::tuple_element_t<0, Layers>::load(x);
    else
      return std::get<Count - 1>(layers)(after<Count - 1>(x));
  }

  Layers layers;
};

/// Prepares a network of `chains`, each a function `Written<chain>`.
template <template <const auto &> class Written, const auto &...chains>
std::unique_ptr<Runner> prepareWritten(const Task &task, Chains<chains...>) {
  std::unique_ptr<Runner> runner;
  auto prepare = [&](auto chain, const char *name) {
    using Function = typename decltype(chain)::type;
    if (task.network.name == name)
      runner = std::make_unique<FunctionRunner<Function>>(task, task.network);
  };
  (prepare(std::common_type<Written<chains>>(), chains.name), ...);
  return runner;
}

} // namespace nascent::bench

#endif // NASCENT_BENCHMARKS_PEERS_WRITTENOUT_H
