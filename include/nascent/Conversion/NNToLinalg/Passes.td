//===- Passes.td - Networks to functions -------------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_CONVERSION_NNTOLINALG_PASSES_TD
#define NASCENT_CONVERSION_NNTOLINALG_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvertNNToLinalg : Pass<"convert-nn-to-linalg", "::mlir::ModuleOp"> {
  let summary = "Turn each network into a function of linalg on tensors";
  let description = [{
    Each network becomes one private function on tensors that loads each of its
    parameters once and computes its layers in their order. What a layer becomes
    has its name, `nn.layer`, and a dense layer's `nn.plan`. An open batch stays
    `?` in the types. Layers that are not elementwise are on matrices, with views
    of their inputs and outputs around them. So do other open sizes, of which the
    function's `nn.sizes` has the names, and each argument's those of its own;
    whether a network takes some is a function beside it, which `nn.fits` names.

    Needs: `nn-verify-resolved` holds, layouts assigned. Leaves: no
    `nn.sequential`.

    Before:
    ```mlir
    nn.sequential @mlp(%x: tensor<?x20xf32>) -> tensor<?x8xf32> {
      %0 = nn.dense %x, 8 weight(@mlp.0.weight) bias(@mlp.0.bias) : …
      %1 = nn.relu %0 : tensor<?x8xf32>
      nn.return %1 : tensor<?x8xf32>
    }
    ```
    After:
    ```mlir
    func.func private @mlp.forward(%x: tensor<?x20xf32>) -> tensor<?x8xf32> {
      %0 = nn.load_parameter @mlp.0.weight : tensor<1x20x16xf32>
      %w = linalg.unpack %0 … : tensor<1x20x16xf32> -> tensor<8x20xf32>
      %b = nn.load_parameter @mlp.0.bias : tensor<8xf32>
      %1 = linalg.broadcast ins(%b : tensor<8xf32>) …
      %2 = linalg.matmul {nn.layer = "0"} … ins(%x, %w : …) outs(%1 : …)
      %3 = linalg.generic … attrs = {nn.layer = "1"} { relu }
      return %3 : tensor<?x8xf32>
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect",
    "::mlir::tensor::TensorDialect"];
}

#endif // NASCENT_CONVERSION_NNTOLINALG_PASSES_TD
