//===- OnnxRuntime.cpp - A session in a node process of its own -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The npm package is the only one that there is for Debian 12, and it comes
// without C headers. So its figures hold what a call from JavaScript costs; the
// part `calls` measures that with a network of one multiplication. The process
// stays on the same processor, and sleeps while others are measured.
//
//===----------------------------------------------------------------------===//

#include "Sequences.h"
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <fmt/ostream.h>
#include <fstream>
#include <sys/wait.h>
#include <unistd.h>

using namespace nascent::bench;

/// Whether its layer has the same step of all sequences side by side.
static bool isStepsFirst(const Network &network) {
  Kind kind = network.layers.front().kind;
  return kind == Kind::Lstm || kind == Kind::Gru;
}

/// Of a value, counted as in `Layer`: "1,3,224,224", or "1,784".
static std::string shapeOf(const Network &network, size_t value) {
  const Layer &layer = network.layers[value == 0 ? 0 : value - 1];
  const Extent &extent = value == 0 ? layer.from : layer.to;
  if (isStepsFirst(network))
    return fmt::format("{},{},{}", extent.width, network.batch,
                       extent.channels);
  if (network.isOfSequences())
    return fmt::format("{},{},{}", network.batch, extent.width,
                       extent.channels);
  if (!network.isOfImages() || (value != 0 && layer.kind == Kind::Dense))
    return fmt::format("{},{}", network.batch,
                       value == 0 ? layer.in : layer.out);
  return fmt::format("{},{},{},{}", network.batch, extent.channels,
                     extent.height, extent.width);
}

namespace {
/// A child process that answers every line with a line.
class Child {
public:
  explicit Child(std::vector<std::string> command) {
    int in[2], out[2];
    if (pipe(in) != 0 || pipe(out) != 0)
      fail("pipe failed");
    id = fork();
    if (id < 0)
      fail("fork failed");
    if (id == 0) {
      dup2(in[0], 0);
      dup2(out[1], 1);
      for (int end : {in[0], in[1], out[0], out[1]})
        close(end);
      std::vector<char *> arguments;
      for (std::string &argument : command)
        arguments.push_back(argument.data());
      arguments.push_back(nullptr);
      execvp(arguments[0], arguments.data());
      _exit(127);
    }
    close(in[0]);
    close(out[1]);
    questions = fdopen(in[1], "w");
    answers = fdopen(out[0], "r");
  }
  Child(const Child &) = delete;
  Child &operator=(const Child &) = delete;

  /// The process ends when there are no more questions.
  ~Child() {
    fclose(questions);
    fclose(answers);
    waitpid(id, nullptr, 0);
  }

  double ask(const std::string &question) {
    fmt::print(questions, "{}\n", question);
    fflush(questions);
    double answer = 0;
    if (fscanf(answers, "%lf", &answer) != 1)
      fail("ONNX Runtime's process ended");
    return answer;
  }

  clockid_t processorClock() const {
    clockid_t clock;
    if (clock_getcpuclockid(id, &clock) != 0)
      fail("a process has no clock");
    return clock;
  }

private:
  pid_t id;
  FILE *questions;
  FILE *answers;
};

class OnnxRuntimeRunner : public Runner {
public:
  OnnxRuntimeRunner(const Task &task, const std::string &base)
      : child({task.settings.node, task.settings.scripts + "/onnx_session.js",
               task.settings.nodeModules, base + ".onnx", base + ".x.bin",
               base + ".y.bin", shapeOf(task.network, 0),
               shapeOf(task.network, task.network.layers.size())}),
        output(base + ".y.bin"), task(task) {
    child.ask("ready");
    // The large ones of the files are of no more use.
    for (const char *suffix : {".w.bin", ".onnx", ".json"})
      std::remove((base + suffix).c_str());
  }

  void run() override { time(1); }

  clockid_t processorClock() const override { return child.processorClock(); }

  double time(int64_t calls) override {
    double ns = child.ask("run " + std::to_string(calls));
    // y is needed once, to be checked; writing it would disturb the samples.
    if (!shown) {
      child.ask("write");
      readOutput();
      shown = true;
    }
    return ns;
  }

private:
  void readOutput() {
    const Network &network = task.network;
    std::vector<float> y(network.outputCount());
    std::ifstream(output, std::ios::binary)
        .read(reinterpret_cast<char *>(y.data()),
              static_cast<std::streamsize>(y.size() * sizeof(float)));
    if (isStepsFirst(network))
      toBatchFirst(y.data(), task.y, network.batch, network.layers.back().to);
    else
      std::copy(y.begin(), y.end(), task.y);
  }

