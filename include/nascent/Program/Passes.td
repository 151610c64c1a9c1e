//===- Passes.td - Rows and buffers of a network -----------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_PROGRAM_PASSES_TD
#define NASCENT_PROGRAM_PASSES_TD

include "mlir/Pass/PassBase.td"

def WalkBatch : Pass<"nascent-walk-batch", "::mlir::ModuleOp"> {
  let summary = "Decide how many rows go through all kernels at a time";
  let description = [{
    A network with an open batch becomes several functions, each for a fixed
    number of rows (16, 4 and 1), which the entry point calls as often as the
    batch needs. So does one with a large fixed batch, for a block of its rows and
    for the remainder: a block's hidden values stay in the cache
    (`chooseBlockRows` in `KernelPlan.h`). Any other function stays as it is.

    That rows are independent of one another is derived, not stated: the batch is
    the first dimension of the inputs, and it is followed through the indexing
    maps of all kernels, and through views that merge it with others. Where an
    operation reduces it, or reads it in another order, a fixed batch stays
    whole, and an open one is an error.

    Needs: functions of launches, as `nascent-form-kernels` makes them. Leaves:
    the same, all sizes being numbers; `nn.rows` on functions of some rows, and
    `nn.batch` where the batch is fixed.

    Before:
    ```mlir
    func.func private @mlp.forward(%x: tensor<?x20xf32>) -> tensor<?x8xf32> {
      %0 = nn.launch @mlp.layer_0 ins(%x : tensor<?x20xf32>) …
    ```
    After, and likewise for 4 rows and for 1:
    ```mlir
    func.func private @mlp.forward.rows_16(%x: tensor<16x20xf32>)
        -> tensor<16x8xf32> attributes {nn.rows = 16 : i64} {
      %0 = nn.launch @mlp.layer_0.rows_16 ins(%x : tensor<16x20xf32>) …
    ```
  }];
  let dependentDialects = ["::mlir::tensor::TensorDialect"];
  let options = [
    Option<"blockRows", "block-rows", "int64_t", /*default=*/"-1",
           "Rows of a fixed batch that go through all layers before the next "
           "ones do: 0 for all, -1 to choose">,
    Option<"remarks", "remarks", "bool", /*default=*/"false",
           "Tell of batches that are computed in blocks">];
}

def AssignBuffers : Pass<"nascent-assign-buffers", "::mlir::ModuleOp"> {
  let summary = "Give every value of a network a buffer";
  let description = [{
    Launches are straight-line code, so that one walk decides all places. Inputs
    and outputs are buffers of the caller's, which the function takes as its
    arguments, in this order. A value that is returned, or of which a view is, is
    written where the caller wants it, and one that `tensor.concat` joins at its
    place in the result; only what no launch can write there is copied, by a launch.
    Any other value is a temporary, which `nascent-plan-buffers` places in scratch
    later. Views stay views, and parts are parts of buffers. A part whose rows are
    not at equal distances, as kernels need them, is taken from a copy.

    Needs: functions of launches whose sizes are known, as `nascent-walk-batch`
    leaves them. Leaves: functions on buffers that return nothing, whose
    arguments say by `nn.role` what they are.

    Before:
    ```mlir
    func.func private @mlp.forward(%x: tensor<2x20xf32>) -> tensor<2x8xf32> {
      %w = nn.load_parameter @mlp.0.weight : tensor<8x20xf32>
      %0 = nn.launch @mlp.layer_0 ins(%x : tensor<2x20xf32>)
          parameters(%w : tensor<8x20xf32>) -> tensor<2x8xf32> { … }
      %1 = nn.launch @mlp.layer_1 ins(%0 : tensor<2x8xf32>)
          -> tensor<2x8xf32> { … }
      return %1 : tensor<2x8xf32>
    }
    ```
    After:
    ```mlir
    func.func private @mlp.forward(
        %x: memref<2x20xf32> {nn.role = #nn.role<input>},
        %y: memref<2x8xf32> {nn.role = #nn.role<output>}) {
      %w = nn.load_parameter @mlp.0.weight : memref<8x20xf32>
      %0 = memref.alloc() : memref<2x8xf32>
      nn.launch @mlp.layer_0 ins(%x : memref<2x20xf32>)
          parameters(%w : memref<8x20xf32>) outs(%0 : memref<2x8xf32>) { … }
      nn.launch @mlp.layer_1 ins(%0 : memref<2x8xf32>)
          outs(%y : memref<2x8xf32>) { … }
      return
    }
    ```
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect",
                           "::mlir::memref::MemRefDialect",
                           "::nascent::nn::NNDialect"];
}

#endif // NASCENT_PROGRAM_PASSES_TD
