//===- OnnxSimplify.h - What exporters took apart ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_IMPORT_ONNXSIMPLIFY_H
#define NASCENT_LIB_IMPORT_ONNXSIMPLIFY_H

#include "nascent/Import/OnnxModel.h"

namespace nascent {

/// Makes of nodes that compute a layer step by step one node of it: LayerNorm,
/// GELU, SiLU, hardswish, Mish, softmax, softsign. Nodes that nothing reads any
/// more stay.
void simplifyOnnx(OnnxModel &model);

} // namespace nascent

#endif // NASCENT_LIB_IMPORT_ONNXSIMPLIFY_H
