//===- OnnxShapes.h - Layers that operators share ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Steps of which operators are made. Each gives null after a refusal.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_IMPORT_ONNXSHAPES_H
#define NASCENT_LIB_IMPORT_ONNXSHAPES_H

#include "OnnxCall.h"

namespace nascent {

/// Numbers that newer operator sets have as an input, and older ones as an
/// attribute; empty if there are none.
std::optional<llvm::SmallVector<int64_t>> readList(OnnxCall &call, size_t input,
                                                   llvm::StringRef attribute);

/// The sizes of the first operand, constant or not.
std::optional<OpenShape> readSizes(OnnxCall &call);

/// The elements of `value` with other sizes behind the batch; itself where the
/// sizes are its own.
ImportedValue *reshapeTo(OnnxCall &call, ImportedValue *value,
                         llvm::ArrayRef<OpenSize> sizes);

/// Its dimensions in another order. Permutations that follow one another are
/// one, or none.
ImportedValue *permute(OnnxCall &call, ImportedValue *value,
                       llvm::ArrayRef<int64_t> dims);

/// The elements from `start` up to `end` of a dimension, as NumPy reads these.
ImportedValue *slice(OnnxCall &call, ImportedValue *value, int64_t axis,
                     int64_t start, int64_t end);

/// x·weight + bias, after `mean` is subtracted: a `batch_norm` along a
/// dimension. Each list has one element, or one for each of the dimension.
struct Affine {
  std::vector<float> weight = {1}, bias = {0}, mean = {0};
};
ImportedValue *applyAffine(OnnxCall &call, ImportedValue *value, size_t dim,
                           const Affine &affine);
/// The same for all elements.
ImportedValue *applyAffine(OnnxCall &call, ImportedValue *value,
                           const Affine &affine);

/// Whether a value is read by this node alone, so that its layer may be
/// changed.
bool isOwn(const OnnxCall &call, const ImportedValue *value, size_t input);

/// The numbers of a window: of a convolution or a pool.
struct WindowNumbers {
  llvm::SmallVector<int64_t> kernel, stride, dilation;
  /// Before each dimension, then after each.
  llvm::SmallVector<int64_t> padding;
  bool ceil = false;
};

/// Reads the attributes of a node with a window. `kernel` is that of its
/// weight; empty if it has none. False after a refusal.
bool readWindow(OnnxCall &call, const ImportedValue &value,
                llvm::ArrayRef<int64_t> kernel, WindowNumbers &window);

/// The spatial sizes of what windows of `value` give.
void appendWindowSizes(OnnxCall &call, const ImportedValue &value,
                       const WindowNumbers &window, OpenShape &sizes);

/// As the clauses `kernel`, `stride`, `padding` and `dilation` say it.
/// `otherStride` is the stride where none is stated; 0 for the kernel.
Clauses windowClauses(const WindowNumbers &window, int64_t otherStride);

/// A parameter with the elements of `constant`.
ImportedParameter makeParameter(llvm::StringRef name,
                                const OnnxConstant &constant,
                                llvm::ArrayRef<int64_t> shape);
ImportedParameter makeParameter(llvm::StringRef name,
                                std::vector<float> values);

} // namespace nascent

#endif // NASCENT_LIB_IMPORT_ONNXSHAPES_H
