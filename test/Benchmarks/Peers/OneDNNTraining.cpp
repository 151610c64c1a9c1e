//===- OneDNNTraining.cpp - oneDNN's steps of training --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OneDNNTraining.h"
#include "GemmTraining.h"
#include "OneDNNImages.h"
#include <unordered_map>

using dnnl::memory;

namespace nascent::bench {

static constexpr auto f32 = memory::data_type::f32;
using tag = memory::format_tag;

namespace {
/// Inner products. Each of a layer's three has its weight in the order that it
/// prefers, or all in the same one.
class OneDNNTraining : public TrainingRunner {
public:
  OneDNNTraining(const Task &task, bool inOneOrder);

  void step(float rate) override;

private:
  using Arguments = std::unordered_map<int, memory>;

  /// What a layer has. `turned` is the weight as the input's gradient wants it,
  /// `change` the weight's gradient in the order of the weight.
  struct Step {
    memory weight, bias, y, turned, weightGradient, change, biasGradient;
    dnnl::primitive forward, backwardData, backwardWeights;
    dnnl::reorder turn, order;
  };

  void add(const Layer &layer, bool inOneOrder);
  std::vector<std::vector<float>> parameters() override;

  static float *dataOf(const memory &memory) {
    return static_cast<float *>(memory.get_data_handle());
  }
  static int64_t countOf(const memory &memory) {
    return static_cast<int64_t>(memory.get_desc().get_size() / sizeof(float));
  }
  memory reordered(const memory &from, const memory::desc &to) {
    memory result(to, engine), source = from;
    dnnl::reorder(source, result).execute(stream, source, result);
    stream.wait();
    return result;
  }
  static void subtract(const memory &from, const memory &gradient, float rate) {
    float *values = dataOf(from), *changes = dataOf(gradient);
    for (int64_t i = 0, count = countOf(from); i < count; ++i)
      values[i] -= rate * changes[i];
  }

  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
  std::vector<int32_t> labels;
  memory x;
  std::vector<Step> steps;
  std::vector<memory> gradients; // of each layer's output
};
} // namespace

OneDNNTraining::OneDNNTraining(const Task &task, bool inOneOrder)
    : TrainingRunner(task), labels(labelsOf(task.network)),
      x({{task.network.batch, task.network.in()}, f32, tag::ab}, engine,
        const_cast<float *>(task.x)) {
  for (const Layer &layer : task.network.layers)
    add(layer, inOneOrder);
}

void OneDNNTraining::add(const Layer &layer, bool inOneOrder) {
  int64_t m = task.network.batch, k = layer.in, n = layer.out;
  memory::desc input({m, k}, f32, tag::ab), output({m, n}, f32, tag::ab);
  memory::desc any({n, k}, f32, tag::any), biasForm({n}, f32, tag::a);

  dnnl::inner_product_forward::primitive_desc forward(
      {dnnl::prop_kind::forward_training, input, any, biasForm, output},
      postOps(layer.activation), engine);
  memory::desc own = forward.weights_desc();
  memory::desc wanted = inOneOrder ? own : any;
  dnnl::inner_product_backward_data::primitive_desc data(
      {input, wanted, output}, engine, forward);
  dnnl::inner_product_backward_weights::primitive_desc weights(
      {input, wanted, biasForm, output}, engine, forward);

  Step step;
  step.weight = reordered(memory({{n, k}, f32, tag::ba}, engine,
                                 const_cast<float *>(layer.weight.data())),
                          own);
  step.bias = reordered(
      memory(biasForm, engine, const_cast<float *>(layer.bias.data())),
      biasForm);
  step.y = memory(output, engine);
  step.forward = dnnl::inner_product_forward(forward);
  step.backwardData = dnnl::inner_product_backward_data(data);
  step.backwardWeights = dnnl::inner_product_backward_weights(weights);
  step.turned = step.weight;
  if (data.weights_desc() != own) {
    step.turned = memory(data.weights_desc(), engine);
    step.turn = dnnl::reorder(step.weight, step.turned);
  }
  step.weightGradient = memory(weights.diff_weights_desc(), engine);
  step.change = step.weightGradient;
  if (weights.diff_weights_desc() != own) {
    step.change = memory(own, engine);
    step.order = dnnl::reorder(step.weightGradient, step.change);
  }
  step.biasGradient = memory(biasForm, engine);
  steps.push_back(step);
  gradients.emplace_back(output, engine);
}

void OneDNNTraining::step(float rate) {
  const Network &network = task.network;
  for (size_t i = 0; i < steps.size(); ++i)
    steps[i].forward.execute(stream, {{DNNL_ARG_SRC, i ? steps[i - 1].y : x},
                                      {DNNL_ARG_WEIGHTS, steps[i].weight},
                                      {DNNL_ARG_BIAS, steps[i].bias},
                                      {DNNL_ARG_DST, steps[i].y}});
  stream.wait();
  crossEntropyGradient(dataOf(steps.back().y), labels, network.out(),
                       dataOf(gradients.back()));
  for (size_t i = steps.size(); i-- > 0;) {
    Step &step = steps[i];
    step.backwardWeights.execute(stream,
                                 {{DNNL_ARG_SRC, i ? steps[i - 1].y : x},
                                  {DNNL_ARG_DIFF_DST, gradients[i]},
                                  {DNNL_ARG_DIFF_WEIGHTS, step.weightGradient},
                                  {DNNL_ARG_DIFF_BIAS, step.biasGradient}});
    if (step.order)
      step.order.execute(stream, step.weightGradient, step.change);
    if (i > 0) {
      if (step.turn)
        step.turn.execute(stream, step.weight, step.turned);
      step.backwardData.execute(stream,
                                {{DNNL_ARG_DIFF_DST, gradients[i]},
                                 {DNNL_ARG_WEIGHTS, step.turned},
                                 {DNNL_ARG_DIFF_SRC, gradients[i - 1]}});
    }
    stream.wait();
    if (i > 0 && network.layers[i - 1].activation == Activation::Relu)
      maskByRelu(dataOf(steps[i - 1].y), countOf(gradients[i - 1]),
                 dataOf(gradients[i - 1]));
    subtract(step.weight, step.change, rate);
    subtract(step.bias, step.biasGradient, rate);
  }
}

std::vector<std::vector<float>> OneDNNTraining::parameters() {
  std::vector<std::vector<float>> all;
  auto take = [&](const memory &memory) {
    all.emplace_back(dataOf(memory), dataOf(memory) + countOf(memory));
  };
  for (size_t i = 0; i < steps.size(); ++i) {
    const Layer &layer = task.network.layers[i];
    take(reordered(steps[i].weight, {{layer.out, layer.in}, f32, tag::ab}));
    take(steps[i].bias);
  }
  return all;
}

std::unique_ptr<Runner> prepareOneDNNTraining(const Task &task) {
  if (!isDenseTraining(task.network))
    return nullptr;
  Gemm gemm = [](bool turnA, bool turnB, int m, int n, int k, float alpha,
                 const float *a, int lda, const float *b, int ldb, float beta,
                 float *c, int ldc) {
    dnnl_sgemm(turnA ? 'T' : 'N', turnB ? 'T' : 'N', m, n, k, alpha, a, lda, b,
               ldb, beta, c, ldc);
  };
  return fastestAnew(
      {[&] { return std::make_unique<OneDNNTraining>(task, false); },
       [&] { return std::make_unique<OneDNNTraining>(task, true); },
       [&] { return prepareGemmTraining(task, gemm); }});
}

} // namespace nascent::bench
