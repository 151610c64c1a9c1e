//===- InputNames.cpp - What C programs call inputs -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// As the model does. What the name cannot be gets underscores behind it: a word
// of C or C++, what functions of the C interface call something else, and, in
// whatever case since macros have it, what another input has.
//
//===----------------------------------------------------------------------===//

#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Support/CName.h"
#include <fmt/format.h>

using namespace mlir;

namespace nascent::nn {

/// Whether functions of the C interface, or the headers' types that stand
/// before an input, have the name.
static bool isTakenByInterface(StringRef name) {
  static constexpr StringLiteral names =
      " NULL Parameters Scratch State accumulate batch dropout_seed dy "
      "first_row gradients int32_t int64_t learning_rate loss parameters part "
      "parts scale scratch state step target uint64_t weights y ";
  // Several outputs, and what C++ calls the types of buffers, have a number.
  static constexpr StringLiteral numbered = " Input Output dy y ";
  return names.contains((" " + name + " ").str()) ||
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

std::vector<std::string> SequentialOp::getInputsInC() {
  if (getNumArguments() == 1)
    return {"x"};
  ArrayAttr given = getInputNamesAttr();
  std::vector<std::string> names;
  for (unsigned i = 0, e = getNumArguments(); i < e; ++i) {
    StringRef own;
    if (given && i < given.size())
      own = cast<StringAttr>(given[i]).getValue().ltrim('_');
    std::string name = own.empty() ? fmt::format("x{}", i) : mangle(own);
    auto clashes = [&](StringRef other) {
      return other.equals_insensitive(name) || isTakenBy(other, name) ||
             isTakenBy(name, other);
    };
    while (isReservedInCpp(name) || isTakenByInterface(name) ||
           llvm::any_of(names, clashes))
      name += '_';
    names.push_back(std::move(name));
  }
  return names;
}

} // namespace nascent::nn
