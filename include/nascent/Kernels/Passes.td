//===- Passes.td - Kernels, from groups to functions -------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_KERNELS_PASSES_TD
#define NASCENT_KERNELS_PASSES_TD

include "mlir/Pass/PassBase.td"

def FormKernels : Pass<"nascent-form-kernels", "::mlir::ModuleOp"> {
  let summary = "Group what is computed together into launches";
  let description = [{
    A root and the elementwise operations that follow it become one `nn.launch`. A
    root is what one layer has become: a contraction, a chain of reductions, or
    something elementwise. What follows it is the one use of its value, or of
    the layer's view of it, and elementwise by its indexing maps; it may have
    a second operand. So a value with several uses, or one that is returned, is
    in memory, and begins no kernel.

    A launch stands where the last operation of its group stood. How parameters
    are read, constants, and what fills tensors with them is copied into each
    launch that needs it. A kernel of elementwise operations only is in one
    dimension, or in rows and columns where a value is part of another or will be;
    one of a layer on matrices has what follows on matrices, too.

    Needs: functions as `convert-nn-to-linalg` makes them. Leaves: parameters,
    views, launches, `tensor.concat` and `tensor.extract_slice`, without `nn.layer`.

    Before:
    ```mlir
    %0 = nn.load_parameter @mlp.0.weight : tensor<8x20xf32>
    %1 = linalg.fill …
    %2 = linalg.matmul {nn.layer = "0"} … ins(%x, %0 : …) outs(%1 : …)
    %3 = linalg.generic … ins(%2 : …) attrs = {nn.layer = "1"} { relu }
    return %3 : tensor<?x8xf32>
    ```
    After:
    ```mlir
    %0 = nn.load_parameter @mlp.0.weight : tensor<8x20xf32>
    %1 = nn.launch @mlp.layer_0 ins(%x : tensor<?x20xf32>)
        parameters(%0 : tensor<8x20xf32>) -> tensor<?x8xf32> {
    ^bb0(%a: tensor<?x20xf32>, %w: tensor<8x20xf32>):
      %2 = linalg.fill … ; %3 = linalg.matmul … ; %4 = linalg.generic { relu }
      nn.launch_yield %4 : tensor<?x8xf32>
    }
    return %1 : tensor<?x8xf32>
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::tensor::TensorDialect", "::nascent::nn::NNDialect"];
  let statistics = [Statistic<"numKernels", "kernels",
                              "Number of launches formed">];
}

def OutlineKernels : Pass<"nascent-outline-kernels", "::mlir::ModuleOp"> {
  let summary = "Make each launch the call of a function of its own";
  let description = [{
    One private function for each launch keeps the cost of everything that
    follows proportional to the number of distinct kernels: equal ones are merged
    by `duplicate-function-elimination`, and what LLVM does to one large function
    takes more than linear time. Its arguments are what the launch reads, its
    parameters, and what it writes, in this order. Only now has a kernel a
    signature: the places of values decide the types of its operands.

    Needs: functions on buffers, as `nascent-assign-buffers` makes them. Leaves:
    forward functions that call kernels, which are marked `nn.kernel`.

    Before:
    ```mlir
    func.func private @mlp.forward(%x: memref<2x20xf32>, %y: memref<2x8xf32>) {
      %w = nn.load_parameter @mlp.0.weight : memref<8x20xf32>
      nn.launch @mlp.layer_0 ins(%x : memref<2x20xf32>)
          parameters(%w : memref<8x20xf32>) outs(%y : memref<2x8xf32>) {
      ^bb0(%a: tensor<2x20xf32>, %b: tensor<8x20xf32>):
        %0 = linalg.fill … ; %1 = linalg.matmul …
        nn.launch_yield %1 : tensor<2x8xf32>
      }
      return
    }
    ```
    After:
    ```mlir
    func.func private @mlp.forward(%x: memref<2x20xf32>, %y: memref<2x8xf32>) {
      %w = nn.load_parameter @mlp.0.weight : memref<8x20xf32>
      call @mlp.layer_0(%x, %w, %y) : …
      return
    }
    func.func private @mlp.layer_0(
        %x: memref<2x20xf32>, %w: memref<8x20xf32>, %y: memref<2x8xf32>)
        attributes {nn.kernel} {
      %a = bufferization.to_tensor %x restrict : …
      %b = bufferization.to_tensor %w restrict : …
      %0 = linalg.fill … ; %1 = linalg.matmul …
      bufferization.materialize_in_destination %1 in restrict writable %y : …
      return
    }
    ```
  }];
  let dependentDialects = ["::mlir::bufferization::BufferizationDialect",
                           "::mlir::func::FuncDialect",
                           "::mlir::LLVM::LLVMDialect"];
  let statistics = [Statistic<"numKernels", "kernels",
                              "Number of launches made into functions">];
}

#endif // NASCENT_KERNELS_PASSES_TD
