//===- ProgramPasses.td - Buffers, entry points, threads ---*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_CODEGEN_PROGRAMPASSES_TD
#define NASCENT_CODEGEN_PROGRAMPASSES_TD

include "mlir/Pass/PassBase.td"

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
    the batch is walked in blocks, largest first. An open batch of zero or less
    does nothing.

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

#endif // NASCENT_CODEGEN_PROGRAMPASSES_TD
