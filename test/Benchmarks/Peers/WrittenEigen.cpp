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

#include "WrittenCells.h"
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

namespace {
/// A step of a recurrent layer.
template <Kind kind, int Features, int Units, Product product>
class Step {
  static constexpr int kGates = kind == Kind::Lstm ? 4 : 3;
  using Gates = Vector<kGates * Units>;

public:
  void set(const Layer &layer) {
    fill(inputs, layer.parameters[0]);
    fill(states, layer.parameters[1]);
    inputBias = Eigen::Map<const Gates>(layer.parameters[2].data());
    stateBias = Eigen::Map<const Gates>(layer.parameters[3].data());
  }

  void reset() {
    h.setZero();
    c.setZero();
  }

  void operator()(const float *x, float *y) {
    Gates a, b;
    multiply(a, inputs, Eigen::Map<const Vector<Features>>(x), inputBias);
    multiply(b, states, h, stateBias);
    auto gate = [](const Gates &gates, int index) {
      return gates.template segment<Units>(index * Units).array();
    };
    if constexpr (kind == Kind::Lstm) {
      a += b;
      c = gate(a, 1).logistic() * c.array() +
          gate(a, 0).logistic() * gate(a, 2).tanh();
      h = gate(a, 3).logistic() * c.array().tanh();
    } else {
      Vector<Units> z = (gate(a, 1) + gate(b, 1)).logistic();
      Vector<Units> n =
          (gate(a, 2) + (gate(a, 0) + gate(b, 0)).logistic() * gate(b, 2))
              .tanh();
      h = n + z.cwiseProduct(h - n);
    }
    Eigen::Map<Vector<Units>> result(y);
    result = h;
  }

private:
  template <typename Matrix>
  static void fill(Matrix &matrix, const std::vector<float> &weight) {
    for (int i = 0; i < matrix.rows(); ++i)
      for (int j = 0; j < matrix.cols(); ++j)
        matrix(i, j) = weight[i * matrix.cols() + j];
  }

  template <typename Matrix, typename Values>
  static void multiply(Gates &sums, const Matrix &weight, const Values &values,
                       const Gates &bias) {
    if constexpr (product == Product::Chosen)
      sums.noalias() = weight * values + bias;
    else
      sums.noalias() = weight.lazyProduct(values) + bias;
  }

  Eigen::Matrix<float, kGates * Units, Features> inputs;
  Eigen::Matrix<float, kGates * Units, Units> states;
  Gates inputBias, stateBias;
  Vector<Units> h, c;
};

template <Kind kind, int Features, int Units>
using ChosenStep = Step<kind, Features, Units, Product::Chosen>;
template <Kind kind, int Features, int Units>
using LazyStep = Step<kind, Features, Units, Product::Lazy>;
} // namespace

static std::string version(const Settings &) {
  return std::to_string(EIGEN_WORLD_VERSION) + "." +
         std::to_string(EIGEN_MAJOR_VERSION) + "." +
         std::to_string(EIGEN_MINOR_VERSION);
}

static std::string kernels() { return Eigen::SimdInstructionSetsInUse(); }

static std::unique_ptr<Runner> prepare(const Task &task) {
  std::vector<std::unique_ptr<Runner>> ways;
  if (task.network.isOfSequences()) {
    ways.push_back(prepareCell<ChosenStep>(task));
    ways.push_back(prepareCell<LazyStep>(task));
  } else {
    ways.push_back(prepareWritten<Chosen>(task, TinyChains()));
    ways.push_back(prepareWritten<Lazy>(task, TinyChains()));
  }
  return ways.front() ? fastest(std::move(ways)) : nullptr;
}

static Registration registration({"Eigen, one function", version, kernels,
                                  prepare});
