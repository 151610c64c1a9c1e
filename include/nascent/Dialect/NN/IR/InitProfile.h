//===- InitProfile.h - The frameworks' default initialisers -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_IR_INITPROFILE_H
#define NASCENT_DIALECT_NN_IR_INITPROFILE_H

#include "nascent/Dialect/NN/IR/LayerShapes.h"

namespace nascent::nn {

/// Whose default initialisers layers have.
enum class InitProfile { Torch, Keras, Gluon, Flax, Paddle };

/// What a framework initialises a parameter with where its user says nothing.
mlir::Attribute getDefaultInitializer(InitProfile profile,
                                      const ParameterSpec &spec);

} // namespace nascent::nn

#endif // NASCENT_DIALECT_NN_IR_INITPROFILE_H
