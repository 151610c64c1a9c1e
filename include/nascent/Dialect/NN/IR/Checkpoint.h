//===- Checkpoint.h - A network's parameters in a file ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Whoever takes parameters from a file (binding by it, embedding it, comparing
// with it) finds the same tensors by the same rules and reports the same
// problems, all of them at once.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_IR_CHECKPOINT_H
#define NASCENT_DIALECT_NN_IR_CHECKPOINT_H

#include "nascent/Dialect/NN/IR/NetworkParameters.h"
#include "nascent/Support/TensorFile.h"

namespace nascent::nn {

/// One parameter as a file is expected to hold it.
struct ExpectedTensor {
  std::string name;
  /// Further names that a file may have for it, instead or as well.
  llvm::SmallVector<std::string, 0> aliases;
  /// Sizes, or `ShapedType::kDynamic` for those not known yet.
  llvm::SmallVector<int64_t> shape;
};

/// What a file under PyTorch's names and shapes is expected to hold.
ExpectedTensor expectedTensor(const NetworkParameter &parameter);

/// Finds the tensor of each parameter in `file`. Fails after an error, at the
/// layer concerned, for each tensor that is missing, has another shape or holds
/// no floats, for each that no parameter is expected to be, and where a
/// parameter's names have different values. `expected` describes `parameters`
/// in their order; `path` names the file. Where all names start with something
/// that no expected one has, and would be right without it, it is left out,
/// after a remark; it ends in '.', '/' or '_'.
llvm::FailureOr<llvm::SmallVector<const Tensor *, 0>>
findTensors(SequentialOp network, llvm::ArrayRef<NetworkParameter> parameters,
            llvm::ArrayRef<ExpectedTensor> expected, const TensorFile &file,
            llvm::StringRef path);

/// The same under PyTorch's names and shapes.
llvm::FailureOr<llvm::SmallVector<const Tensor *, 0>>
findTensors(SequentialOp network, llvm::ArrayRef<NetworkParameter> parameters,
            const TensorFile &file, llvm::StringRef path);

} // namespace nascent::nn

#endif // NASCENT_DIALECT_NN_IR_CHECKPOINT_H
