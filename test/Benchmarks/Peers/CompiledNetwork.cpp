//===- CompiledNetwork.cpp - A network of ours, compiled and loaded -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CompiledNetwork.h"
#include <cstdlib>
#include <dlfcn.h>
#include <fmt/format.h>
#include <fstream>
#include <sstream>

namespace nascent::bench {

//===----------------------------------------------------------------------===//
// Library
//===----------------------------------------------------------------------===//

Library::Library(const std::string &path)
    : handle(dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {
  if (!handle)
    fail(dlerror());
  touchLibraries();
}

Library::~Library() { dlclose(handle); }

void *Library::find(const std::string &name) const {
  void *found = dlsym(handle, name.c_str());
  if (!found)
    fail(dlerror());
  return found;
}

//===----------------------------------------------------------------------===//
// CompiledNetwork
//===----------------------------------------------------------------------===//

static const char *nameOf(Activation activation) {
  switch (activation) {
  case Activation::None:
    return "";
  case Activation::Relu:
    return "relu";
  case Activation::Tanh:
    return "tanh";
  case Activation::Sigmoid:
    return "sigmoid";
  }
  return "";
}

/// The clauses of a window.
static std::string clauses(const Layer &layer) {
  const Window &window = layer.window;
  std::string text = fmt::format(" kernel({}, {}) stride({})", window.height,
                                 window.width, window.stride);
  if (window.isPadded())
    text += fmt::format(" padding({}, {}, {}, {})", window.top, window.left,
                        window.bottom, window.right);
  if (layer.groups != 1)
    text += fmt::format(" groups({})", layer.groups);
  return text;
}

static constexpr const char *kMatrix = "tensor<?x?xf32>";
static constexpr const char *kImages = "tensor<?x?x?x?xf32>";
static constexpr const char *kSequences = "tensor<?x?x?xf32>";
static constexpr const char *kIndices = "tensor<?x?xi32>";

namespace {
/// Writes a network as text.
class Writer {
public:
  explicit Writer(const Network &network) : network(network) {}

  std::string write();

private:
  struct Value {
    std::string name, type;
  };

  void add(const Layer &layer);
  void addEncoder(const Layer &layer);

  /// An operation on the last value, whose types are `inputs -> output`, or
  /// one.
  void emit(const std::string &operation, const std::string &rest,
            const std::string &types, const std::string &output) {
    std::string name = fmt::format("%{}", next++);
    body += fmt::format("  {} = nn.{} {}{} : {}\n", name, operation, last.name,
                        rest, types);
    last = {name, output};
  }
  void convert(const std::string &operation, const std::string &rest,
               const std::string &output) {
    emit(operation, rest, last.type + " -> " + output, output);
  }

  const Network &network;
  std::string body;
  size_t next = 0;
  Value last;
  std::vector<Value> values;
};
} // namespace

void Writer::add(const Layer &layer) {
  switch (layer.kind) {
  case Kind::Dense:
    if (last.type == kImages)
      convert("flatten", "", kMatrix);
    convert("dense", fmt::format(", {}", layer.out),
            fmt::format("tensor<?x{}xf32>", layer.out));
    break;
  case Kind::Convolution:
    convert("conv2d",
            fmt::format(", {}{}{}", layer.to.channels, clauses(layer),
                        layer.bias.empty() ? " no_bias" : ""),
            kImages);
    break;
  case Kind::BatchNorm:
    emit("batch_norm", "", kImages, kImages);
    break;
  case Kind::MaxPool:
    convert("max_pool2d", clauses(layer), kImages);
    break;
  case Kind::AveragePool:
    if (layer.isGlobal())
      convert("global_avg_pool", "", kImages);
    else
      convert("avg_pool2d", clauses(layer), kImages);
    break;
  case Kind::Lstm:
  case Kind::Gru:
    convert(layer.kind == Kind::Lstm ? "lstm" : "gru",
            fmt::format(", {}", layer.to.channels), kSequences);
    break;
  case Kind::Encoder:
    addEncoder(layer);
    break;
  case Kind::Embedding:
    convert("embedding",
            fmt::format(", {}, {}",
                        layer.parameters.front().size() / layer.to.channels,
                        layer.to.channels),
            kSequences);
    break;
  case Kind::Mean:
    convert("mean_over", " dims(1)", kMatrix);
    break;
  }
  if (layer.added) {
    const Value &added = values[*layer.added];
    emit("add", ", " + added.name,
         last.type + ", " + added.type + " -> " + last.type, last.type);
  }
  if (layer.activation != Activation::None)
    emit(nameOf(layer.activation), "", last.type, last.type);
}

/// As PyTorch's TransformerEncoderLayer.
void Writer::addEncoder(const Layer &layer) {
  auto addTo = [&](const Value &added) {
    emit("add", ", " + added.name, kSequences, kSequences);
    emit("layer_norm", "", kSequences, kSequences);
  };
  Value input = last;
  emit("attention", fmt::format(" heads({})", layer.groups), kSequences,
       kSequences);
  addTo(input);
  Value normalized = last;
  convert("dense", fmt::format(", {}", 4 * layer.to.channels), kSequences);
  emit("relu", "", kSequences, kSequences);
  convert("dense", fmt::format(", {}", layer.to.channels), kSequences);
  addTo(normalized);
}

/// The input's type, as it is written.
static const char *openInputType(const Network &network) {
  if (network.layers.front().kind == Kind::Embedding)
    return kIndices;
  return network.isOfSequences() ? kSequences
         : network.isOfImages()  ? kImages
                                 : kMatrix;
}

std::string Writer::write() {
  std::string input = openInputType(network);
  values.push_back({"%x", input});
  for (size_t i = 0; i < network.layers.size(); ++i) {
    last = values[network.inputOf(i)];
    add(network.layers[i]);
    values.push_back(last);
  }
  return fmt::format("nn.sequential @{}(%x: {}) -> {} {{\n{}"
                     "  nn.return {} : {}\n}}\n",
                     network.name, input, last.type, body, last.name,
                     last.type);
}

/// The input's type, as it is bound.
static std::string inputType(const Network &network) {
  const Extent &from = network.layers.front().from;
  if (network.layers.front().kind == Kind::Embedding)
    return fmt::format("{}x{}xi32", network.batch, from.width);
  if (network.isOfSequences())
    return fmt::format("{}x{}x{}xf32", network.batch, from.width,
                       from.channels);
  if (!network.isOfImages())
    return fmt::format("{}x{}xf32", network.batch, network.in());
  return fmt::format("{}x{}x{}x{}xf32", network.batch, from.channels,
                     from.height, from.width);
}

static void execute(const std::string &command) {
  if (std::system(command.c_str()) != 0)
    fail("this failed: " + command);
}

/// Compiles and links; returns the path of the files without their suffixes.
static std::string compile(const Task &task, const std::string &variant,
                           const std::string &flags,
                           const std::string &libraries) {
  const Network &network = task.network;
  std::string base = task.settings.work + "/" + network.name + variant;
  std::ofstream(base + ".mlir") << Writer(network).write();
  execute(fmt::format(
      "'{0}' '{1}.mlir' --bind {2}={3} {4}{5}{6} -o '{1}.o'",
      task.settings.compiler, base, network.name, inputType(network), flags,
      task.settings.avx2 ? " --mcpu=x86-64-v3" : "",
      network.inAnyOrder && network.isOfImages() ? " --data-layout=NHWC" : ""));
  execute(
      fmt::format("'{0}' -shared -nostdlib -Wl,-z,defs '{1}.o' {2} -o '{1}.so'",
                  task.settings.cc, base, libraries));
  return base;
}

using Set = int(void *, uint32_t, const void *);

CompiledNetwork::CompiledNetwork(const Task &task, const std::string &variant,
                                 const std::string &flags,
                                 const std::string &libraries)
    : base(compile(task, variant, flags, libraries)), library(base + ".so"),
      parameters((macro("PARAMETERS_BYTES") + 3) / 4),
      scratch((macro("SCRATCH_BYTES") + 3) / 4) {
  uint32_t index = 0;
  auto take = [&](const std::vector<float> &parameter) {
    auto *set = library.function<Set>(task.network.name + "_set");
    if (set(parameters.data(), index++, parameter.data()))
      fail("no such parameter in " + base);
  };
  for (const Layer &layer : task.network.layers) {
    for (const std::vector<float> &parameter : layer.parameters)
      take(parameter);
    if (layer.weight.empty())
      continue;
    take(canonicalWeight(layer));
    if (!layer.bias.empty())
      take(layer.bias);
  }
}

int64_t CompiledNetwork::macro(const std::string &suffix) const {
  std::ifstream header(base + ".h");
  std::string define, name, value;
  for (std::string line; std::getline(header, line);) {
    std::istringstream words(line);
    if (words >> define >> name >> value && define == "#define" &&
        name.size() > suffix.size() &&
        name.compare(name.size() - suffix.size(), suffix.size(), suffix) == 0)
      return std::stoll(value);
  }
  fail("no " + suffix + " in " + base + ".h");
}

} // namespace nascent::bench
