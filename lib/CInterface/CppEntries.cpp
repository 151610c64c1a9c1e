//===- CppEntries.cpp - Forward functions in the C++ header ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CppWriters.h"
#include "nascent/CInterface/Declarations.h"
#include "nascent/Support/CName.h"
#include <fmt/format.h>

using namespace mlir;

namespace nascent {

namespace {
/// A buffer that a forward function takes.
struct EntryBuffer {
  std::string name;  // "x0"
  std::string alias; // of its type: "Input0_b64"
  RankedTensorType type;
  std::string element;  // "const float"
  std::string elements; // how many, where sizes are open

  bool isOpen() const { return !type.hasStaticShape(); }
};

/// What a function of an entry takes, and passes to C.
struct EntryArguments {
  std::vector<std::string> declared, passed;
  /// What `Network` passes from its own arguments and what it holds.
  std::vector<std::string> ownDeclared, ownPassed;

  void add(const std::string &type, const std::string &name,
           const std::string &passedAs) {
    declared.push_back(type + name);
    passed.push_back(passedAs);
    ownDeclared.push_back(type + name);
    ownPassed.push_back(name);
  }
  /// What `Network` has of its own, as `held`.
  void addHeld(const std::string &type, const std::string &name,
               const std::string &held) {
    declared.push_back(type + name);
    passed.push_back(name + ".bytes");
    ownPassed.push_back(held);
  }
};

} // namespace

/// Names of an entry begin with its label: "b64_x_size".
static std::string prefixOf(const EntryInterface &entry) {
  return entry.label.empty() ? "" : entry.label + "_";
}

static std::string suffixOf(const EntryInterface &entry) {
  return entry.label.empty() ? "" : "_" + entry.label;
}

static std::vector<EntryBuffer> buffersOf(const EntryInterface &entry) {
  std::vector<EntryBuffer> buffers;
  auto aliasOf = [&](const char *kind, size_t index, size_t count) {
    return kind + (count == 1 ? "" : std::to_string(index)) + suffixOf(entry);
  };
  for (auto [index, type] : llvm::enumerate(entry.inputs))
    buffers.push_back(
        {entry.inputName(index), aliasOf("Input", index, entry.inputs.size()),
         type,
         type.getElementType().isF32() ? "const float" : "const std::int32_t",
         ""});
  for (auto [index, type] : llvm::enumerate(entry.outputs))
    buffers.push_back({entry.outputName(index),
                       aliasOf("Output", index, entry.outputs.size()), type,
                       "float", ""});
  for (auto [buffer, elements] : llvm::zip(buffers, entry.elements))
    buffer.elements = elements;
  return buffers;
}

static EntryArguments argumentsOf(const NetworkInterface &network,
                                  const EntryInterface &entry) {
  EntryArguments arguments;
  arguments.addHeld("const Parameters &", "parameters",
                    network.weights ? "weights()" : "parameters");
  std::vector<EntryBuffer> buffers = buffersOf(entry);
  for (auto [index, buffer] : llvm::enumerate(buffers)) {
    if (index == entry.inputs.size())
      for (const std::string &size : entry.sizeArguments())
        arguments.add("std::int64_t ", size, size);
    if (buffer.isOpen())
      arguments.add(buffer.element + " *", buffer.name, buffer.name);
    else
      arguments.add(buffer.alias + " ", buffer.name, buffer.name + ".data()");
  }
  if (network.isStream)
    arguments.addHeld("State &", "state", "state");
  if (entry.hasOpenSizes())
    arguments.add("void *", "scratch", "scratch");
  else
    arguments.addHeld("Scratch &", "scratch", "scratch");
  return arguments;
}

void writeCppBuffers(const EntryInterface &entry, llvm::raw_ostream &os) {
  std::string prefix = prefixOf(entry);
  os << "\n";
  if (!entry.hasOpenSizes())
    os << fmt::format("inline constexpr std::size_t {}scratch_bytes = {};\n",
                      prefix, entry.scratchBytes);
  if (entry.steps != 0)
    os << fmt::format("inline constexpr std::int32_t {}steps = {};\n", prefix,
                      entry.steps);
  for (const EntryBuffer &buffer : buffersOf(entry)) {
    std::vector<std::string> shape;
    for (int64_t size : buffer.type.getShape())
      shape.push_back(ShapedType::isDynamic(size) ? "-1"
                                                  : std::to_string(size));
    std::string name = prefix + buffer.name;
    os << cppConstants("std::int64_t", name + "_shape", shape);
    if (!buffer.isOpen()) {
      os << fmt::format(R"(inline constexpr std::size_t {0}_size = {1};
using {2} = detail::Span<{3}, {0}_size>;
)",
                        name, buffer.type.getNumElements(), buffer.alias,
                        buffer.element);
      continue;
    }
    std::vector<std::string> sizes;
    for (const std::string &size : entry.sizeArguments())
      sizes.push_back("[[maybe_unused]] std::int64_t " + size);
    std::string elements =
        entry.hasOpenSizes()
            ? buffer.elements
            : fmt::format("batch * {}",
                          ShapedType::getNumElements(
                              buffer.type.getShape().drop_front()));
    os << fmt::format(R"(constexpr std::size_t {}_size({}) noexcept {{
  return static_cast<std::size_t>({});
}}
)",
                      name, fmt::join(sizes, ", "), elements);
  }
}

