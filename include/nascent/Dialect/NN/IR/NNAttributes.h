//===- NNAttributes.h - Initialisers, optimisers, layouts -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_IR_NNATTRIBUTES_H
#define NASCENT_DIALECT_NN_IR_NNATTRIBUTES_H

#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/TensorEncoding.h"
#include "nascent/Dialect/NN/IR/NNDialect.h"
#include "nascent/Dialect/NN/IR/NNInterfaces.h"

namespace nascent::nn::detail {
/// Parses a finite decimal number, with or without a point, as a double.
llvm::FailureOr<llvm::APFloat> parseFloat(mlir::AsmParser &parser);
/// Prints the shortest such number that parses to the same double.
void printFloat(mlir::AsmPrinter &printer, const llvm::APFloat &value);
} // namespace nascent::nn::detail

#include "nascent/Dialect/NN/IR/NNEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "nascent/Dialect/NN/IR/NNAttributes.h.inc"

#endif // NASCENT_DIALECT_NN_IR_NNATTRIBUTES_H
