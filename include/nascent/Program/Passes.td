//===- Passes.td - Rows, buffers and entry points ----------*- tablegen -*-===//
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
    recurrences go along, or what is padded at one side. What looks ahead, skips
    steps or counts them is an error that names the layer.

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
    element; otherwise it is copied there in the end.

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

def EmitEntryPoints : Pass<"nascent-emit-entry-points", "::mlir::ModuleOp"> {
  let summary = "Create the public forward function of each network";
  let description = [{
    Creates `@<net>_forward` with the C interface's arguments. It is one call of
    the network's forward function; where there are several, each for some rows,
    the batch is walked in blocks, largest first. Where they are of several
    segments, a block goes through one after the other, in blocks of theirs, and
    what lies between them is at the beginning of scratch. An open batch of zero or
    less does nothing.

    States (`nn.states`) are in a buffer of the caller's, twice: a call reads one
    side and writes the other, and a word before them says which is next. A ring
    (`nn.ring_steps`) is there once; a block's steps are written to two places of it,
    so that all that a block reads lies side by side. The entry point has the buffer's
    `nn.state_bytes`.

    Needs: buffers planned. Leaves: the forward functions as they were.

    Added for a network with an open batch:
    ```mlir
    func.func @net_forward(%parameters: memref<256xi8>, %x: memref<1xf32>,
                           %batch: i64, %y: memref<1xf32>,
                           %scratch: memref<64xi8>) {
      %end = scf.for … step %c16 { func.call @net.forward.rows_16(…) : … }
      …
      return
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect"];
}

def EmitTraining : Pass<"nascent-emit-training", "::mlir::ModuleOp"> {
  let summary = "Create the public functions of a network's loss";
  let description = [{
    Creates, for each entry of a network that is trained by a loss,
    `@<net>_loss_and_gradients`, `@<net>_loss` and `@<net>_loss_terms`, with the C
    interface's arguments. Labels, and indices, that there are not make them return
    -1 and write nothing. An open batch is walked in blocks, largest first, which
    add to gradients; these are zero before, unless the caller accumulates.

    Needs: functions whose `nn.training` is `"loss"`, `"gradients"` and
    `"gradients_accumulate"`, with their buffers planned; of an open batch, one of
    each number of rows. Leaves: these functions as they were.

    Added:
    ```mlir
    func.func @mlp_loss_and_gradients(%parameters: memref<256xi8>, %x: memref<1xi8>,
        %target: memref<1xi8>, %scale: f32, %accumulate: i32,
        %gradients: memref<256xi8>, %loss: memref<1xf32>, %scratch: memref<192xi8>)
        -> i32 {
      …
      scf.if %is_valid {
        scf.if %accumulates { func.call @mlp.gradients_accumulate.forward(…) … }
        else { func.call @mlp.gradients.forward(…) … }
      }
      …
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect"];
}

def EmitBackward : Pass<"nascent-emit-backward", "::mlir::ModuleOp"> {
  let summary = "Create the public functions of a loss that the caller computes";
  let description = [{
    Creates, for each entry of a network that is trained by a loss of the program's,
    `@<net>_forward_train` and `@<net>_backward`, with the C interface's arguments.
    Both call parts of one function, which share its scratch: what computes outputs,
    and what computes gradients, with those of inputs or without. Blocks of an open
    batch have their scratch one behind the other.

    Needs: functions whose `nn.training` is `"backward"`, with their buffers planned;
    of an open batch, one of each number of rows. Leaves: parts of them.

    Added:
    ```mlir
    func.func private @mlp.backward.forward.outputs(…)
    func.func private @mlp.backward.forward.parameters(…)
    func.func private @mlp.backward.forward.all(…)
    func.func @mlp_forward_train(%parameters: memref<256xi8>, %x: memref<1xi8>,
        %y: memref<1xi8>, %scratch: memref<512xi8>) -> i32
    func.func @mlp_backward(%parameters: memref<256xi8>, %x: memref<1xi8>,
        %dy: memref<1xi8>, %accumulate: i32, %gradients: memref<256xi8>,
        %dx: memref<1xi8>, %scratch: memref<512xi8>) -> i32
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect"];
}

def EmitReset : Pass<"nascent-emit-reset", "::mlir::ModuleOp"> {
  let summary = "Create the function that begins a sequence";
  let description = [{
    Creates `@<net>_reset` for each network whose entry points have
    `nn.state_bytes`: it fills a state with zeros.

    Needs: entry points. Leaves: them as they were.

    Added:
    ```mlir
    func.func @net_reset(%state: memref<192xi8>) {
      %words = memref.view %state[%c0][] : memref<192xi8> to memref<48xi32>
      scf.for … { memref.store %c0_i32, %words[%i] : memref<48xi32> }
      return
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"];
}

def EmitSteps : Pass<"nascent-emit-steps", "::mlir::ModuleOp"> {
  let summary = "Create a function that runs one part of one step";
  let description = [{
    Creates `@<net>_forward_step` with the arguments of `@<net>_forward` and
    three more: it runs part `part` of `parts` of the `step`-th kernel. For a step
    or a part that there is not, it does nothing.

    Needs: kernels split and buffers planned. Leaves: the forward functions as
    they were.

    Added:
    ```mlir
    func.func @net_forward_step(%parameters: memref<256xi8>, …,
                                %scratch: memref<64xi8>, %step: i32,
                                %part: i32, %parts: i32) {
      …
      scf.if %is_part {
        scf.index_switch %step_index
        case 0 {
          …
          func.call @net.layer_0(%x, %w, %y, %part_index, %parts_index) : …
          scf.yield
        }
        …
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::scf::SCFDialect"];
}

def EmitSelfTest : Pass<"nascent-emit-self-test", "::mlir::ModuleOp"> {
  let summary = "Create a function that compares what forward computes";
  let description = [{
    For modules with `nn.golden`, creates `@<net>_self_test`: it draws inputs by the
    random numbers that parameters are drawn by, calls each forward function of
    the network on them, and compares the outputs with those of `nn.golden`, of
    large ones 1024 elements. Indices are drawn from all that there are; an open
    batch has 21 rows. A network of which `nn.golden` says nothing gets a function
    that compares nothing: its workspace then holds the outputs.

    Needs: entry points; `nn.interfaces` with their scratch.

    Added:
    ```mlir
    memref.global "private" constant @net.golden.0.0 : memref<16xf32> = dense<…>
    func.func @net_self_test(%parameters: memref<256xi8>, %workspace: memref<1xi8>,
                             %worst: memref<1xi8>) -> i32 { … }
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::math::MathDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
    "::mlir::vector::VectorDialect"];
  let options = [
    Option<"strict", "strict", "bool", /*default=*/"false",
           "Expect the same values to the bit, and not within 1e-4 of the "
           "largest">];
}

def ParallelizeForward
    : Pass<"nascent-parallelize-forward", "::mlir::ModuleOp"> {
  let summary = "Run forward on a team of OpenMP threads";
  let description = [{
    Puts the calls of a forward function into a parallel region, in which each
    thread computes its part of each kernel and waits for the others after it.
    Where there is too little work to be shared (`KernelPlan.h`), the function
    stays as it is.

    Needs: kernels split. Leaves: the `omp` dialect in functions marked
    `nn.parallel`, which call OpenMP's library.

    Before:
    ```mlir
    call @net.layer_0(%x, %w0, %h, %c0, %c1) : …
    call @net.layer_1(%h, %w1, %y, %c0, %c1) : …
    return
    ```
    After:
    ```mlir
    omp.parallel {
      %thread = func.call @omp_get_thread_num() : () -> i32
      %threads = func.call @omp_get_num_threads() : () -> i32
      …
      func.call @net.layer_0(%x, %w0, %h, %part, %parts) : …
      omp.barrier
      func.call @net.layer_1(%h, %w1, %y, %part, %parts) : …
      omp.terminator
    }
    return
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::omp::OpenMPDialect"];
  let options = [Option<"remarks", "remarks", "bool", "false",
                        "Say which forward functions stay as they are">];
  let statistics = [Statistic<"numParallel", "parallel",
                              "Number of forward functions on threads">];
}

#endif // NASCENT_PROGRAM_PASSES_TD
