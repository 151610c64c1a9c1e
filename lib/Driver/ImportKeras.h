//===- ImportKeras.h - Models of Keras as MLIR ------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_DRIVER_IMPORTKERAS_H
#define NASCENT_LIB_DRIVER_IMPORTKERAS_H

#include "nascent/Import/ImportedNetwork.h"

namespace nascent {

/// Whether a path is that of a model of Keras with its weights: .keras, .h5.
bool isKerasPath(llvm::StringRef path);

/// What `nascent-import`, which is found beside this program or in the PATH,
/// makes of the model. Fails where that does, which has said why.
llvm::Expected<ImportedNetwork> importKeras(llvm::StringRef path);

} // namespace nascent

#endif // NASCENT_LIB_DRIVER_IMPORTKERAS_H
