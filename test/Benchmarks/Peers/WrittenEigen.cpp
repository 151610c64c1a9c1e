//===- WrittenEigen.cpp - Small networks as one function of Eigen's types -===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// As programmers write them: matrices of fixed size, and nothing between the
// layers but values. Eigen.cpp goes through memory instead, as suits layers
// that are larger.
//
//===----------------------------------------------------------------------===//

#include "WrittenOut.h"
#include <Eigen/Core>

using namespace nascent::bench;

namespace {
template <int Size>
using Vector = Eigen::Matrix<float, Size, 1>;

/// A product as Eigen chooses to make it, or element by element, which it never
/// leaves to a function.
enum class Product { Chosen, Lazy };

template <int In, int Out, Activation activation, Product product>
class Dense {
public:
  void set(const Layer &layer) {
    weight =
        Eigen::Map<const Eigen::Matrix<float, Out, In>>(layer.weight.data());
    bias = Eigen::Map<const Vector<Out>>(layer.bias.data());
  }

  Vector<Out> operator()(const Vector<In> &x) const {
    Vector<Out> sum;
    if constexpr (product == Product::Chosen)
      sum.noalias() = weight * x + bias;
    else
      sum.noalias() = weight.lazyProduct(x) + bias;
    if constexpr (activation == Activation::Relu)
      return sum.cwiseMax(0.0f);
    else if constexpr (activation == Activation::Tanh)
      return sum.array().tanh().matrix();
    else if constexpr (activation == Activation::Sigmoid)
      return sum.array().logistic().matrix();
    else
      return sum;
  }

  static Vector<In> load(const float *x) {
    return Eigen::Map<const Vector<In>>(x);
  }

  static void store(const Vector<Out> &values, float *y) {
    Eigen::Map<Vector<Out>> result(y);
    result = values;
  }

private:
  Eigen::Matrix<float, Out, In> weight;
  Vector<Out> bias;
};

template <int In, int Out, Activation activation>
using ChosenDense = Dense<In, Out, activation, Product::Chosen>;
template <int In, int Out, Activation activation>
using LazyDense = Dense<In, Out, activation, Product::Lazy>;
template <const auto &chain>
using Chosen = WrittenOut<chain, ChosenDense>;
template <const auto &chain>
using Lazy = WrittenOut<chain, LazyDense>;
} // namespace

static std::string version(const Settings &) {
  return std::to_string(EIGEN_WORLD_VERSION) + "." +
         std::to_string(EIGEN_MAJOR_VERSION) + "." +
         std::to_string(EIGEN_MINOR_VERSION);
}

static std::string kernels() { return Eigen::SimdInstructionSetsInUse(); }

static std::unique_ptr<Runner> prepare(const Task &task) {
  std::vector<std::unique_ptr<Runner>> ways;
  ways.push_back(prepareWritten<Chosen>(task, TinyChains()));
  ways.push_back(prepareWritten<Lazy>(task, TinyChains()));
  return ways.front() ? fastest(std::move(ways)) : nullptr;
}

static Registration registration({"Eigen, one function", version, kernels,
                                  prepare});
