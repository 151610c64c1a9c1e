//===- EntryPoints.td - Passes that emit functions of C ----*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_PROGRAM_ENTRYPOINTS_TD
#define NASCENT_PROGRAM_ENTRYPOINTS_TD

include "mlir/Pass/PassBase.td"

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
    -1 and write nothing. An open batch is walked in blocks, largest first. Each block
    adds to the gradients of those before it; the first one adds to what is there only
    if the caller accumulates. Where kernels compute parts, and the batch is no open one, there are also
    `@<net>_loss_and_gradients_step` and its like, which run one part of one step.

    Needs: functions whose `nn.training` is `"loss"` and `"gradients"`, with their
    buffers planned; of an open batch, one of each number of rows. The last input of
    `"gradients"` is one number, 0 where gradients that are there do not count. Leaves:
    these functions as they were.

    Added:
    ```mlir
    func.func @mlp_loss_and_gradients(%parameters: memref<256xi8>, %x: memref<1xi8>,
        %target: memref<1xi8>, %scale: f32, %accumulate: i32,
        %gradients: memref<256xi8>, %loss: memref<1xf32>, %scratch: memref<192xi8>)
        -> i32 {
      …
      scf.if %is_valid {
        memref.store %is_kept, %kept[%zero] : memref<1xf32>
        func.call @mlp.gradients.forward(…, %scale, %kept, …) : …
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
    of an open batch, one of each number of rows. Their last input is one number, 0
    where gradients that are there do not count. Leaves: parts of them.

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

#endif // NASCENT_PROGRAM_ENTRYPOINTS_TD
