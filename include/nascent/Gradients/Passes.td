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
    Reverse-mode differentiation of what `nn-add-loss` has added to a network. Of it,
    `convert-nn-to-linalg` makes two functions, whose one result is the sum of
    losses: one as at inference, whose `nn.training` is `"loss"`, and one,
    `"gradients"`, with what layers do while they are trained. Both results are
    multiplied by a new last argument, `%scale`. The second function then also
    computes how its result changes with each parameter that is trained, adds that to
    what is there, `nn.load_gradient`, and stores it, `nn.store_gradient`. Where one
    more argument, `%kept`, is 0, what is there counts as zero, whatever it is. If the
    module asks for it by `nn.train_sgd`, a third function, `"train_sgd"`, takes a
    step: gradients are those of the loss times its last argument, and are added to
    parameters.

    Of a network whose loss the caller computes there is one function,
    `"backward"`, that returns what the network does. The cotangents of that, and
    `%kept`, become its last arguments, and those of the inputs that
    `nn.gradient_inputs` counts its last results. What is for the gradients of inputs
    alone comes last.

    The function is walked backwards once. What an operation adds to the cotangents
    of its operands follows from its indexing maps and from the scalar operations
    of its body; no layer is known here. Nothing is computed for what no trained
    parameter has a part in. A parameter that several layers use has the sum of
    their gradients.

    Needs: `convert-nn-to-linalg` has run, weights are stored as f32. Leaves:
    functions on tensors, as `nascent-form-kernels` takes them.

    Before:
    ```mlir
    func.func private @mlp.gradients.forward(%x: tensor<8x4xf32>, %t: tensor<8x2xf32>) -> tensor<1xf32>
      attributes {nn.training = "gradients"}
    ```
    After:
    ```mlir
    func.func private @mlp.gradients.forward(%x: …, %t: …, %scale: tensor<1xf32>, %kept: tensor<1xf32>) -> tensor<1xf32>
      attributes {nn.training = "gradients"} {
      …
      nn.store_gradient %g, @mlp.0.weight : tensor<1x4x16xf32>
      return %loss : tensor<1xf32>
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::math::MathDialect", "::mlir::tensor::TensorDialect"];
}

#endif // NASCENT_GRADIENTS_PASSES_TD
