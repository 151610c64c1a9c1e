//===- OnnxExport.h - Networks as ONNX --------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_EXPORT_ONNXEXPORT_H
#define NASCENT_EXPORT_ONNXEXPORT_H

#include "nascent/Dialect/NN/IR/NetworkParameters.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace nascent {

/// The values of a parameter, row-major; nothing while it has none. Fails after
/// an error.
using ParameterValues =
    llvm::function_ref<llvm::FailureOr<std::optional<std::vector<float>>>(
        const nn::NetworkParameter &parameter)>;

/// The contents of an ONNX file of operator set 17 that computes what `network`
/// does, which is at the stage `inferred`. Sizes that are open stay so. A
/// parameter that has no values yet is an input of the file. Fails after an
/// error that names all layers that have no form in ONNX.
llvm::FailureOr<std::string>
exportOnnx(nn::SequentialOp network,
           llvm::ArrayRef<nn::NetworkParameter> parameters,
           ParameterValues values);

} // namespace nascent

#endif // NASCENT_EXPORT_ONNXEXPORT_H
