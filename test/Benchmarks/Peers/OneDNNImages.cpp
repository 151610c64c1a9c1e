//===- OneDNNImages.cpp - Convolutions and pooling of oneDNN --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Values are stored as primitives want them, and turned where two disagree. All
// convolutions are direct: Winograd's have larger errors, and no other
// contestant has them.
//
//===----------------------------------------------------------------------===//

#include "OneDNNImages.h"
#include <unordered_map>

namespace nascent::bench {

using dnnl::memory;
using tag = memory::format_tag;
static constexpr auto kF32 = memory::data_type::f32;
static constexpr auto kInference = dnnl::prop_kind::forward_inference;

namespace {
class OneDNNImages : public Runner {
public:
  /// `order` is that of images between layers, or any.
  OneDNNImages(const Task &task, tag order);

  void run() override {
    for (auto &[primitive, arguments] : steps)
      primitive.execute(stream, arguments);
    stream.wait();
  }

  void finish() override {
    if (task.network.inAnyOrder)
      execute(values.back(), userOutput());
  }

private:
  using Arguments = std::unordered_map<int, memory>;

  memory::dims dimsOf(const Extent &extent) const {
    return {task.network.batch, extent.channels, extent.height, extent.width};
  }
  /// Images of any size in the wanted order.
  memory::desc wanted(const Extent &extent) const {
    return {dimsOf(extent), kF32, order};
  }
  memory userOutput();
  void execute(memory from, memory to) {
    dnnl::reorder(from, to).execute(stream, from, to);
    stream.wait();
  }

  /// `value` as `desc` says, turned in a step of its own if it is not so.
  memory inOrder(const memory &value, const memory::desc &desc);
  memory outputOf(const memory::desc &desc, size_t index);
  memory pack(const std::vector<float> &weight, const memory::desc &user,
              const memory::desc &packed);
  void addConvolution(const Layer &layer, size_t index);
  void addPool(const Layer &layer, size_t index);
  void addDense(const Layer &layer, size_t index);