  Child child;
  std::string output;
  const Task task;
  bool shown = false;
};
} // namespace

static void writeFloats(std::ofstream &file, const std::vector<float> &values) {
  file.write(reinterpret_cast<const char *>(values.data()),
             static_cast<std::streamsize>(values.size() * sizeof(float)));
}

static std::vector<float> inputOf(const Task &task) {
  const Network &network = task.network;
  std::vector<float> x(task.x, task.x + network.inputCount());
  if (isStepsFirst(network))
    toStepsFirst(task.x, x.data(), network.batch, network.layers.front().from);
  return x;
}

/// ONNX's name.
static const char *operatorOf(Activation activation) {
  switch (activation) {
  case Activation::None:
    return "None";
  case Activation::Relu:
    return "Relu";
  case Activation::Tanh:
    return "Tanh";
  case Activation::Sigmoid:
    return "Sigmoid";
  }
  return "None";
}

static std::string version(const Settings &settings) {
  std::ifstream package(settings.nodeModules + "/onnxruntime-node/" +
                        "package.json");
  for (std::string line; std::getline(package, line);) {
    size_t key = line.find("\"version\": \"");
    if (key != std::string::npos)
      return line.substr(key + 12, line.find('"', key + 12) - key - 12);
  }
  return "";
}

/// What onnx_model.py is told of a layer.
static std::string describe(const Network &network, size_t index) {
  const Layer &layer = network.layers[index];
  const Window &window = layer.window;
  const char *kind = layer.kind == Kind::Lstm          ? "LSTM"
                     : layer.kind == Kind::Gru         ? "GRU"
                     : layer.kind == Kind::Encoder     ? "Encoder"
                     : layer.kind == Kind::Mean        ? "ReduceMean"
                     : layer.kind == Kind::Dense       ? "Gemm"
                     : layer.kind == Kind::Convolution ? "Conv"
                     : layer.kind == Kind::MaxPool     ? "MaxPool"
                     : layer.isGlobal()                ? "GlobalAveragePool"
                                                       : "AveragePool";
  int64_t terms =
      layer.kind == Kind::Dense ? layer.in : layer.from.channels / layer.groups;
  return fmt::format(
      "{{\"kind\":\"{}\",\"activation\":\"{}\",\"input\":{},\"added\":{},"
      "\"outputs\":{},\"terms\":{},\"kernel\":[{},{}],\"strides\":[{},{}],"
      "\"pads\":[{},{},{},{}],\"group\":{}}}",
      kind, operatorOf(layer.activation), network.inputOf(index),
      layer.added ? static_cast<int64_t>(*layer.added) : -1,
      layer.kind == Kind::Dense ? layer.out : layer.to.channels, terms,
      window.height, window.width, window.stride, window.stride, window.top,
      window.left, window.bottom, window.right, layer.groups);
}

static std::unique_ptr<Runner> prepare(const Task &task) {
  const Network &network = task.network;
  // onnx_session.js has tensors of floats only.
  if (network.layers.front().kind == Kind::Embedding)
    return nullptr;
  std::string base = task.settings.work + "/" + network.name;
  {
    std::ofstream weights(base + ".w.bin", std::ios::binary);
    std::ofstream description(base + ".json");
    fmt::print(description, "{{\"x\":[{}],\"y\":[{}],\"layers\":[",
               shapeOf(network, 0), shapeOf(network, network.layers.size()));
    for (size_t i = 0; i < network.layers.size(); ++i) {
      const Layer &layer = network.layers[i];
      fmt::print(description, "{}{}", i ? "," : "", describe(network, i));
      for (const std::vector<float> &parameter : layer.parameters)
        writeFloats(weights, parameter);
      writeFloats(weights, canonicalWeight(layer));
      writeFloats(weights, layer.bias);
    }
    fmt::print(description, "]}}\n");
    std::ofstream input(base + ".x.bin", std::ios::binary);
    writeFloats(input, inputOf(task));
  }
  std::string command =
      fmt::format("'{0}' '{1}/onnx_model.py' '{2}.w.bin' '{2}.onnx' '{2}.json'",
                  task.settings.python, task.settings.scripts, base);
  if (std::system(command.c_str()) != 0)
    fail("this failed: " + command);
  return std::make_unique<OnnxRuntimeRunner>(task, base);
}

static Registration registration({"ONNX Runtime", version, nullptr, prepare});
