//===- Passes.td - Rows and buffers of programs ------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_PROGRAM_PASSES_TD
#define NASCENT_PROGRAM_PASSES_TD

include "mlir/Pass/PassBase.td"
include "nascent/Program/EntryPoints.td"

def WalkBatch : Pass<"nascent-walk-batch", "::mlir::ModuleOp"> {
  let summary = "Decide how many rows go through all kernels at a time";
  let description = [{
    A network with an open batch becomes several functions, each for a fixed
    number of rows (16, 4 and 1), which the entry point calls as often as the
    batch needs. So does one with a large fixed batch, for a block of its rows and
    for the remainder: a block's hidden values stay in the cache
    (`chooseBlockRows` in `KernelPlan.h`). Any other function stays as it is.

    Where layers of large images and layers of large weights follow each other, the
    function is cut into segments, each of which has functions for rows of its own
    (`chooseWalk`). The largest block of any of them goes through all segments before
    the next one does, so that what lies between two needs a buffer of so many rows.

    That rows are independent of one another is derived, not stated: the batch is
    the first dimension of the inputs, and it is followed through the indexing
    maps of all kernels, and through views that merge it with others. Where an
    operation reduces it, or reads it in another order, a fixed batch stays
    whole, and an open one is an error.

    Needs: functions of launches, as `nascent-form-kernels` makes them. Leaves:
    the same, all sizes being numbers; `nn.rows` on functions of some rows, and
    `nn.batch` where the batch is fixed. On those of a segment, `nn.segment`, and
    `nn.reads` and `nn.writes`, which name its inputs and outputs.

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

def KeepStates : Pass<"nascent-keep-states", "::mlir::ModuleOp"> {
  let summary = "Have networks go on with a sequence where they left it";
  let description = [{
    Where the module has `nn.stream`, what a network knows of the steps before a
    block becomes inputs and outputs of its function, behind its own: `nn.states`
    counts them. A recurrence begins with its last states; in the place of zeros
    before the sequence, which a causal convolution reads, are the steps that came
    before. Everything begins as zeros.

    Where the batch is 1 and all lengths are numbers, more steps than a block has are
    kept where they are: what is kept is then all that is read, the block's steps
    behind those before them, and `nn.ring_steps` on the function is the most that a
    block has.

    That blocks come to the same as the whole sequence is derived, not stated: the
    steps are followed from the inputs to the outputs through indexing maps and
    views. They are the open size of the inputs behind the batch; else what
    recurrences go along, or what is padded at one side. What looks ahead or skips
    steps is an error that names the layer.

    Where an operation depends on a step's place, as row of a table or as a word, places
    count from the sequence's beginning. How many steps came before a block is then the
    first state, a word of each row, and `nn.places` on the function is how many may;
    `nn.interfaces` says how many there may be in all.

    Needs: functions on tensors, as `convert-nn-to-linalg` makes them, the batch a
    number. Leaves: the same.

    Before:
    ```mlir
    func.func private @net.forward(%x: tensor<1x16x4xf32>) -> tensor<1x16x8xf32> {
      %0 = tensor.pad %x low[0, 2, 0] high[0, 0, 0] { … }
      %1 = linalg.generic … ins(%0, … : tensor<1x18x4xf32>, …) …
    ```
    After:
    ```mlir
    func.func private @net.forward(%x: tensor<1x16x4xf32>, %before: tensor<1x2x4xf32>)
        -> (tensor<1x16x8xf32>, tensor<1x2x4xf32>) attributes {nn.states = 1 : i64} {
      %0 = tensor.concat dim(1) %before, %x : …
      %1 = linalg.generic … ins(%0, … : tensor<1x18x4xf32>, …) …
      %2 = tensor.extract_slice %0[0, 16, 0] [1, 2, 4] [1, 1, 1] : …
      return %1, %2 : …
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::tensor::TensorDialect"];
}

def LowerOpenNetworks : Pass<"nascent-lower-open-networks", "::mlir::ModuleOp"> {
  let summary = "Make networks of which more than the batch is open functions of "
                "these sizes";
  let description = [{
    Where height, width or length are open, the entry point is given them, and
    each kernel the sizes of what it reads. Each value that more than one
    operation reads, or a reduction computes, is in memory: in a slot of scratch
    that it shares with values which are not live at the same time, and which is
    as large as the largest of them is at run time. How large scratch has to be,
    a function says.

    Needs: functions on tensors with `nn.sizes`, as `convert-nn-to-linalg` makes
    them, and what `nn.fits` refers to. Leaves: kernels on buffers of dynamic
    shape, marked `nn.open_kernel`; the entry points `@<net>_forward`, which
    returns -1 and writes nothing for sizes that do not fit, and
    `@<net>_scratch_bytes`.

    Before:
    ```mlir
    func.func private @net.forward(%x: tensor<?x?x4xf32> {nn.sizes = ["batch", "length", "4"]})
        -> tensor<?x?x4xf32> attributes {nn.fits = @net.fits, nn.sizes = ["batch", "length"]} {
      %0 = linalg.generic … ins(%x : tensor<?x?x4xf32>) …
    ```
    After:
    ```mlir
    func.func private @net.layer_0_3(%x: memref<1xf32>, %y: memref<1xf32>,
        %batch: index, %length: index) attributes {nn.open_kernel} {
      %0 = memref.reinterpret_cast %x to … sizes: [%batch, %length, 4] …
      %1 = bufferization.to_tensor %0 …
      %2 = linalg.generic … ins(%1 : tensor<?x?x4xf32>) …
      bufferization.materialize_in_destination %2 …
    }
    func.func @net_forward(…, %batch: i64, %length: i64, …) -> i32 {
      %fits = call @net.fits(…)
      scf.if %fits { func.call @net.layer_0_3(…) … }
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::bufferization::BufferizationDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect"];
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
    later. Views stay views, and parts are parts of buffers. Where a part is viewed in
    a shape that its elements lie too far apart for, the view is of a copy.

    Needs: functions of launches whose sizes are known, as `nascent-walk-batch`
    leaves them. Leaves: functions on buffers that return nothing, whose
    arguments say by `nn.role` what they are.

    What `nn.store_parameter` gives a parameter is computed in the parameter's buffer,
    if what the parameter was is read nowhere else from then on, and there element by
    element; otherwise it is copied there in the end. In functions with `nn.training`,
    a launch writes over an operand of its result's type on the same condition, but for
    those of the caller's own loss: what is kept for gradients is most of their scratch.

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

def PlanBuffers : Pass<"nascent-plan-buffers", "::mlir::ModuleOp"> {
  let summary = "Place temporaries in scratch and parameters in their buffer";
  let description = [{
    Gives each forward function the parameter buffer as its first argument and a
    scratch buffer as its last. `memref.alloc` becomes a view of scratch, two of
    them sharing bytes where they are not live together; `nn.load_parameter`
    becomes a view of the parameter buffer.

    Needs: forward functions as `nascent-outline-kernels` makes them. Leaves: no
    allocation, no `nn.load_parameter`; `nn.scratch_bytes` on the functions.

    Before:
    ```mlir
    func.func private @net.forward(%x: memref<2x4xf32>, %y: memref<2x8xf32>) {
      %w = nn.load_parameter @net.0.weight : memref<1x4x16xf32>
      %0 = memref.alloc() : memref<2x8xf32>
    ```
    After:
    ```mlir
    func.func private @net.forward(
        %parameters: memref<256xi8>, %x: memref<2x4xf32>, %y: memref<2x8xf32>,
        %scratch: memref<64xi8>) {
      %w = memref.view %parameters[%c0][] : memref<256xi8> to memref<1x4x16xf32>
      %0 = memref.view %scratch[%c0][] : memref<64xi8> to memref<2x8xf32>
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::LLVM::LLVMDialect",
                           "::mlir::memref::MemRefDialect"];
  let statistics = [Statistic<"scratchBytes", "scratch-bytes",
                              "Bytes of scratch, summed over functions">];
}

#endif // NASCENT_PROGRAM_PASSES_TD