  const Task task;
  tag order;
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
  Activations places;
  std::vector<memory> values;
  std::vector<std::pair<dnnl::primitive, Arguments>> steps;
};
} // namespace

dnnl::primitive_attr postOps(Activation activation, bool isSum) {
  using dnnl::algorithm;
  dnnl::post_ops operations;
  if (isSum)
    operations.append_sum(1.0f);
  if (activation == Activation::Relu)
    operations.append_eltwise(1.0f, algorithm::eltwise_relu, 0.0f, 0.0f);
  if (activation == Activation::Tanh)
    operations.append_eltwise(1.0f, algorithm::eltwise_tanh, 0.0f, 0.0f);
  if (activation == Activation::Sigmoid)
    operations.append_eltwise(1.0f, algorithm::eltwise_logistic, 0.0f, 0.0f);
  dnnl::primitive_attr attributes;
  attributes.set_post_ops(operations);
  return attributes;
}

OneDNNImages::OneDNNImages(const Task &task, tag order)
    : task(task), order(order), places(task) {
  const Network &network = task.network;
  // oneDNN only reads what is const here.
  values.push_back(
      memory({dimsOf(network.layers.front().from), kF32, tag::nchw}, engine,
             const_cast<float *>(task.x)));
  for (size_t i = 0; i < network.layers.size(); ++i) {
    const Layer &layer = network.layers[i];
    if (layer.kind == Kind::Dense)
      addDense(layer, i);
    else if (layer.kind == Kind::Convolution)
      addConvolution(layer, i);
    else
      addPool(layer, i);
  }
  stream.wait();
  if (!network.inAnyOrder &&
      values.back().get_desc() != userOutput().get_desc()) {
    memory output = userOutput();
    steps.push_back({dnnl::reorder(values.back(), output),
                     {{DNNL_ARG_FROM, values.back()}, {DNNL_ARG_TO, output}}});
  }
}

memory OneDNNImages::userOutput() {
  const Layer &last = task.network.layers.back();
  if (last.kind == Kind::Dense)
    return memory({{task.network.batch, last.out}, kF32, tag::ab}, engine,
                  task.y);
  return memory({dimsOf(last.to), kF32, tag::nchw}, engine, task.y);
}

memory OneDNNImages::inOrder(const memory &value, const memory::desc &desc) {
  if (value.get_desc() == desc)
    return value;
  memory turned(desc, engine);
  if (task.network.inAnyOrder)
    execute(value, turned);
  else
    steps.push_back({dnnl::reorder(value, turned),
                     {{DNNL_ARG_FROM, value}, {DNNL_ARG_TO, turned}}});
  return turned;
}

memory OneDNNImages::outputOf(const memory::desc &desc, size_t index) {
  const Network &network = task.network;
  bool isLast = index + 1 == network.layers.size();
  if (isLast && desc != userOutput().get_desc())
    return memory(desc, engine);
  return memory(desc, engine, places.output(index));
}

memory OneDNNImages::pack(const std::vector<float> &weight,
                          const memory::desc &user,
                          const memory::desc &packed) {
  memory source(user, engine, const_cast<float *>(weight.data()));
  memory target(packed, engine);
  execute(source, target);
  return target;
}

void OneDNNImages::addConvolution(const Layer &layer, size_t index) {
  const Window &window = layer.window;
  bool isGrouped = layer.groups != 1;
  memory::dims sizes = {layer.to.channels / layer.groups,
                        layer.from.channels / layer.groups, window.height,
                        window.width};
  if (isGrouped)
    sizes.insert(sizes.begin(), layer.groups);
  memory::desc bias({layer.to.channels}, kF32, tag::a);
  dnnl::convolution_forward::desc operation(
      kInference, dnnl::algorithm::convolution_direct, wanted(layer.from),
      {sizes, kF32, tag::any}, bias, wanted(layer.to),
      {window.stride, window.stride}, {window.top, window.left},
      {window.bottom, window.right});
  dnnl::convolution_forward::primitive_desc descriptor(
      operation, postOps(layer.activation, layer.added.has_value()), engine);
  memory input =
      inOrder(values[task.network.inputOf(index)], descriptor.src_desc());
  memory output = layer.added
                      ? inOrder(values[*layer.added], descriptor.dst_desc())
                      : outputOf(descriptor.dst_desc(), index);
  memory weight =
      pack(layer.weight, {sizes, kF32, isGrouped ? tag::goihw : tag::oihw},
           descriptor.weights_desc());
  steps.push_back(
      {dnnl::convolution_forward(descriptor),
       {{DNNL_ARG_SRC, input},
        {DNNL_ARG_WEIGHTS, weight},
        {DNNL_ARG_BIAS,
         memory(bias, engine, const_cast<float *>(layer.bias.data()))},
        {DNNL_ARG_DST, output}}});
  values.push_back(output);
}

void OneDNNImages::addPool(const Layer &layer, size_t index) {
  const Window &window = layer.window;
  memory input = values[task.network.inputOf(index)];
  // Alone, the input has the order that it has between layers.
  if (task.network.inAnyOrder)
    input = inOrder(input, {dimsOf(layer.from), kF32,
                            order == tag::any ? tag::nChw16c : order});
  auto algorithm = layer.kind == Kind::MaxPool
                       ? dnnl::algorithm::pooling_max
                       : dnnl::algorithm::pooling_avg_exclude_padding;
  dnnl::pooling_forward::desc operation(
      kInference, algorithm, input.get_desc(),
      {dimsOf(layer.to), kF32, tag::any}, {window.stride, window.stride},
      {window.height, window.width}, {window.top, window.left},
      {window.bottom, window.right});
  dnnl::pooling_forward::primitive_desc descriptor(operation, engine);
  memory output = outputOf(descriptor.dst_desc(), index);
  steps.push_back({dnnl::pooling_forward(descriptor),
                   {{DNNL_ARG_SRC, input}, {DNNL_ARG_DST, output}}});
  values.push_back(output);
}

void OneDNNImages::addDense(const Layer &layer, size_t index) {
  memory value = values[task.network.inputOf(index)];
  bool isImage = value.get_desc().dims().size() == 4;
  memory::dims inputs = {task.network.batch, layer.in};
  memory::dims sizes = {layer.out, layer.in};
  if (isImage) {
    inputs = dimsOf(layer.from);
    sizes = {layer.out, layer.from.channels, layer.from.height,
             layer.from.width};
  }
  memory::desc bias({layer.out}, kF32, tag::a);
  dnnl::inner_product_forward::desc operation(
      kInference, {inputs, kF32, tag::any}, {sizes, kF32, tag::any}, bias,
      {{task.network.batch, layer.out}, kF32, tag::ab});
  dnnl::inner_product_forward::primitive_desc descriptor(
      operation, postOps(layer.activation), engine);
  memory weight =
      pack(canonicalWeight(layer), {sizes, kF32, isImage ? tag::oihw : tag::ab},
           descriptor.weights_desc());
  memory output = outputOf(descriptor.dst_desc(), index);
  steps.push_back(
      {dnnl::inner_product_forward(descriptor),
       {{DNNL_ARG_SRC, inOrder(value, descriptor.src_desc())},
        {DNNL_ARG_WEIGHTS, weight},
        {DNNL_ARG_BIAS,
         memory(bias, engine, const_cast<float *>(layer.bias.data()))},
        {DNNL_ARG_DST, output}}});
  values.push_back(output);
}

std::unique_ptr<Runner> prepareOneDNNImages(const Task &task) {
  std::vector<std::unique_ptr<Runner>> ways;
  ways.push_back(std::make_unique<OneDNNImages>(task, tag::any));
  ways.push_back(std::make_unique<OneDNNImages>(task, tag::nhwc));
  return fastest(std::move(ways));
}

} // namespace nascent::bench
