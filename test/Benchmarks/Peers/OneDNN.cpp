//===- OneDNN.cpp - Primitives with prepacked weights and post-ops --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OneDNNImages.h"
#include "OneDNNSequences.h"
#include "OneDNNTraining.h"
#include <unordered_map>

using namespace nascent::bench;
using dnnl::memory;

namespace {
using Arguments = std::unordered_map<int, memory>;

/// Whether a layer is an `inner_product` or a `matmul`.
enum class Form { InnerProduct, MatMul };

class OneDNNRunner : public Runner {
public:
  OneDNNRunner(const Task &task, Form form) : values(task) {
    for (size_t i = 0; i < task.network.layers.size(); ++i)
      add(task.network, i, form);
    stream.wait();
  }

  void run() override {
    for (auto &[primitive, arguments] : steps)
      primitive.execute(stream, arguments);
    stream.wait();
  }

private:
  void add(const Network &network, size_t index, Form form);

  template <typename Descriptor>
  void finish(const Descriptor &descriptor, const memory &userWeight,
              size_t index, const memory &bias);

  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
  Activations values;
  std::vector<std::pair<dnnl::primitive, Arguments>> steps;
};
} // namespace

void OneDNNRunner::add(const Network &network, size_t index, Form form) {
  constexpr auto f32 = memory::data_type::f32;
  using tag = memory::format_tag;
  const Layer &layer = network.layers[index];
  int64_t m = network.batch, k = layer.in, n = layer.out;
  memory::desc x({m, k}, f32, tag::ab), y({m, n}, f32, tag::ab);
  dnnl::primitive_attr attributes = postOps(layer.activation);
  // oneDNN only reads what is const here.
  auto *weight = const_cast<float *>(layer.weight.data());
  auto *biasValues = const_cast<float *>(layer.bias.data());

  if (form == Form::InnerProduct) {
    memory::desc any({n, k}, f32, tag::any), bias({n}, f32, tag::a);
    dnnl::inner_product_forward::desc operation(
        dnnl::prop_kind::forward_inference, x, any, bias, y);
    finish(dnnl::inner_product_forward::primitive_desc(operation, attributes,
                                                       engine),
           memory({{n, k}, f32, tag::ba}, engine, weight), index,
           memory(bias, engine, biasValues));
    return;
  }
  memory::desc any({k, n}, f32, tag::any), bias({1, n}, f32, tag::ab);
  dnnl::matmul::desc operation(x, any, bias, y);
  finish(dnnl::matmul::primitive_desc(operation, attributes, engine),
         memory({{k, n}, f32, tag::ab}, engine, weight), index,
         memory(bias, engine, biasValues));
}

template <typename Descriptor>
void OneDNNRunner::finish(const Descriptor &descriptor,
                          const memory &userWeight, size_t index,
                          const memory &bias) {
  memory packed(descriptor.weights_desc(), engine), source = userWeight;
  dnnl::reorder(source, packed).execute(stream, source, packed);
  stream.wait();
  Arguments arguments = {
      {DNNL_ARG_SRC, memory(descriptor.src_desc(), engine,
                            const_cast<float *>(values.input(index)))},
      {DNNL_ARG_WEIGHTS, packed},
      {DNNL_ARG_BIAS, bias},
      {DNNL_ARG_DST,
       memory(descriptor.dst_desc(), engine, values.output(index))}};
  steps.emplace_back(dnnl::primitive(descriptor), std::move(arguments));
}

static std::string version(const Settings &) {
  const dnnl_version_t *found = dnnl_version();
  return std::to_string(found->major) + "." + std::to_string(found->minor) +
         "." + std::to_string(found->patch);
}

static std::string kernels() {
  switch (dnnl::get_effective_cpu_isa()) {
  case dnnl::cpu_isa::sse41:
    return "SSE4.1";
  case dnnl::cpu_isa::avx:
    return "AVX";
  case dnnl::cpu_isa::avx2:
    return "AVX2";
  case dnnl::cpu_isa::avx2_vnni:
    return "AVX2, VNNI";
  case dnnl::cpu_isa::avx512_core:
    return "AVX-512";
  case dnnl::cpu_isa::avx512_core_vnni:
    return "AVX-512, VNNI";
  case dnnl::cpu_isa::avx512_core_bf16:
    return "AVX-512, VNNI, bf16";
  case dnnl::cpu_isa::avx512_core_amx:
    return "AVX-512, VNNI, bf16, AMX";
  default:
    return "";
  }
}

static std::unique_ptr<Runner> prepare(const Task &task) {
  if (task.network.isTrained)
    return prepareOneDNNTraining(task);
  if (task.network.isOfSequences())
    return prepareOneDNNSequences(task);
  if (task.network.isOfImages())
    return prepareOneDNNImages(task);
  std::vector<std::unique_ptr<Runner>> ways;
  ways.push_back(std::make_unique<OneDNNRunner>(task, Form::InnerProduct));
  ways.push_back(std::make_unique<OneDNNRunner>(task, Form::MatMul));
  return fastest(std::move(ways));
}

static Registration registration({"oneDNN", version, kernels, prepare});
