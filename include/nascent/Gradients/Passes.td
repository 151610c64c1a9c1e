//===- Passes.td - Networks that are trained ---------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_GRADIENTS_PASSES_TD
#define NASCENT_GRADIENTS_PASSES_TD

include "mlir/Pass/PassBase.td"

def BuildGradients : Pass<"nascent-build-gradients", "::mlir::ModuleOp"> {
  let summary = "Add to a network's loss the gradients of its parameters";
  let description = [{
    Reverse-mode differentiation of functions whose `nn.training` is `"loss"`:
    those of networks that `nn-add-loss` has made. Their one result is the sum of
    losses; it is multiplied by a new last argument, `%scale`. Beside each of them
    come two functions that also compute how the result changes with each
    parameter that is trained, `nn.store_gradient`: one stores that, the other one
    adds it to what is there, `nn.load_gradient`.

    The function is walked backwards once. What an operation adds to the cotangents
    of its operands follows from its indexing maps and from the scalar operations
    of its body; no layer is known here. Nothing is computed for what no trained
    parameter has a part in. A parameter that several layers use has the sum of
    their gradients.

    Needs: `convert-nn-to-linalg` has run, weights are stored as f32. Leaves:
    functions on tensors, as `nascent-form-kernels` takes them.

    Before:
    ```mlir
    func.func private @mlp.loss(%x: tensor<8x4xf32>, %t: tensor<8x2xf32>) -> tensor<1xf32>
      attributes {nn.training = "loss"}
    ```
    After:
    ```mlir
    func.func private @mlp.loss(%x: …, %t: …, %scale: tensor<1xf32>) -> tensor<1xf32>
      attributes {nn.training = "loss"}
    func.func private @mlp.loss.gradients(%x: …, %t: …, %scale: …) -> tensor<1xf32>
      attributes {nn.training = "gradients"} {
      …
      nn.store_gradient %g, @mlp.0.weight : tensor<1x4x16xf32>
      return %loss : tensor<1xf32>
    }
    func.func private @mlp.loss.gradients_accumulate(…) -> tensor<1xf32>
      attributes {nn.training = "gradients_accumulate"}
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::math::MathDialect", "::mlir::tensor::TensorDialect"];
}

#endif // NASCENT_GRADIENTS_PASSES_TD
