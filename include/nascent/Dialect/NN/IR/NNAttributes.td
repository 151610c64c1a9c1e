//===- NNAttributes.td - All attributes --------------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_IR_NNATTRIBUTES_TD
#define NASCENT_DIALECT_NN_IR_NNATTRIBUTES_TD

include "nascent/Dialect/NN/IR/NNInitializers.td"
include "nascent/Dialect/NN/IR/NNOptimizers.td"
include "nascent/Dialect/NN/IR/NNStorage.td"
include "nascent/Dialect/NN/IR/NNCInterface.td"

#endif // NASCENT_DIALECT_NN_IR_NNATTRIBUTES_TD
