//===- XNNPACKImages.cpp - Convolutions and pooling of XNNPACK ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The library has no transposes: the input is turned by a loop of ours.
//
//===----------------------------------------------------------------------===//

#include "XNNPACKImages.h"
#include <cmath>

namespace nascent::bench {

namespace {
class XNNPACKImages : public Runner {
public:
  explicit XNNPACKImages(const Task &task);

  ~XNNPACKImages() override {
    for (xnn_operator_t operation : operations)
      xnn_delete_operator(operation);
  }

  void run() override {
    if (!task.network.inAnyOrder)
      turnInput();
    for (xnn_operator_t operation : operations)
      xnn_run_operator(operation, nullptr);
  }

  void finish() override {
    if (task.network.inAnyOrder)
      toChannelsFirst(y.data(), task.y, task.network.batch,
                      task.network.layers.back().to);
  }

private:
  void turnInput() {
    toChannelsLast(task.x, x.data(), task.network.batch,
                   task.network.layers.front().from);
  }
  const float *input(size_t index) {
    return task.network.inputOf(index) == 0 ? x.data() : places.input(index);
  }
  float *output(size_t index) {
    bool isLast = index + 1 == task.network.layers.size();
    return isLast && task.network.inAnyOrder ? y.data() : places.output(index);
  }
  void addConvolution(const Layer &layer, size_t index);
  void addPool(const Layer &layer, size_t index);
  void addDense(const Layer &layer, size_t index);
  void addSigmoid(const Layer &layer, float *values);
  void addSum(const Layer &layer, const float *from, float *to);

