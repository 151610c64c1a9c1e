//===- Layers.td - All layers ------------------------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_LAYERS_LAYERS_TD
#define NASCENT_DIALECT_NN_LAYERS_LAYERS_TD

include "nascent/Dialect/NN/Layers/Activations.td"
include "nascent/Dialect/NN/Layers/Attention.td"
include "nascent/Dialect/NN/Layers/Block.td"
include "nascent/Dialect/NN/Layers/Convolution.td"
include "nascent/Dialect/NN/Layers/Dense.td"
include "nascent/Dialect/NN/Layers/Embedding.td"
include "nascent/Dialect/NN/Layers/Joining.td"
include "nascent/Dialect/NN/Layers/Loss.td"
include "nascent/Dialect/NN/Layers/Normalization.td"
include "nascent/Dialect/NN/Layers/Pooling.td"
include "nascent/Dialect/NN/Layers/Recurrent.td"
include "nascent/Dialect/NN/Layers/Resizing.td"
include "nascent/Dialect/NN/Layers/Shaping.td"

#endif // NASCENT_DIALECT_NN_LAYERS_LAYERS_TD
