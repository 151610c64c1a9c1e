//===- SyntaxHints.cpp - What MLIR's parser does not say ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SyntaxHints.h"

namespace nascent {

llvm::StringRef hintOnSyntax(llvm::StringRef error) {
  static constexpr llvm::StringLiteral type =
      "a type has a tensor's sizes and what its elements are, as in "
      "'tensor<?x20xf32>'; ? is a size that is not known";
  static constexpr struct {
    llvm::StringLiteral error, hint;
  } hints[] = {
      {"expected SSA operand", "a value begins with %, as in 'nn.relu %x'"},
      {"use of undeclared SSA value name",
       "a value is an input of the network, or what a layer above it gives, as "
       "in '%0 = nn.relu %x'"},
      {"redefinition of SSA value",
       "what a layer gives has a name of its own: %0, %1 and so on"},
      {"expected '=' after SSA name",
       "what a layer gives is named so: '%0 = nn.relu %x'"},
      {"expected SSA identifier",
       "an input is a name and a type, as in '%x: tensor<?x20xf32>'"},
      {"expected ':'",
       "a type comes after ':', as in '%x: tensor<?x20xf32>' and '%0 = nn.relu "
       "%x : tensor<?x20xf32>'; ? is a size that is not known"},
      {"expected '->'",
       "after the type of its input, a layer states that of its output, as in "
       "'-> tensor<?x10xf32>'"},
      {"expected non-function type", type},
      {"expected 'x' in dimension list", type},
      {"expected operation name in quotes",
       "here is a layer, as in '%0 = nn.relu %x', 'nn.return', or the } that "
       "ends a network"},
      {"expected valid '@'-identifier",
       "the name of a network begins with @, as in 'nn.sequential @net'"},
      {"expected attribute value",
       "what a clause holds begins with #nn., as in 'init(#nn.ones)'"},
      {"invalid attribute name", "a comment begins with //"},
      {"unexpected character",
       "lines need no ';' at their end, and a comment begins with //"},
  };
  for (const auto &each : hints)
    if (error.contains(each.error) && !error.contains(" or "))
      return each.hint;
  return "";
}

} // namespace nascent
