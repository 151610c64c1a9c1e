//===- CppParameters.cpp - Parameters in the C++ header -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CppWriters.h"
#include "nascent/CInterface/Declarations.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Support/CName.h"
#include "nascent/Support/TensorFile.h"
#include "llvm/ADT/StringExtras.h"
#include <fmt/format.h>

using namespace mlir;

namespace nascent {

/// A name as a string of C++.
static std::string literal(StringRef name) {
  std::string text = "\"";
  for (unsigned char c : name)
    text += c == '"' || c == '\\' ? fmt::format("\\{}", static_cast<char>(c))
            : llvm::isPrint(c)    ? std::string(1, c)
                                  : fmt::format("\\{:03o}", c);
  return text + "\"";
}

std::string cppConstants(const char *type, const std::string &name,
                         const std::vector<std::string> &values) {
  return fmt::format("inline constexpr std::array<{}, {}> {} = {{{}}};\n", type,
                     values.size(), name, fmt::join(values, ", "));
}

static void writeConstants(const NetworkInterface &network,
                           llvm::raw_ostream &os) {
  std::vector<std::string> names, sizes;
  for (const ParameterInterface &parameter : network.parameters) {
    names.push_back(literal(parameter.name));
    sizes.push_back(std::to_string(*elementCount(parameter.shape)));
  }
  os << fmt::format(R"(
inline constexpr std::size_t parameters_bytes = {};
inline constexpr std::size_t alignment = {};
/* Each parameter's name and how many floats it has; its index is as in C. */
)",
                    network.parameterBytes, nn::kBufferAlignment)
     << cppConstants("const char *", "parameter_names", names)
     << cppConstants("std::size_t", "parameter_sizes", sizes);
}

static void writeLoad(const NetworkInterface &network, llvm::raw_ostream &os) {
  std::vector<std::string> aliases;
  for (auto [index, parameter] : llvm::enumerate(network.parameters))
    for (const std::string &alias : parameter.aliases)
      aliases.push_back(fmt::format("{{{}, {}}}", literal(alias), index));
  os << fmt::format(
      R"(
#ifdef NASCENT_SAFETENSORS_H
  /* Sets all parameters from a file's contents, by nascent_safetensors.c, which
     says what the other arguments are. False, and nothing is set, if they do
     not fit. */
  [[nodiscard]] bool load(const void *file, std::size_t size,
                          char *error = nullptr, std::size_t error_size = 0,
                          float *scratch = nullptr,
                          std::size_t scratch_size = 0) noexcept {{
{aliases}    const nascent_safetensors_network network = {{
        ::{net}_parameters, {count}, ::{net}_set, {list}, {alias_count}}};
    return ::nascent_safetensors_load(&network, bytes, file, size, scratch,
                                      scratch_size, error, error_size) == 0;
  }}
#endif
)",
      fmt::arg("net", mangle(network.name)),
      fmt::arg("count", network.parameters.size()),
      fmt::arg("aliases",
               aliases.empty()
                   ? ""
                   : fmt::format("    static constexpr nascent_parameter_alias "
                                 "aliases[] = {{{}}};\n",
                                 fmt::join(aliases, ", "))),
      fmt::arg("list", aliases.empty() ? "nullptr" : "aliases"),
      fmt::arg("alias_count", aliases.size()));
}

void writeCppParameters(const NetworkInterface &network,
                        llvm::raw_ostream &os) {
  writeConstants(network, os);
  auto has = [&](StringRef function) {
    return exists(getDeclaration(function), {network});
  };
  std::string net = mangle(network.name);

  os << R"(
/* All parameters, as the functions want them: aligned, and as large as they are.
   What they hold is undefined until it is initialised, set or loaded. Functions
   do what those of their names in C do; those that return a bool return false,
   and do nothing, where C's return -1. */
struct Parameters {)";
  static constexpr std::pair<llvm::StringLiteral, llvm::StringLiteral>
      methods[]{
          {"init", R"(
  void init(std::uint64_t seed) NASCENT_NONBLOCKING {{
    ::{0}_init(bytes, seed);
  }})"},
          {"init_rows", R"(
  bool init_rows(std::uint32_t index, std::int64_t first, std::int64_t count,
                 std::uint64_t seed) NASCENT_NONBLOCKING {{
    return ::{0}_init_rows(bytes, index, first, count, seed) == 0;
  }})"},
          {"get", R"(
  bool get(std::uint32_t index, float *values) const NASCENT_NONBLOCKING {{
    return ::{0}_get(bytes, index, values) == 0;
  }})"},
          {"set", R"(
  bool set(std::uint32_t index, const float *values) NASCENT_NONBLOCKING {{
    return ::{0}_set(bytes, index, values) == 0;
  }})"},
          {"get_range", R"(
  bool get_range(std::uint32_t index, std::int64_t first, std::int64_t count,
                 float *values) const NASCENT_NONBLOCKING {{
    return ::{0}_get_range(bytes, index, first, count, values) == 0;
  }})"},
          {"set_range", R"(
  bool set_range(std::uint32_t index, std::int64_t first, std::int64_t count,
                 const float *values) NASCENT_NONBLOCKING {{
    return ::{0}_set_range(bytes, index, first, count, values) == 0;
  }})"},
          {"find", R"(
  static int find(const char *name) NASCENT_NONBLOCKING {{
    return ::{0}_find(name);
  }})"},
      };
  for (const auto &[name, text] : methods)
    if (has(name))
      os << fmt::format(fmt::runtime(text.data()), net);
  if (has("set") && has("parameters"))
    writeLoad(network, os);
  os << R"(
  alignas(alignment) unsigned char bytes[parameters_bytes];
};

/* A caller's buffer of parameters_bytes, such as a mapped file, as parameters. It must
   be aligned to alignment. */
inline Parameters &parameters_at(void *buffer) NASCENT_NONBLOCKING {
  return *static_cast<Parameters *>(buffer);
}
)";
  if (network.weights)
    os << fmt::format(R"(
/* The trained parameters in the object. */
inline const Parameters &weights() NASCENT_NONBLOCKING {{
  return *reinterpret_cast<const Parameters *>(::{}_weights);
}}
)",
                      net);
}

} // namespace nascent
