//===- Nascent.cpp - Our contestant ---------------------------------------===//
//
// The network is written as text, compiled to an object, made a shared one and
// loaded, as a user without a build of the compiler's own would.
//
//===----------------------------------------------------------------------===//

#include "Contestant.h"
#include <cstdlib>
#include <dlfcn.h>
#include <fmt/format.h>
#include <fstream>
#include <sstream>

using namespace nascent::bench;

namespace {
class Library {
public:
  explicit Library(const std::string &path)
      : handle(dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    if (!handle)
      fail(dlerror());
  }
  Library(const Library &) = delete;
  Library &operator=(const Library &) = delete;
  ~Library() { dlclose(handle); }

  template <typename Function>
  Function *function(const std::string &name) {
    void *found = dlsym(handle, name.c_str());
    if (!found)
      fail(dlerror());
    return reinterpret_cast<Function *>(found);
  }

private:
  void *handle;
};

using Forward = void(const void *, const float *, float *, void *);
using Set = int(void *, uint32_t, const void *);

class NascentRunner : public Runner {
public:
  NascentRunner(const Task &task, const std::string &base)
      : library(base + ".so"),
        forward(library.function<Forward>(task.network.name + "_forward")),
        parameters(floats(base, "PARAMETERS_BYTES")),
        scratch(floats(base, "SCRATCH_BYTES")), x(task.x), y(task.y) {
    auto *set = library.function<Set>(task.network.name + "_set");
    uint32_t index = 0;
    for (const Layer &layer : task.network.layers) {
      if (set(parameters.data(), index++, transposedWeight(layer).data()) ||
          set(parameters.data(), index++, layer.bias.data()))
        fail("no such parameter in " + base);
    }
  }

  void run() override { forward(parameters.data(), x, y, scratch.data()); }

private:
  /// The macro of the header that ends in `suffix`, in floats.
  static int64_t floats(const std::string &base, const std::string &suffix) {
    std::ifstream header(base + ".h");
    std::string define, name, value;
    for (std::string line; std::getline(header, line);) {
      std::istringstream words(line);
      if (words >> define >> name >> value && define == "#define" &&
          name.size() > suffix.size() &&
          name.compare(name.size() - suffix.size(), suffix.size(), suffix) == 0)
        return (std::stoll(value) + 3) / 4;
    }
    fail("no " + suffix + " in " + base + ".h");
  }

  Library library;
  Forward *forward;
  Buffer parameters, scratch;
  const float *x;
  float *y;
};
} // namespace

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
    const char *operation =
        layer.activation == Activation::Relu ? "relu" : "tanh";
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

static std::string version(const Settings &) { return NASCENT_VERSION; }

static std::unique_ptr<Runner> prepare(const Task &task) {
  const Network &network = task.network;
  std::string base = task.settings.work + "/" + network.name;
  std::ofstream(base + ".mlir") << source(network);
  execute(fmt::format("'{0}' '{1}.mlir' --bind {2}={3}x{4}xf32 -o '{1}.o'",
                      task.settings.compiler, base, network.name, network.batch,
                      network.in()));
  execute(fmt::format("'{0}' -shared -nostdlib -Wl,-z,defs '{1}.o' -o '{1}.so'",
                      task.settings.cc, base));
  return std::make_unique<NascentRunner>(task, base);
}

static Registration registration({"ours", version, prepare});
