//===- AttributeSyntax.cpp - Parsing and printing of attributes -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Dialect/NN/IR/AttributeSyntax.h"
#include "nascent/Support/Spelling.h"
#include "llvm/ADT/SmallBitVector.h"
#include "llvm/ADT/StringExtras.h"
#include <cmath>
#include <fmt/format.h>

using namespace mlir;

namespace nascent::nn::detail {

FailureOr<APFloat> parseFloat(AsmParser &parser) {
  SMLoc location = parser.getCurrentLocation();
  bool isNegative = succeeded(parser.parseOptionalMinus());
  if (isNegative && succeeded(parser.parseOptionalMinus()))
    return parser.emitError(location, "expected one '-' before a number");
  APInt whole;
  double value = 0;
  // MLIR would refuse whole numbers, and take hexadecimal ones for the bits of
  // a double.
  OptionalParseResult isWhole = parser.parseOptionalDecimalInteger(whole);
  if (isWhole.has_value()) {
    if (failed(*isWhole))
      return failure();
    std::string text = toString(whole, /*Radix=*/10, /*Signed=*/false);
    // Nor does MLIR know "1e-3", which is a number to everybody else.
    StringRef exponent;
    bool isDecimal = failed(parser.parseOptionalKeyword(&exponent)) ||
                     exponent.starts_with_insensitive("e");
    text += exponent;
    if (exponent.equals_insensitive("e")) {
      APInt power;
      bool hasTwoSigns = succeeded(parser.parseOptionalPlus()) &&
                         succeeded(parser.parseOptionalMinus());
      OptionalParseResult isPower = parser.parseOptionalDecimalInteger(power);
      if (isPower.has_value() && failed(*isPower))
        return failure();
      if (isPower.has_value() && !hasTwoSigns)
        text += toString(power, /*Radix=*/10, /*Signed=*/true);
    }
    if (!isDecimal || !llvm::isDigit(text.back()) ||
        StringRef(text).getAsDouble(value))
      return parser.emitError(location, "expected a decimal number such as 1.5 "
                                        "or 1.0e-3, got ")
             << text;
  } else if (parser.parseFloat(value)) {
    return failure();
  }
  if (!std::isfinite(value))
    return parser.emitError(location, "expected a finite number");
  return APFloat(isNegative ? -value : value);
}

void printFloat(AsmPrinter &printer, const APFloat &value) {
  // '#' keeps the point, by which MLIR tells floats from integers.
  printer << fmt::format("{:#}", value.convertToDouble());
}

/// What the attribute takes: "#nn.sparse<sparsity = …, [std = …]>".
static std::string usage(StringRef mnemonic, ArrayRef<Parameter> parameters) {
  std::string list;
  for (const Parameter &parameter : parameters) {
    std::string item = parameter.name.str();
    if (!parameter.hasPlace)
      item += " = …";
    list += (list.empty() ? "" : ", ") +
            (parameter.isRequired ? item : "[" + item + "]");
  }
  return fmt::format("#nn.{}<{}>", mnemonic.str(), list);
}

ParseResult parseParameters(AsmParser &parser, StringRef mnemonic,
                            ArrayRef<Parameter> parameters) {
  llvm::SmallBitVector given(parameters.size());
  auto emitError = [&](SMLoc location, const Twine &what) -> ParseResult {
    return parser.emitError(location)
           << "#nn." << mnemonic << " " << what << "; expected "
           << usage(mnemonic, parameters);
  };
  SmallVector<StringRef> names, named;
  for (const Parameter &parameter : parameters) {
    names.push_back(parameter.name);
    if (!parameter.hasPlace)
      named.push_back(parameter.name);
  }
  bool hasNamed = false;
  // The number of the next parameter, whose name is read unless it has a place.
  // After the first that has a name, none has.
  auto parseName = [&](size_t &next) -> ParseResult {
    next = given.find_first_unset();
    bool mayHavePlace =
        !hasNamed && next < parameters.size() && parameters[next].hasPlace;
    SMLoc location = parser.getCurrentLocation();
    StringRef name;
    if (failed(mayHavePlace ? parser.parseOptionalKeyword(&name, named)
                            : parser.parseOptionalKeyword(&name)))
      return mayHavePlace ? success()
                          : emitError(location,
                                      "has something else than its parameters");
    hasNamed = true;
    next = llvm::find(names, name) - names.begin();
    if (next == parameters.size())
      return emitError(location, "has no parameter '" + name + "'" +
                                     didYouMean(name, names));
    if (given.test(next))
      return parser.emitError(location)
             << "parameter '" << name << "' is given twice";
    return parser.parseEqual();
  };
  if (succeeded(parser.parseOptionalLess())) {
    while (failed(parser.parseOptionalGreater())) {
      size_t next;
      if ((given.any() && parser.parseComma()) || parseName(next))
        return failure();
      SMLoc location = parser.getCurrentLocation();
      if (parameters[next].parse())
        return failure();
      // What reads an optional value takes nothing for an answer.
      if (parser.getCurrentLocation() == location)
        return emitError(location,
                         "lacks the value of '" + parameters[next].name + "'");
      given.set(next);
    }
  }
  for (auto [index, parameter] : llvm::enumerate(parameters))
    if (parameter.isRequired && !given.test(index))
      return emitError(parser.getNameLoc(), "lacks '" + parameter.name + "'");
  return success();
}

} // namespace nascent::nn::detail
