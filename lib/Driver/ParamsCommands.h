//===- ParamsCommands.h - What nascent-params does --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_DRIVER_PARAMSCOMMANDS_H
#define NASCENT_LIB_DRIVER_PARAMSCOMMANDS_H

#include "nascent/Dialect/NN/IR/Checkpoint.h"
#include "nascent/Support/TensorFile.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdint>
#include <string>
#include <vector>

namespace nascent {

/// Lists the tensors of a file: name, element type, shape; then the totals.
void listTensors(const TensorFile &file, llvm::raw_ostream &os);

/// The tensors that parameters get from a seed, under PyTorch's names. Fails,
/// after an error, while a shape is not known.
llvm::FailureOr<TensorFile>
initialTensors(nn::SequentialOp network,
               llvm::ArrayRef<nn::NetworkParameter> parameters, uint64_t seed);

/// What a file under a framework's names and in its layout is expected to hold,
/// a tensor for each parameter. Fails after an error if two get one name.
llvm::FailureOr<llvm::SmallVector<nn::ExpectedTensor, 0>>
expectedTensors(nn::SequentialOp network,
                llvm::ArrayRef<nn::NetworkParameter> parameters,
                nn::NamingScheme scheme);

/// The tensors of a file, read from `path`, under another framework's names and
/// in its layout. PyTorch's have all names of a tied parameter, as its
/// state_dict has. Fails after an error for each tensor that does not fit. The
/// bytes of `file` must outlive the result.
llvm::FailureOr<TensorFile>
renameTensors(nn::SequentialOp network,
              llvm::ArrayRef<nn::NetworkParameter> parameters,
              const TensorFile &file, llvm::StringRef path,
              nn::NamingScheme from, nn::NamingScheme to);

/// What is worth a remark of tensors as they are: values that are not a number.
std::vector<std::string> remarksOn(llvm::ArrayRef<Tensor> tensors,
                                   llvm::StringRef path);

/// Converts all tensors of floats to `dtype`, by way of F32. Returns what is
/// worth a remark.
llvm::Expected<std::vector<std::string>>
convertElements(TensorFile &file, llvm::StringRef path, DType dtype);

} // namespace nascent

#endif // NASCENT_LIB_DRIVER_PARAMSCOMMANDS_H
