//===- InputNames.cpp - What C programs call inputs -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// As the model does. What the name cannot be gets "_in" behind it: a word of C,
// C++ or Python, what functions of the C interface call something else, and, in
// whatever case since macros have it, what another input has.
//
//===----------------------------------------------------------------------===//

#include "nascent/Support/CName.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <fmt/format.h>

namespace nascent {

using llvm::StringLiteral;
using llvm::StringRef;

/// Whether functions of the C interface, or the headers' types that stand
/// before an input, have the name; macros have it in upper case.
static bool isTakenByInterface(StringRef name) {
  static constexpr StringLiteral names =
      " NULL accumulate batch dropout_seed dy first_row gradients int32_t "
      "int64_t learning_rate loss parameters part parts scale scratch state "
      "step target uint64_t weights y ";
  // Several outputs, and what C++ calls the types of buffers, have a number.
  static constexpr StringLiteral numbered = " Input Output Y dy y ";
  return names.contains_insensitive((" " + name + " ").str()) ||
         numbered.contains((" " + name.rtrim("0123456789") + " ").str());
}

/// Whether `name` is what something of the input `other` is called.
static bool isTakenBy(StringRef other, StringRef name) {
  if (name.starts_with("d") && name.drop_front() == other)
    return true;
  if (!name.consume_front((other + "_").str()))
    return false;
  return !name.empty() && (StringRef(" channels depth height length width ")
                               .contains((" " + name + " ").str()) ||
                           (name.consume_front("d") && !name.empty() &&
                            llvm::all_of(name, llvm::isDigit)));
}

/// `name` in C, without underscores at its ends or several in a row, which C++
/// keeps for itself; "" if nothing is left.
static std::string trim(StringRef name) {
  std::string trimmed;
  for (char c : mangle(name))
    if (c != '_' || (!trimmed.empty() && trimmed.back() != '_'))
      trimmed += c;
  if (StringRef(trimmed).ends_with("_"))
    trimmed.pop_back();
  bool isNumber = !trimmed.empty() && llvm::isDigit(trimmed.front());
  return isNumber ? "x" + trimmed : trimmed;
}

std::vector<std::string> nameInputsInC(llvm::ArrayRef<std::string> given) {
  if (given.size() == 1)
    return {"x"};
  std::vector<std::string> names;
  for (auto [index, own] : llvm::enumerate(given)) {
    std::string name = isGivenByMlir(own) ? "" : trim(own);
    if (name.empty())
      name = fmt::format("x{}", index);
    auto clashes = [&](StringRef other) {
      return other.equals_insensitive(name) || isTakenBy(other, name) ||
             isTakenBy(name, other);
    };
    while (isReservedWord(name) || isPythonWord(name) ||
           isTakenByInterface(name) || llvm::any_of(names, clashes))
      name += "_in";
    names.push_back(std::move(name));
  }
  return names;
}

} // namespace nascent
