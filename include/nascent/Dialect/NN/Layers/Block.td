//===- Block.td - Networks in networks ---------------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_LAYERS_BLOCK_TD
#define NASCENT_DIALECT_NN_LAYERS_BLOCK_TD

include "nascent/Dialect/NN/Layers/Layer.td"

def NN_BlockOp : NN_Op<"block", [
    Pure, HasParent<"SequentialOp">,
    DeclareOpInterfaceMethods<SymbolUserOpInterface>,
    DeclareOpInterfaceMethods<LayerOpInterface, ["getIndexLimit"]>]> {
  let summary = "a network inside another";
  let description = [{
    Stands for the layers of the network it names. Each block has parameters of
    its own, called by their path (`0.block 1.2.weight`), unless it is tied to
    another block of the same network. `nn-inline-blocks` puts the layers in its
    place.

    | clause | meaning | without it |
    |---|---|---|
    | `name("…")` | what the block is called | its index |
    | `tie("…")` | the block whose parameters this one uses | it has its own |

    ```mlir
    %1 = nn.block @residual(%0) name("block 0") : tensor<?x?xf32> -> tensor<?x16xf32>
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$network,
                       Variadic<NN_FloatsOrIndices>:$inputs,
                       OptionalAttr<StrAttr>:$name,
                       OptionalAttr<StrAttr>:$tie);
  let results = (outs Variadic<NN_Floats>:$outputs);
  let extraClassDefinition =
      Listing<"Sequential", "Sequential", "Sequential">.getter;
  let assemblyFormat = [{
    $network `(` $inputs `)` `` custom<BlockClauses>($name, $tie) attr-dict
    `:` type($inputs) `->` type($outputs)
  }];
}

#endif // NASCENT_DIALECT_NN_LAYERS_BLOCK_TD
