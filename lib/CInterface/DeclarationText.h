//===- DeclarationText.h - What stands in braces ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_CINTERFACE_DECLARATIONTEXT_H
#define NASCENT_LIB_CINTERFACE_DECLARATIONTEXT_H

#include "nascent/CInterface/Declarations.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <fmt/args.h>
#include <string>

namespace nascent {

/// What stands in the braces of one text. What the text does not name is left
/// out: a network may have thousands of parameters.
class Arguments {
public:
  explicit Arguments(std::string text) : text(std::move(text)) {}

  void add(const char *name, llvm::function_ref<std::string()> value) {
    if (llvm::StringRef(text).contains(name))
      values.push_back(fmt::arg(name, value()));
  }
  /// The text with the values in place of the braces.
  std::string fill() const { return fmt::vformat(text, values); }

private:
  std::string text;
  fmt::dynamic_format_arg_store<fmt::format_context> values;
};

void add(Arguments &arguments, const char *name, std::string text);

/// Calls `visit` with each input of an entry, then with each output.
void forEachBuffer(const NetworkInterface &network, const EntryInterface &entry,
                   llvm::function_ref<void(const Subject &)> visit);

/// "2 x 20" or "batch x 20".
std::string shapeText(mlir::RankedTensorType type);

/// What an input's elements are, or an output's.
std::string describeElements(const EntryInterface &entry,
                             llvm::StringRef buffer);

/// What a function says that runs on a team.
inline constexpr const char *kTeam = R"(
   Runs on a team of OpenMP threads; link to LLVM's libomp.)";

/// What the functions say that train an entry.
void addTraining(Arguments &arguments, const NetworkInterface &network,
                 const EntryInterface &entry);

} // namespace nascent

#endif // NASCENT_LIB_CINTERFACE_DECLARATIONTEXT_H
