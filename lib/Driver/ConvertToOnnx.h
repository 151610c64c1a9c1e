//===- ConvertToOnnx.h - A module's network as ONNX -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_DRIVER_CONVERTTOONNX_H
#define NASCENT_LIB_DRIVER_CONVERTTOONNX_H

#include "nascent/Driver/Weights.h"

namespace nascent {

/// The contents of an ONNX file of the only network of `module`, which has been
/// inferred as far as that goes: with the parameters of its file of `files`, or
/// those that it gets from `seed` if there is none. Fails after an error.
llvm::FailureOr<std::string> convertToOnnx(mlir::ModuleOp module, uint64_t seed,
                                           llvm::ArrayRef<ParameterFile> files);

} // namespace nascent

#endif // NASCENT_LIB_DRIVER_CONVERTTOONNX_H
