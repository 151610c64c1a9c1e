//===- Passes.td - Networks to functions -------------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_CONVERSION_NNTOLINALG_PASSES_TD
#define NASCENT_CONVERSION_NNTOLINALG_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvertNNToLinalg : Pass<"convert-nn-to-linalg", "::mlir::ModuleOp"> {
  let summary = "Turn each network into a function that calls its fused layers";
  let description = [{
    Each layer, together with the elementwise layers that follow it, becomes a
    private function from buffers to a buffer whose body is linalg on tensors;
    the network becomes a private function that calls them on buffers. Kernels
    that are equal are merged afterwards by `duplicate-function-elimination`. A
    dense layer's `nn.plan` goes to its kernel.

    A network with an open batch becomes several functions, each for a fixed
    number of rows (16, 4 and 1), which the entry point calls as often as the
    batch needs. So does one with a large fixed batch, for a block of its rows and
    for the remainder, if every layer is row-wise: a block's hidden values stay in
    the cache (`chooseBlockRows` in `KernelPlan.h`).

    Needs: `nn-verify-resolved` holds, layouts assigned. Leaves: no
    `nn.sequential`.

    Before:
    ```mlir
    nn.sequential @mlp(%x: tensor<2x20xf32>) -> tensor<2x8xf32> {
      %0 = nn.dense %x, 8 weight(@mlp.0.weight) bias(@mlp.0.bias) : …
      %1 = nn.relu %0 : tensor<2x8xf32>
      nn.return %1 : tensor<2x8xf32>
    }
    ```
    After:
    ```mlir
    func.func private @mlp.layer_0(
        %x: memref<2x20xf32>, %w: memref<1x20x16xf32>, %b: memref<8xf32>,
        %y: memref<2x8xf32>) {
      %0 = bufferization.to_tensor %x restrict : …
      %1 = linalg.unpack … ; %2 = linalg.broadcast … ; %3 = linalg.matmul …
      %4 = linalg.generic { relu }
      bufferization.materialize_in_destination %4 in restrict writable %y : …
      return
    }
    func.func private @mlp.forward(%x: memref<2x20xf32>, %y: memref<2x8xf32>) {
      %w = nn.get_parameter @mlp.0.weight : memref<1x20x16xf32>
      %b = nn.get_parameter @mlp.0.bias : memref<8xf32>
      call @mlp.layer_0(%x, %w, %b, %y) : …
      return
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::bufferization::BufferizationDialect",
    "::mlir::func::FuncDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::math::MathDialect",
    "::mlir::memref::MemRefDialect", "::mlir::tensor::TensorDialect"];
  let options = [
    Option<"blockRows", "block-rows", "int64_t", /*default=*/"-1",
           "Rows of a fixed batch that go through all layers before the next "
           "ones do: 0 for all, -1 to choose">,
    Option<"remarks", "remarks", "bool", /*default=*/"false",
           "Tell of batches that are computed in blocks">];
  let statistics = [Statistic<"numKernels", "kernels",
                              "Number of fused layers made into functions">];
}

#endif // NASCENT_CONVERSION_NNTOLINALG_PASSES_TD
