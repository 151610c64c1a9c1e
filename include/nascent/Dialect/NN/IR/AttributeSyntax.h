//===- AttributeSyntax.h - Parsing and printing of attributes ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Attributes share one form:
//
//   #nn.<mnemonic> [ < [value (, value)*] [, name = value]* > ]
//
// Some parameters are given by their places, the others by their names and in
// any order. ODS can say so, too, but its parsers report types of C++; these
// report what the attribute takes.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_IR_ATTRIBUTESYNTAX_H
#define NASCENT_DIALECT_NN_IR_ATTRIBUTESYNTAX_H

#include "mlir/IR/DialectImplementation.h"
#include "nascent/Dialect/NN/IR/NNAttributes.h"

template <>
struct mlir::FieldParser<llvm::APFloat, llvm::APFloat> {
  static FailureOr<llvm::APFloat> parse(AsmParser &parser) {
    return nascent::nn::detail::parseFloat(parser);
  }
};

namespace nascent::nn::detail {

/// A parameter that an attribute may be given.
struct Parameter {
  llvm::StringRef name;
  bool hasPlace;
  bool isRequired;
  std::function<mlir::ParseResult()> parse;
};

/// Parses `parameters`, those that have places first, in their order.
mlir::ParseResult parseParameters(mlir::AsmParser &parser,
                                  llvm::StringRef mnemonic,
                                  llvm::ArrayRef<Parameter> parameters);

/// Whether a parameter has its default, which is not printed.
template <typename T, typename U>
bool isSame(const T &value, const U &byDefault) {
  return value == byDefault;
}
inline bool isSame(const llvm::APFloat &value, const llvm::APFloat &byDefault) {
  return value.bitwiseIsEqual(byDefault);
}

/// Prints parameters between angle brackets, and nothing if there are none.
class ParameterPrinter {
public:
  explicit ParameterPrinter(mlir::AsmPrinter &printer) : printer(printer) {}
  ~ParameterPrinter() {
    if (!isEmpty)
      printer << '>';
  }

  template <typename T>
  void print(llvm::StringRef prefix, const T &value) {
    printer << (isEmpty ? "<" : ", ") << prefix;
    isEmpty = false;
    if constexpr (std::is_same_v<T, llvm::APFloat>)
      printFloat(printer, value);
    else if constexpr (std::is_same_v<T, llvm::StringRef>)
      printer.printString(value);
    else if constexpr (std::is_same_v<T, bool>)
      printer << (value ? "true" : "false");
    else if constexpr (std::is_same_v<T, std::optional<int64_t>>)
      printer << *value;
    else if constexpr (std::is_same_v<T, mlir::DenseI64ArrayAttr>)
      value.print(printer);
    else
      printer << value;
  }

private:
  mlir::AsmPrinter &printer;
  bool isEmpty = true;
};

} // namespace nascent::nn::detail

#endif // NASCENT_DIALECT_NN_IR_ATTRIBUTESYNTAX_H
