//===- Window.td - Layers with a sliding window ------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_LAYERS_WINDOW_TD
#define NASCENT_DIALECT_NN_LAYERS_WINDOW_TD

include "nascent/Dialect/NN/Layers/Layer.td"

class PaddingClause<string without>
    : Clause<"padding", "Padding",
             OptionalAttr<AnyAttrOf<[DenseI64ArrayAttr, StrAttr]>>, "(…)",
             "what is added before and after each dimension", without>;

#endif // NASCENT_DIALECT_NN_LAYERS_WINDOW_TD
