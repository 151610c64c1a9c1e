//===- Resizing.td - Layers that change spatial sizes ------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_LAYERS_RESIZING_TD
#define NASCENT_DIALECT_NN_LAYERS_RESIZING_TD

include "nascent/Dialect/NN/Layers/Activations.td"

def NN_PadOp : NN_Layer<"pad", RowWise, [],
    [RequiredIntegersClause<"padding", "how many elements are added before and "
                            "after each spatial dimension">,
     WordClause<"mode", ["constant", "reflect", "replicate"],
                "what they are">,
     FloatClause<"value", DefaultValuedAttr<NN_FiniteAttr, "0.0">,
                 "the constant">,
     NameClause],
    ["assignOrders"]> {
  let summary = "a margin around the spatial dimensions";
  let listing = Listing<
      "{mode|constant=ConstantPad{d}d(padding={around:padding}, "
      "value={value})|reflect=ReflectionPad{d}d({around:padding})|"
      "replicate=ReplicationPad{d}d({around:padding})}",
      "{mode|constant=ConstantPad{d}d(padding={around:padding}, "
      "value={value})|reflect=ReflectionPad{d}d({around:padding})|"
      "replicate=ReplicationPad{d}d({around:padding})}",
      "{mode|constant=Zero|reflect=Reflection|"
      "replicate=Replication}Padding{d}D">;
  let semantics = [{
    PyTorch's `F.pad` of values of shape `[batch, channels, spatial…]`, but with
    the first dimension's numbers first. `padding` has one number for all
    dimensions, or one each, or first those before and then those after each, as
    that of convolutions.

    `reflect` mirrors at the first and the last element, of which a dimension must
    have more than are added; `replicate` repeats these.

    ```mlir
    %0 = nn.pad %x padding(0, 0, 1, 1) : tensor<?x3x?x?xf32> -> tensor<?x3x?x?xf32>
    %1 = nn.pad %0 padding(3) mode(reflect) : tensor<?x3x?x?xf32> -> tensor<?x3x?x?xf32>
    ```
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = clauseTable # [{
    /// How many elements are added: before each spatial dimension, then after
    /// each.
    ::llvm::SmallVector<int64_t> getMargins();
  }];
}

def NN_UpsampleOp : NN_Layer<"upsample", RowWise, [],
    [RequiredIntegersClause<"scale", "how many times as large each spatial "
                            "dimension becomes">,
     WordClause<"mode", ["nearest", "linear", "bilinear", "trilinear"],
                "how elements between others are found">,
     NameClause],
    ["assignOrders"]> {
  let summary = "spatial dimensions some times as large";
  let listing = Listing<
      "Upsample(scale_factor={float:scale}, mode={mode})",
      "Upsample(scale_factor={float:scale}, mode={mode})",
      "UpSampling{d}D">;
  let semantics = [{
    PyTorch's `Upsample` of values of shape `[batch, channels, spatial…]`, with
    `align_corners=False`. `scale` has one number for all dimensions, or one each.
    `linear`, `bilinear` and `trilinear` are for one, two and three spatial
    dimensions.

    ```mlir
    %0 = nn.upsample %x scale(2) mode(bilinear) : tensor<?x8x7x7xf32> -> tensor<?x8x14x14xf32>
    ```
  }];
  let extraClassDeclaration = clauseTable # [{
    /// How many times as large each spatial dimension becomes.
    ::llvm::SmallVector<int64_t> getFactors();
  }];
}

#endif // NASCENT_DIALECT_NN_LAYERS_RESIZING_TD
