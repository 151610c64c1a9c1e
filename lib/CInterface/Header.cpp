//===- Header.cpp - The C header of an object -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/CInterface/Header.h"
#include "nascent/CInterface/Declarations.h"
#include "nascent/Support/Version.h"
#include "llvm/Support/xxhash.h"
#include <fmt/format.h>

using namespace mlir;

namespace nascent {

static constexpr llvm::StringLiteral kStart = R"(#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef NASCENT_PARAMETER_INFO
#define NASCENT_PARAMETER_INFO
/* A parameter: dtype is "float32"; shape has rank sizes, the rest are 0. */
typedef struct {
  const char *name;
  const char *dtype;
  uint32_t rank;
  int64_t shape[8];
} nascent_parameter_info;
#endif
)";

static constexpr llvm::StringLiteral kEnd = R"(
#ifdef __cplusplus
}
#endif
)";

/// Calls `write` with each group of a table: those under one comment.
static void
forEachGroup(ArrayRef<Declaration> table,
             function_ref<void(ArrayRef<Declaration> group)> write) {
  while (!table.empty()) {
    ArrayRef<Declaration> group = table.take_front();
    for (const Declaration &next : table.drop_front()) {
      if (!next.comment.empty())
        break;
      group = table.take_front(group.size() + 1);
    }
    write(group);
    table = table.drop_front(group.size());
  }
}

/// What a network has, a blank line after each group.
static void writeNetwork(const NetworkInterface &network,
                         llvm::raw_ostream &os) {
  forEachGroup(networkDeclarations(), [&](ArrayRef<Declaration> group) {
    std::string text;
    for (const Declaration &declaration : group)
      forEach(declaration.each, network, [&](const Subject &subject) {
        if (exists(declaration, subject))
          text += render(declaration.text, subject) + "\n";
      });
    if (!text.empty())
      os << render(group.front().comment, {network}) << "\n" << text << "\n";
  });
}

/// The arguments of an entry's function, as C has them.
static std::vector<std::string> argumentsOf(const Declaration &function,
                                            const NetworkInterface &network,
                                            const EntryInterface &entry) {
  auto buffer = [&](const std::string &type, RankedTensorType shape,
                    const std::string &name) {
    if (!shape.hasStaticShape())
      return fmt::format("{} *{}", type, name);
    return fmt::format(
        "{} {}[{}]", type, name,
        identifier(getDeclaration("size"), {network, &entry, name, shape}));
  };
  std::vector<std::string> arguments;
  for (StringRef argument : argumentsOf(function)) {
    if (argument == "{inputs}")
      for (auto [index, type] : llvm::enumerate(entry.inputs))
        arguments.push_back(buffer(
            type.getElementType().isF32() ? "const float" : "const int32_t",
            type, entry.inputName(index)));
    else if (argument == "{outputs}")
      for (auto [index, type] : llvm::enumerate(entry.outputs))
        arguments.push_back(buffer("float", type, entry.outputName(index)));
    else if (argument == "{state}")
      arguments.insert(arguments.end(), network.isStream, "void *state");
    else if (argument != "{sizes}")
      arguments.push_back(argument.str());
    else
      for (const std::string &size : entry.sizeArguments())
        arguments.push_back("int64_t " + size);
  }
  return arguments;
}

/// Writes the declaration of a function, in lines of at most 80 columns.
static void writePrototype(const std::string &start,
                           ArrayRef<std::string> arguments,
                           llvm::raw_ostream &os) {
  std::string line = start + "(";
  for (auto [index, argument] : llvm::enumerate(arguments)) {
    std::string text = argument + (index + 1 < arguments.size() ? "," : ");");
    if (index == 0) {
      line += text;
    } else if (line.size() + 1 + text.size() <= 80) {
      line += " " + text;
    } else {
      os << line << "\n";
      line = "    " + text;
    }
  }
  os << line << "\n";
}

/// What an entry has, a blank line before each function but the first.
static void writeEntry(const NetworkInterface &network,
                       const EntryInterface &entry, llvm::raw_ostream &os) {
  Subject subject{network, &entry};
  bool isFirst = true;
  for (const Declaration &function : entryDeclarations()) {
    if (!exists(function, subject))
      continue;
    if (!isFirst)
      os << "\n";
    isFirst = false;
    os << render(function.comment, subject) << "\n";
    StringRef start = StringRef(function.text).split('(').first;
    writePrototype(render(start, subject),
                   argumentsOf(function, network, entry), os);
  }
}

/// What the header declares.
static std::string writeDeclarations(ArrayRef<NetworkInterface> interfaces) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << kStart;
  for (const NetworkInterface &network : interfaces) {
    os << fmt::format("\n/* ---- network {} ---- */\n\n",
                      inComment(network.name));
    writeNetwork(network, os);
    for (const EntryInterface &entry : network.entries)
      writeEntry(network, entry, os);
  }
  os << kEnd;
  return text;
}

void writeHeader(ArrayRef<NetworkInterface> interfaces,
                 const HeaderOrigin &origin, llvm::raw_ostream &os) {
  bool isParallel =
      llvm::any_of(interfaces, [](const NetworkInterface &network) {
        return llvm::any_of(network.entries,
                            std::mem_fn(&EntryInterface::isParallel));
      });
  std::string text = writeDeclarations(interfaces);
  os << fmt::format(
      R"(/* Generated by nascent-compile {version}. Every function is re-entrant: there
   is no global state, no allocation and no runtime library{exception}.

   Command: {command}
   Model: sha256 {model} */
#ifndef NASCENT_{guard:016X}_H
#define NASCENT_{guard:016X}_H

{text}
#endif /* NASCENT_{guard:016X}_H */
)",
      fmt::arg("version", version()),
      fmt::arg("exception", isParallel ? " but OpenMP's" : ""),
      fmt::arg("command", inComment(origin.command)),
      fmt::arg("model", origin.modelHash),
      fmt::arg("guard", llvm::xxh3_64bits(text)), fmt::arg("text", text));
}

} // namespace nascent
