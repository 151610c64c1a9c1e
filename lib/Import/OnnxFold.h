//===- OnnxFold.h - What is known before the network runs -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Exporters write what they know of sizes as operators: the size of a dimension
// is gathered from a shape, and concatenated with others to that of a reshape.
// All of that is computed here.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_IMPORT_ONNXFOLD_H
#define NASCENT_LIB_IMPORT_ONNXFOLD_H

#include "OnnxCall.h"

namespace nascent {

/// The elements of a tensor. Of those that are neither floats nor few integers,
/// it says so. Fails if there are not as many as its shape says.
llvm::Expected<OnnxConstant> decodeTensor(const OnnxTensor &tensor,
                                          llvm::StringRef bytes);

/// Whether all operands are constant; then the node can be folded.
bool isFoldable(OnnxCall &call);

enum class Arithmetic { Add, Sub, Mul, Div };

/// Computes with constants, element by element.
void foldArithmetic(OnnxCall &call, Arithmetic kind);

/// The same elements with another shape, or in another order.
void foldReshape(OnnxCall &call, const OnnxConstant &constant,
                 llvm::ArrayRef<int64_t> shape);
void foldPermute(OnnxCall &call, const OnnxConstant &constant,
                 llvm::ArrayRef<int64_t> dims);
/// Elements that are spread to a shape, as operands are in arithmetic.
void foldExpand(OnnxCall &call, const OnnxConstant &constant,
                llvm::ArrayRef<int64_t> shape);
/// Elements `start`, start + step, … of a dimension.
std::optional<OnnxConstant> sliceConstant(const OnnxConstant &constant,
                                          int64_t axis,
                                          llvm::ArrayRef<int64_t> indices);
/// Constants one after the other along a dimension.
void foldConcat(OnnxCall &call, int64_t axis);

} // namespace nascent

#endif // NASCENT_LIB_IMPORT_ONNXFOLD_H