std::string writeCppFunctions(const NetworkInterface &network,
                              const EntryInterface &entry,
                              llvm::raw_ostream &os) {
  EntryArguments arguments = argumentsOf(network, entry);
  std::string net = mangle(network.name), methods;
  bool mayRefuse = entry.hasOpenSizes() || entry.mayRefuse();
  // OpenMP's library may do anything.
  StringRef promise = entry.isParallel ? "noexcept" : "NASCENT_NONBLOCKING";
  std::string forward = "forward" + suffixOf(entry);
  auto write = [&](const std::string &name, const std::string &symbol,
                   bool returns, StringRef promise,
                   const std::string &moreDeclared,
                   const std::string &morePassed) {
    std::string type = returns ? "[[nodiscard]] inline bool" : "inline void";
    os << fmt::format("{} {}({}{}) {} {{\n  {}::{}({}{}){};\n}}\n", type, name,
                      fmt::join(arguments.declared, ", "), moreDeclared,
                      promise.str(), returns ? "return " : "", symbol,
                      fmt::join(arguments.passed, ", "), morePassed,
                      returns ? " == 0" : "");
    std::string own = fmt::format("{}", fmt::join(arguments.ownDeclared, ", "));
    methods += fmt::format(
        "  {} {}({}{}) {} {{\n    {}::nascent::{}::{}({}{});\n  }}\n",
        returns ? "[[nodiscard]] bool" : "void", name, own, moreDeclared,
        promise.str(), returns ? "return " : "", net, name,
        fmt::join(arguments.ownPassed, ", "), morePassed);
  };
  os << "\n";
  if (entry.hasOpenSizes()) {
    std::vector<std::string> sizes;
    for (const std::string &size : entry.sizes)
      sizes.push_back("std::int64_t " + size);
    std::string symbol = symbolName(getDeclaration("scratch_bytes_of"),
                                    network.name, entry.label);
    os << fmt::format(R"(/* As {0}. */
inline std::int64_t scratch_bytes{1}({2}) NASCENT_NONBLOCKING {{
  return ::{0}({3});
}}
)",
                      symbol, suffixOf(entry), fmt::join(sizes, ", "),
                      fmt::join(entry.sizes, ", "));
  }
  std::string symbol = forwardName(network.name, entry.label);
  os << fmt::format("/* As {}. */\n", symbol);
  write(forward, symbol, mayRefuse, promise, "", "");
  if (entry.steps == 0)
    return methods;
  os << fmt::format("\n/* As {}_step. */\n", symbol);
  write(forward + "_step", symbol + "_step", /*returns=*/false,
        "NASCENT_NONBLOCKING",
        ", std::int32_t step, std::int32_t part, std::int32_t parts",
        ", step, part, parts");
  return methods;
}

} // namespace nascent