  const Task task;
  Activations places;
  Buffer x, y;
  std::vector<Buffer> hidden;
  std::vector<xnn_operator_t> operations;
};
} // namespace

void checkXNNPACK(xnn_status status, const char *what) {
  if (status != xnn_status_success)
    fail(std::string("XNNPACK: ") + what + " failed");
}

XNNPACKImages::XNNPACKImages(const Task &task)
    : task(task), places(task), x(task.network.inputCount()),
      y(task.network.outputCount()) {
  turnInput();
  for (size_t i = 0; i < task.network.layers.size(); ++i) {
    const Layer &layer = task.network.layers[i];
    if (layer.kind == Kind::Dense)
      addDense(layer, i);
    else if (layer.kind == Kind::Convolution)
      addConvolution(layer, i);
    else
      addPool(layer, i);
    if (layer.activation == Activation::Sigmoid)
      addSigmoid(layer, output(i));
  }
}

/// The least value after an activation that is fused.
static float leastOf(Activation activation) {
  return activation == Activation::Relu ? 0.0f : -INFINITY;
}

/// A convolution's weight with the channels of a tap side by side.
static std::vector<float> withChannelsLast(const Layer &layer) {
  const Window &window = layer.window;
  std::vector<float> turned(layer.weight.size());
  toChannelsLast(
      layer.weight.data(), turned.data(), layer.to.channels,
      {layer.from.channels / layer.groups, window.height, window.width});
  return turned;
}

void XNNPACKImages::addConvolution(const Layer &layer, size_t index) {
  const Window &window = layer.window;
  auto groups = static_cast<uint32_t>(layer.groups);
  auto size = [](int64_t value) { return static_cast<uint32_t>(value); };
  std::vector<float> weight = withChannelsLast(layer);
  float *to = output(index), *made = to;
  if (layer.added) {
    hidden.emplace_back(task.network.batch * layer.out);
    made = hidden.back().data();
  }
  xnn_operator_t operation = nullptr;
  checkXNNPACK(xnn_create_convolution2d_nhwc_f32(
                   size(window.top), size(window.right), size(window.bottom),
                   size(window.left), size(window.height), size(window.width),
                   size(window.stride), size(window.stride), 1, 1, groups,
                   layer.from.channels / groups, layer.to.channels / groups,
                   layer.from.channels, layer.to.channels, weight.data(),
                   layer.bias.data(),
                   layer.added ? -INFINITY : leastOf(layer.activation),
                   INFINITY, 0, &operation),
               "creating a convolution");
  operations.push_back(operation);
  checkXNNPACK(xnn_setup_convolution2d_nhwc_f32(
                   operation, task.network.batch, layer.from.height,
                   layer.from.width, input(index), made, nullptr),
               "setting a convolution up");
  if (layer.added)
    addSum(layer, made, to);
}

/// `to` is where the other value is.
void XNNPACKImages::addSum(const Layer &layer, const float *from, float *to) {
  size_t count = task.network.batch * layer.out;
  xnn_operator_t operation = nullptr;
  checkXNNPACK(
      xnn_create_add_nd_f32(leastOf(layer.activation), INFINITY, 0, &operation),
      "creating a sum");
  operations.push_back(operation);
  checkXNNPACK(xnn_setup_add_nd_f32(operation, 1, &count, 1, &count, from, to,
                                    to, nullptr),
               "setting a sum up");
}

void XNNPACKImages::addPool(const Layer &layer, size_t index) {
  const Window &window = layer.window;
  auto size = [](int64_t value) { return static_cast<uint32_t>(value); };
  size_t channels = layer.to.channels, batch = task.network.batch;
  size_t height = layer.from.height, width = layer.from.width;
  xnn_operator_t operation = nullptr;
  xnn_status created, set;
  if (layer.kind == Kind::MaxPool) {
    created = xnn_create_max_pooling2d_nhwc_f32(
        size(window.top), size(window.right), size(window.bottom),
        size(window.left), size(window.height), size(window.width),
        size(window.stride), size(window.stride), 1, 1, channels, channels,
        channels, -INFINITY, INFINITY, 0, &operation);
    set = xnn_setup_max_pooling2d_nhwc_f32(
        operation, batch, height, width, input(index), output(index), nullptr);
  } else if (layer.isGlobal()) {
    created = xnn_create_global_average_pooling_nwc_f32(
        channels, channels, channels, -INFINITY, INFINITY, 0, &operation);
    set = xnn_setup_global_average_pooling_nwc_f32(
        operation, batch, height * width, input(index), output(index), nullptr);
  } else {
    created = xnn_create_average_pooling2d_nhwc_f32(
        size(window.top), size(window.right), size(window.bottom),
        size(window.left), size(window.height), size(window.width),
        size(window.stride), size(window.stride), channels, channels, channels,
        -INFINITY, INFINITY, 0, &operation);
    set = xnn_setup_average_pooling2d_nhwc_f32(
        operation, batch, height, width, input(index), output(index), nullptr);
  }
  checkXNNPACK(created, "creating a pooling");
  checkXNNPACK(set, "setting a pooling up");
  operations.push_back(operation);
}

void XNNPACKImages::addDense(const Layer &layer, size_t index) {
  std::vector<float> weight = canonicalWeight(layer), turned(weight.size());
  toChannelsLast(weight.data(), turned.data(), layer.out, layer.from);
  xnn_operator_t operation = nullptr;
  checkXNNPACK(xnn_create_fully_connected_nc_f32(
                   layer.in, layer.out, layer.in, layer.out, turned.data(),
                   layer.bias.data(), leastOf(layer.activation), INFINITY, 0,
                   &operation),
               "creating an operator");
  operations.push_back(operation);
  checkXNNPACK(xnn_setup_fully_connected_nc_f32(operation, task.network.batch,
                                                input(index), output(index),
                                                nullptr),
               "setting an operator up");
}

void XNNPACKImages::addSigmoid(const Layer &layer, float *values) {
  size_t channels = layer.to.channels;
  size_t rows = task.network.batch * layer.out / channels;
  xnn_operator_t operation = nullptr;
  checkXNNPACK(
      xnn_create_sigmoid_nc_f32(channels, channels, channels, 0, &operation),
      "creating a sigmoid");
  operations.push_back(operation);
  checkXNNPACK(
      xnn_setup_sigmoid_nc_f32(operation, rows, values, values, nullptr),
      "setting a sigmoid up");
}

std::unique_ptr<Runner> prepareXNNPACKImages(const Task &task) {
  return std::make_unique<XNNPACKImages>(task);
}

} // namespace nascent::bench
