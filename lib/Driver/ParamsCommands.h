//===- ParamsCommands.h - What nascent-params does --------------*- C++ -*-===//

#ifndef NASCENT_LIB_DRIVER_PARAMSCOMMANDS_H
#define NASCENT_LIB_DRIVER_PARAMSCOMMANDS_H

#include "nascent/Dialect/NN/IR/NetworkParameters.h"
#include "nascent/Support/TensorFile.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdint>
#include <optional>
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

/// The tensors of a file, read from `path`, under another framework's names and
/// in its layout. PyTorch's have all names of a tied parameter, as its
/// state_dict has. Fails after an error for each tensor that does not fit. The
/// bytes of `file` must outlive the result.
llvm::FailureOr<TensorFile>
renameTensors(nn::SequentialOp network,
              llvm::ArrayRef<nn::NetworkParameter> parameters,
              const TensorFile &file, llvm::StringRef path,
              nn::NamingScheme from, nn::NamingScheme to);

/// Converts all tensors of floats to `dtype`, by way of F32. Returns what is
/// worth a remark.
llvm::Expected<std::vector<std::string>>
convertElements(TensorFile &file, llvm::StringRef path, DType dtype);

} // namespace nascent

#endif // NASCENT_LIB_DRIVER_PARAMSCOMMANDS_H
