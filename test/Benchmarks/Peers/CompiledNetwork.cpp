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

static std::string source(const Network &network) {
  std::string body, value = "%x", type = "tensor<?x?xf32>";
  size_t next = 0;
  for (const Layer &layer : network.layers) {
    std::string result = fmt::format("tensor<?x{}xf32>", layer.out);
    body += fmt::format("  %{} = nn.dense {}, {} : {} -> {}\n", next, value,
                        layer.out, type, result);
    value = fmt::format("%{}", next++);
    type = result;
    if (layer.activation == Activation::None)
      continue;
    const char *operation = layer.activation == Activation::Relu   ? "relu"
                            : layer.activation == Activation::Tanh ? "tanh"
                                                                   : "sigmoid";
    body +=
        fmt::format("  %{} = nn.{} {} : {}\n", next, operation, value, type);
    value = fmt::format("%{}", next++);
  }
  return fmt::format("nn.sequential @{}(%x: tensor<?x?xf32>) -> {} {{\n{}"
                     "  nn.return {} : {}\n}}\n",
                     network.name, type, body, value, type);
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
  std::ofstream(base + ".mlir") << source(network);
  execute(fmt::format("'{0}' '{1}.mlir' --bind {2}={3}x{4}xf32 {5} -o '{1}.o'",
                      task.settings.compiler, base, network.name, network.batch,
                      network.in(), flags));
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
  auto *set = library.function<Set>(task.network.name + "_set");
  uint32_t index = 0;
  for (const Layer &layer : task.network.layers) {
    if (set(parameters.data(), index++, transposedWeight(layer).data()) ||
        set(parameters.data(), index++, layer.bias.data()))
      fail("no such parameter in " + base);
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
