//===- Images.cpp - The layers and networks of images that are measured ---===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Images.h"
#include "Shapes.h"
#include <cmath>
#include <fmt/format.h>

namespace nascent::bench {

/// A square window with the same zeros on all sides.
static Window square(int64_t size, int64_t stride = 1, int64_t padding = 0) {
  return {size, size, stride, padding, padding, padding, padding};
}

/// How often a window fits.
static int64_t slide(int64_t size, int64_t window, int64_t stride) {
  return (size - window) / stride + 1;
}

namespace {
/// Adds layer after layer and returns the number of the value that it makes, as
/// in `Layer`. Each reads the one before it, unless it is told another value.
class Builder {
public:
  using Value = std::optional<size_t>;

  /// `isNormalized` says whether each convolution has a batch norm behind it
  /// instead of a bias.
  Builder(const std::string &name, int64_t batch, const Extent &input,
          bool isNormalized = false)
      : network{name, batch, {}}, values{input}, isNormalized(isNormalized) {}

  size_t convolve(int64_t channels, const Window &window,
                  Activation activation = Activation::Relu, Value input = {},
                  Value added = {}, int64_t groups = 1) {
    if (!isNormalized)
      return add(Kind::Convolution, channels, window, activation, groups, input,
                 added);
    add(Kind::Convolution, channels, window, Activation::None, groups, input);
    network.layers.back().bias.clear();
    return normalize(activation, added);
  }
  size_t depthwise(const Window &window) {
    int64_t channels = values.back().channels;
    return add(Kind::Convolution, channels, window, Activation::Relu, channels);
  }
  size_t pool(Kind kind, const Window &window) {
    return add(kind, values.back().channels, window, Activation::None);
  }
  size_t averageAll() {
    return pool(Kind::AveragePool, {values.back().height, values.back().width});
  }
  size_t dense(int64_t units, Activation activation = Activation::None) {
    return add(Kind::Dense, units, {values.back().height, values.back().width},
               activation);
  }
  Network finish() { return std::move(network); }

private:
  size_t add(Kind kind, int64_t channels, const Window &window,
             Activation activation, int64_t groups = 1, Value input = {},
             Value added = {});
  size_t normalize(Activation activation, Value added);

