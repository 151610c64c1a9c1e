//===- Header.cpp - The C header of an object -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/CInterface/Header.h"
#include "nascent/CInterface/Declarations.h"
#include "nascent/CInterface/StepStruct.h"
#include "nascent/Support/Version.h"
#include "llvm/Support/xxhash.h"
#include <fmt/format.h>

using namespace mlir;

namespace nascent {

static constexpr llvm::StringLiteral kStart = R"(#include <stddef.h>
#include <stdint.h>

#ifndef NASCENT_NONBLOCKING
/* Stands behind a function that neither allocates nor waits, nor throws: in
   Clang an attribute that -Wfunction-effects and -fsanitize=realtime know. */
#ifdef __cplusplus
#define NASCENT_NOEXCEPT noexcept
#else
#define NASCENT_NOEXCEPT
#endif
#ifdef __has_attribute
#if __has_attribute(nonblocking)
#define NASCENT_NONBLOCKING NASCENT_NOEXCEPT __attribute__((nonblocking))
#endif
#endif
#ifndef NASCENT_NONBLOCKING
#define NASCENT_NONBLOCKING NASCENT_NOEXCEPT
#endif
#endif

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

static constexpr llvm::StringLiteral kSelfTest = R"(
#ifndef NASCENT_SELF_TEST
#define NASCENT_SELF_TEST
/* What a self test found: how many elements of outputs are not within their
   bounds, and the one that is farthest from them: of which forward function and
   which of its outputs, both from 0 on; its place, its values, and how far the
   difference is beyond the bound, negative where it is within. */
typedef struct {
  int64_t element;
  int32_t failures;
  int32_t entry, output;
  float expected, actual, bound, excess;
} nascent_self_test;
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

/// The argument that a loss compares outputs with, or what its terms are
/// counted by; nothing where there is none.
static std::vector<std::string> comparedBy(StringRef argument,
                                           const EntryInterface &entry) {
  if (!entry.endsInLoss)
    return {entry.numLabels ? "const int32_t *target" : "const float *target"};
  if (argument == "{target}" || entry.numLabels == 0)
    return {};
  return {"const int32_t *" + entry.inputName(entry.labelInput)};
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
    else if (argument == "{target}" || argument == "{counted_buffer}")
      llvm::append_range(arguments, comparedBy(argument, entry));
    else if (argument == "{output_gradients}")
      for (auto [index, type] : llvm::enumerate(entry.outputs))
        arguments.push_back("const float *d" + entry.outputName(index));
    else if (argument == "{input_gradients}")
      for (auto [index, type] : llvm::enumerate(entry.inputs))
        arguments.insert(arguments.end(), type.getElementType().isF32(),
                         "float *d" + entry.inputName(index));
    else if (argument == "{dropout}")
      for (const char *each : {"uint64_t dropout_seed", "int64_t first_row"})
        arguments.insert(arguments.end(), entry.isRandom, each);
    else if (argument != "{sizes}")
      arguments.push_back(render(argument, {network, &entry}));
    else
      for (const std::string &size : entry.sizeArguments())
        arguments.push_back("int64_t " + size);
  }
  return arguments;
}

/// Writes the declaration of a function, in lines of at most 80 columns; `end`
/// stands behind the arguments.
static void writePrototype(const std::string &start,
                           ArrayRef<std::string> arguments,
                           const std::string &end, llvm::raw_ostream &os) {
  std::string line = start + "(";
  if (arguments.empty())
    line += "void)" + end;
  for (auto [index, argument] : llvm::enumerate(arguments)) {
    std::string text =
        argument + (index + 1 < arguments.size() ? "," : ")" + end);
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
    StringRef text = function.text;
    writePrototype(render(text.split('(').first, subject),
                   argumentsOf(function, network, entry),
                   render(text.rsplit(')').second, subject), os);
  }
}

/// The structures that steps of training take, each once.
static void writeStructs(ArrayRef<NetworkInterface> interfaces,
                         llvm::raw_ostream &os) {
  llvm::SmallVector<StringRef> known;
  for (const NetworkInterface &network : interfaces)
    for (nn::OptimizerAttrInterface optimizer : network.optimizers) {
      StringRef name = optimizer.getFunctionName();
      if (llvm::is_contained(known, name))
        continue;
      known.push_back(name);
      os << "\n" << StepStruct(optimizer).declare();
    }
}

/// What the header declares.
static std::string writeDeclarations(ArrayRef<NetworkInterface> interfaces) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << kStart;
  if (llvm::any_of(interfaces, [](const NetworkInterface &network) {
        return network.selfTestBytes != 0;
      }))
    os << kSelfTest;
  writeStructs(interfaces, os);
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
        return llvm::any_of(network.entries, [](const EntryInterface &entry) {
          return entry.isParallel || entry.isTrainedInParallel;
        });
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
