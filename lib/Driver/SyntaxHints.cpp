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
      {"expected SSA operand",
       "a value begins with % and has no parentheses around it, as in 'nn.relu "
       "%x'; what a layer gives is named before others read it: '%0 = nn.relu "
       "%x'"},
      {"use of undeclared SSA value name",
       "a value is an input of the network, or what a layer above it gives, as "
       "in '%0 = nn.relu %x'"},
      {"redefinition of SSA value",
       "what a layer gives has a name of its own: %0, %1 and so on"},
      {"expected '=' after SSA name",
       "what a layer gives is named so: '%0 = nn.relu %x'"},
      {"expected integer number of results",
       "what a layer gives is named so: '%0 = nn.relu %x'"},
      {"expected SSA identifier",
       "an input is a name and a type, as in '%x: tensor<?x20xf32>'"},
      {"expected ':'",
       "a type comes after ':', as in '%x: tensor<?x20xf32>' and '%0 = nn.relu "
       "%x : tensor<?x20xf32>'; several values have commas between them; ? is "
       "a size that is not known"},
      {"expected '->'",
       "after the type of its input, a layer states that of its output, as in "
       "'-> tensor<?x10xf32>'"},
      {"expected non-function type",
       "an input is written '%x: tensor<?x20xf32>': its name, and the tensor's "
       "sizes and what its elements are; ? is a size that is not known"},
      {"expected 'x' in dimension list", type},
      {"expected '<' in tensor type", type},
      {"expected '>' in tensor type", type},
      {"expected '('",
       "a clause has its value in parentheses, as in 'init(#nn.ones)'"},
      {"expected ')'",
       "what is in parentheses has commas between it, as in 'kernel(3, 3)'"},
      {"expected string", "text is in \"\", as in 'name(\"fc1\")'"},
      {"expected operation name in quotes",
       "expected next is a layer, as in '%0 = nn.relu %x', 'nn.return', the } "
       "that ends a network, or behind it another network"},
      {"empty operation name is invalid", "a comment begins with //"},
      {"expected valid '@'-identifier",
       "the name of a network begins with @, as in 'nn.sequential @net'"},
      {"expected attribute value",
       "an initialiser begins with #nn., as in 'init(#nn.ones)', and the name "
       "of a block with @"},
      {"invalid attribute name", "a comment begins with //"},
      {"undefined symbol alias id",
       "a type is given a name above, as in '!image = tensor<?x3x?x?xf32>'"},
      {"unexpected character", "lines need no ';' at their end, a comment "
                               "begins with //, and only text "
                               "in \"\" may have letters beyond ASCII"},
  };
  // What may be one of two, as "expected '->' or ':'", is in no network.
  for (const auto &each : hints)
    if (error.contains(each.error) && !error.contains(" or "))
      return each.hint;
  return "";
}

} // namespace nascent