  Network network;
  std::vector<Extent> values;
  bool isNormalized;
  uint32_t seed = 0;
};
} // namespace

size_t Builder::add(Kind kind, int64_t channels, const Window &window,
                    Activation activation, int64_t groups, Value input,
                    Value added) {
  Extent from = values[input.value_or(values.size() - 1)];
  Extent to = {channels,
               slide(from.height + window.top + window.bottom, window.height,
                     window.stride),
               slide(from.width + window.left + window.right, window.width,
                     window.stride)};
  Layer layer{from.count(), to.count(), activation, {},     {},    kind,
              from,         to,         window,     groups, input, added};
  if (kind == Kind::Dense || kind == Kind::Convolution) {
    int64_t terms = from.channels / groups * window.height * window.width;
    layer.weight = randomInput(terms * channels, ++seed);
    layer.bias = randomInput(channels, ++seed);
    // Keeps the variance of values under relu; sums of two would double it.
    float spread = std::sqrt((added ? 1.0f : 6.0f) / static_cast<float>(terms));
    for (float &weight : layer.weight)
      weight *= spread;
    for (float &bias : layer.bias)
      bias *= 0.1f;
  }
  network.layers.push_back(std::move(layer));
  values.push_back(to);
  return values.size() - 1;
}

size_t Builder::normalize(Activation activation, Value added) {
  Extent extent = values.back();
  Layer layer{
      extent.count(), extent.count(), activation, {}, {}, Kind::BatchNorm,
      extent,         extent,         {},         1,  {}, added};
  for (float value : {1.0f, 0.0f, 0.0f, 1.0f})
    layer.parameters.emplace_back(extent.channels, value);
  network.layers.push_back(std::move(layer));
  values.push_back(extent);
  return values.size() - 1;
}

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

static std::string sizeOf(int64_t height, int64_t width) {
  return height == width ? fmt::format("{}²", height)
                         : fmt::format("{} × {}", height, width);
}

std::vector<Network> imageLayers() {
  std::vector<Network> all;
  auto finish = [&](Builder &builder, const std::string &kind) {
    Network network = builder.finish();
    const Layer &layer = network.layers.front();
    const Window &window = layer.window;
    network.label =
        fmt::format("{} × {}", sizeOf(layer.from.height, layer.from.width),
                    layer.from.channels);
    if (kind.empty())
      network.label += fmt::format(" → {}", layer.to.channels);
    network.label +=
        fmt::format(", {}{}", kind, sizeOf(window.height, window.width));
    if (window.stride != 1)
      network.label += fmt::format(", stride {}", window.stride);
    network.inAnyOrder = true;
    all.push_back(std::move(network));
  };
  auto begin = [&](const Extent &input) {
    return Builder(fmt::format("image_layer_{}", all.size()), 1, input);
  };
  auto convolution = [&](const Extent &input, int64_t channels,
                         const Window &window) {
    Builder builder = begin(input);
    builder.convolve(channels, window);
    finish(builder, "");
  };
  auto depthwise = [&](const Extent &input, int64_t stride) {
    Builder builder = begin(input);
    builder.depthwise(square(3, stride, 1));
    finish(builder, "depthwise ");
  };
  auto pool = [&](const Extent &input, Kind kind, const Window &window) {
    Builder builder = begin(input);
    builder.pool(kind, window);
    finish(builder, kind == Kind::MaxPool ? "maximum " : "average ");
  };
  convolution({1, 28, 28}, 6, square(5, 1, 2));
  convolution({6, 14, 14}, 16, square(5));
  convolution({3, 224, 224}, 64, square(7, 2, 3));
  convolution({16, 32, 32}, 16, square(3, 1, 1));
  convolution({64, 56, 56}, 64, square(3, 1, 1));
  convolution({64, 56, 56}, 128, square(3, 2, 1));
  convolution({128, 28, 28}, 128, square(3, 1, 1));
  convolution({96, 20, 20}, 96, square(3, 1, 1));
  convolution({256, 14, 14}, 256, square(3, 1, 1));
  convolution({512, 14, 14}, 512, square(3, 1, 1));
  convolution({128, 10, 10}, 128, square(3, 1, 1));
  convolution({512, 7, 7}, 512, square(3, 1, 1));
  convolution({64, 25, 5}, 64, square(1));
  convolution({192, 28, 28}, 40, square(1));
  convolution({512, 14, 14}, 512, square(1));
  convolution({1024, 7, 7}, 1024, square(1));
  depthwise({64, 25, 5}, 1);
  depthwise({32, 112, 112}, 1);
  depthwise({64, 112, 112}, 2);
  depthwise({512, 14, 14}, 1);
  depthwise({144, 28, 28}, 2);
  pool({64, 112, 112}, Kind::MaxPool, square(3, 2, 1));
  pool({64, 56, 56}, Kind::MaxPool, square(2, 2));
  pool({512, 7, 7}, Kind::AveragePool, square(7));
  return all;
}

//===----------------------------------------------------------------------===//
// Networks
//===----------------------------------------------------------------------===//

static Network lenet(int64_t batch) {
  Builder net(fmt::format("lenet{}", batch), batch, {1, 28, 28});
  net.convolve(6, square(5, 1, 2), Activation::Sigmoid);
  net.pool(Kind::AveragePool, square(2, 2));
  net.convolve(16, square(5), Activation::Sigmoid);
  net.pool(Kind::AveragePool, square(2, 2));
  net.dense(120, Activation::Sigmoid);
  net.dense(84, Activation::Sigmoid);
  net.dense(10);
  return net.finish();
}

static Network dsCnn(int64_t batch) {
  Builder net(fmt::format("ds_cnn{}", batch), batch, {1, 49, 10});
  net.convolve(64, {10, 4, 2, 4, 1, 5, 1});
  for (int block = 0; block < 4; ++block) {
    net.depthwise(square(3, 1, 1));
    net.convolve(64, square(1));
  }
  net.averageAll();
  net.dense(12);
  return net.finish();
}

/// Two convolutions, to which `input` is added; of more channels, or with a
/// stride, what a third one makes of it.
static size_t residual(Builder &net, size_t input, int64_t channels,
                       const Window &first, bool isAlike) {
  size_t hidden = net.convolve(channels, first, Activation::Relu, input);
  size_t added = isAlike ? input
                         : net.convolve(channels, square(1, first.stride),
                                        Activation::None, input);
  return net.convolve(channels, square(3, 1, 1), Activation::Relu, hidden,
                      added);
}

static Network resnet8(int64_t batch, bool isNormalized = false) {
  Builder net(fmt::format("resnet8_{}", batch), batch, {3, 32, 32},
              isNormalized);
  size_t value = net.convolve(16, square(3, 1, 1));
  value = residual(net, value, 16, square(3, 1, 1), true);
  for (int64_t channels : {32, 64})
    value = residual(net, value, channels, {3, 3, 2, 0, 0, 1, 1}, false);
  net.averageAll();
  net.dense(10);
  return net.finish();
}

static Network resnet18(int64_t batch) {
  Builder net(fmt::format("resnet18_{}", batch), batch, {3, 224, 224});
  net.convolve(64, square(7, 2, 3));
  size_t value = net.pool(Kind::MaxPool, square(3, 2, 1));
  for (int64_t channels : {64, 128, 256, 512}) {
    bool isAlike = channels == 64;
    value =
        residual(net, value, channels, square(3, isAlike ? 1 : 2, 1), isAlike);
    value = residual(net, value, channels, square(3, 1, 1), true);
  }
  net.averageAll();
  net.dense(10);
  return net.finish();
}

/// Two blocks of MobileNetV2, of which the second has a residual.
static Network mobilenet(int64_t batch) {
  Builder net(fmt::format("mobilenet{}", batch), batch, {24, 56, 56});
  net.convolve(144, square(1));
  net.depthwise(square(3, 2, 1));
  size_t block = net.convolve(32, square(1), Activation::None);
  net.convolve(192, square(1));
  net.depthwise(square(3, 1, 1));
  net.convolve(32, square(1), Activation::None, {}, block);
  net.averageAll();
  return net.finish();
}

/// The block of ResNeXt: 1 × 1, 3 × 3 in groups of 16 channels, 1 × 1.
static size_t grouped(Builder &net, size_t input, int64_t channels,
                      int64_t stride) {
  net.convolve(channels, square(1), Activation::Relu, input);
  size_t hidden = net.convolve(channels, square(3, stride, 1), Activation::Relu,
                               {}, {}, channels / 16);
  size_t added = stride == 1 ? input
                             : net.convolve(channels, square(1, stride),
                                            Activation::None, input);
  return net.convolve(channels, square(1), Activation::Relu, hidden, added);
}

static Network resnext(int64_t batch) {
  Builder net(fmt::format("resnext{}", batch), batch, {3, 224, 224});
  net.convolve(64, square(7, 2, 3));
  size_t value = net.pool(Kind::MaxPool, square(3, 2, 1));
  for (int64_t channels : {64, 128}) {
    value = grouped(net, value, channels, channels == 64 ? 1 : 2);
    value = grouped(net, value, channels, 1);
  }
  net.averageAll();
  net.dense(10);
  return net.finish();
}

static Network alexnet(int64_t batch) {
  Builder net(fmt::format("alexnet{}", batch), batch, {1, 224, 224});
  Window pooled = square(3, 2);
  net.convolve(96, square(11, 4, 1));
  net.pool(Kind::MaxPool, pooled);
  net.convolve(256, square(5, 1, 2));
  net.pool(Kind::MaxPool, pooled);
  for (int64_t channels : {384, 384, 256})
    net.convolve(channels, square(3, 1, 1));
  net.pool(Kind::MaxPool, pooled);
  for (int layer = 0; layer < 2; ++layer)
    net.dense(4096, Activation::Relu);
  net.dense(10);
  return net.finish();
}

static Network nin(int64_t batch) {
  Builder net(fmt::format("nin{}", batch), batch, {1, 224, 224});
  auto block = [&](int64_t channels, const Window &window) {
    net.convolve(channels, window);
    net.convolve(channels, square(1));
    net.convolve(channels, square(1));
  };
  auto pool = [&] { net.pool(Kind::MaxPool, square(3, 2)); };
  block(96, square(11, 4));
  pool();
  block(256, square(5, 1, 2));
  pool();
  block(384, square(3, 1, 1));
  pool();
  block(10, square(3, 1, 1));
  net.averageAll();
  return net.finish();
}

static Network vgg11(int64_t batch) {
  Builder net(fmt::format("vgg11_{}", batch), batch, {1, 96, 96});
  for (auto [channels, layers] : {std::pair<int64_t, int>{64, 1},
                                  {128, 1},
                                  {256, 2},
                                  {512, 2},
                                  {512, 2}}) {
    for (int layer = 0; layer < layers; ++layer)
      net.convolve(channels, square(3, 1, 1));
    net.pool(Kind::MaxPool, square(2, 2));
  }
  for (int layer = 0; layer < 2; ++layer)
    net.dense(4096, Activation::Relu);
  net.dense(10);
  return net.finish();
}

std::vector<Network> imageNetworks() {
  return {lenet(1),   lenet(16),   dsCnn(1),     dsCnn(16),
          resnet8(1), resnet8(16), mobilenet(1), resnet18(1),
          resnext(1), alexnet(1),  nin(1),       vgg11(1)};
}

std::vector<Network> imageThreadsNetworks() { return {resnet18(1)}; }

std::vector<Network> imageTrainingNetworks() {
  return {lenet(32), resnet8(32, true)};
}

} // namespace nascent::bench
