//===- Passes.td - From resolved networks to loops ---------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_CODEGEN_PASSES_TD
#define NASCENT_CODEGEN_PASSES_TD

include "mlir/Pass/PassBase.td"

def NNAssignLayouts : Pass<"nn-assign-layouts", "::mlir::ModuleOp"> {
  let summary = "Give every parameter its storage layout and place";
  let description = [{
    Weights of matmuls are stored in panels whose width suits the target
    (`KernelPlan.h`); every parameter gets its byte offset in the
    network's parameter buffer, and the network the buffer's size.

    Needs: `nn-verify-resolved` holds. Leaves: every parameter with an offset.

    Before:
    ```mlir
    nn.parameter @mlp.0.weight : tensor<256x20xf32> init(#nn.zeros)
    nn.parameter @mlp.0.bias : tensor<256xf32> init(#nn.zeros)
    ```
    After, for a target with 16 floats in a vector:
    ```mlir
    nn.parameter @mlp.0.weight : tensor<256x20xf32> init(#nn.zeros)
      layout(#nn.panels<32>) offset(0)
    nn.parameter @mlp.0.bias : tensor<256xf32> init(#nn.zeros)
      offset(20480)
    ```
    With `weights=f16`, the first has `layout(#nn.panels<32, f16>)`.
  }];
  let options = [
    Option<"weights", "weights", "::nascent::codegen::WeightType",
           "::nascent::codegen::WeightType::F32",
           "How weights of matmuls are stored",
           [{::llvm::cl::values(
             clEnumValN(::nascent::codegen::WeightType::F32, "f32", "as they are"),
             clEnumValN(::nascent::codegen::WeightType::F16, "f16",
                        "rounded to half precision"),
             clEnumValN(::nascent::codegen::WeightType::BF16, "bf16",
                        "rounded to bfloat16"))}]>];
  let statistics = [Statistic<"numPanels", "panels",
                              "Number of weights stored in panels">];
}

def NNLowerInit : Pass<"nn-lower-init", "::mlir::ModuleOp"> {
  let summary = "Turn registered initialisers into an init function";
  let description = [{
    Creates `@<net>_init(parameters, seed)` for each network, and for one with
    parameters `@<net>_init_rows(parameters, index, first, count, seed)`, which
    gives some rows of one parameter the same values. It returns 0, or -1 for rows
    that there are not, and for less than all where the initialiser computes a
    whole tensor. Both look the parameter up in a constant table and call the
    private function that fills its kind of layout with its kind of distribution,
    drawing from Philox4x32-10 by element index, and that writes straight into the
    storage layout. Networks and parameters stay.

    Needs: layouts assigned. Leaves: networks and parameters unchanged.

    Before:
    ```mlir
    nn.parameter @net.0.weight : tensor<8x4xf32>
      init(#nn.uniform<-1.0, 1.0>) layout(#nn.panels<16>) offset(0)
    ```
    Added:
    ```mlir
    func.func private @net.init(%parameters: memref<256xi8>, %index: index,
                                %first: index, %end: index, %seed: i64) {
      %kind = … // and the other numbers, from the parameter's row of the table
      scf.index_switch %kind
      case 0 {
        func.call @net.fill.uniform.panels_16(
            %parameters, %offset, %rows, %columns, %first, %end, %name, %seed,
            %low, %range) : …
        scf.yield
      }
      default {
      }
      return
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::math::MathDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
    "::mlir::vector::VectorDialect"];
  let options = [Option<"remarks", "remarks", "bool", "false",
                        "Say which parameters are initialised, and how">];
  let statistics = [Statistic<"numInitialized", "initialized",
                              "Number of parameters initialised">];
}

def NNLowerAccess : Pass<"nn-lower-access", "::mlir::ModuleOp"> {
  let summary = "Create the functions that read, write and find parameters";
  let description = [{
    Creates `@<net>_get_range(parameters, index, first, count, values)` and
    `@<net>_set_range` for each network with parameters: they copy some elements
    between the storage layout and canonical row-major order, driven by a
    constant table with one row a parameter, and return 0, or -1 for an index or
    a range that there is not. `@<net>_get` and `@<net>_set` copy all elements by
    way of them. `@<net>_find(name)` compares the names, tied ones included, and
    returns the parameter's index, or -1.

    Needs: layouts assigned. Leaves: networks and parameters unchanged.

    Added for each network:
    ```mlir
    memref.global "private" constant @net.layouts : memref<2x5xi64> = …
    memref.global "private" constant @net.names : memref<16xi8> = …
    memref.global "private" constant @net.name_entries : memref<2x2xi64> = …
    func.func @net_get_range(%parameters: memref<256xi8>, %index: i32,
                             %first: i64, %count: i64,
                             %values: memref<1xf32>) -> i32 { … }
    func.func @net_get(%parameters: memref<256xi8>, %index: i32,
                       %values: memref<1xf32>) -> i32 { … }
    func.func @net_find(%name: memref<2147483647xi8>) -> i32 { … }
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect"];
}

def PadRows : Pass<"nascent-pad-rows", "::mlir::ModuleOp"> {
  let summary = "Give rows room for whole vectors, and cache sets of their own";
  let description = [{
    A temporary that only kernels see gets rows that are whole vectors long: kernels
    then store and load it without masks. A matmul's input whose rows are a multiple
    of 4096 bytes apart is given rows that are a cache line longer, a temporary from
    the start; what comes from outside is copied. Arguments of kernels with such
    rows are marked `nn.padded`.

    Needs: forward functions as `nascent-outline-kernels` makes them, each kernel
    called once. Leaves: the same with some strided buffers.

    Before:
    ```mlir
    %0 = memref.alloc() : memref<64x1024xf32>
    call @net.layer_0(…, %0) : …
    call @net.layer_1(%0, …) : …
    ```
    After:
    ```mlir
    %0 = memref.alloc() : memref<64x1024xf32, strided<[1040, 1]>>
    call @net.layer_0(…, %0) : …
    call @net.layer_1(%0, …) : …
    ```
  }];
  let dependentDialects = ["::mlir::bufferization::BufferizationDialect",
                           "::mlir::func::FuncDialect",
                           "::mlir::memref::MemRefDialect"];
  let statistics = [Statistic<"numPadded", "padded",
                              "Number of matmul inputs with longer rows">];
}

def SplitKernels : Pass<"nascent-split-kernels", "::mlir::ModuleOp"> {
  let summary = "Let each kernel compute a part of its work";
  let description = [{
    Gives each kernel two more arguments: it computes part `part` of `parts`, so
    that several threads can share it. Calls still ask for all of it, part 0 of
    1. What runs on threads replaces these two operands.

    Needs: forward functions as `nascent-outline-kernels` makes them, one or more of
    a fixed batch. Leaves: these with their numbers of kernels, called steps, and
    of multiply-adds. Functions for some rows of an open batch stay whole, which a
    remark says: threads can share it only by calling forward on rows of their
    own.

    Before:
    ```mlir
    func.func private @net.forward(…) attributes {…} {
      call @net.layer_0(%x, %w, %y) : …
    ```
    After:
    ```mlir
    func.func private @net.forward(…)
        attributes {…, nn.multiply_adds = 4096 : i64, nn.steps = 1 : i64} {
      call @net.layer_0(%x, %w, %y, %c0, %c1) : …
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::func::FuncDialect"];
  let statistics = [Statistic<"numSplit", "split",
                              "Number of kernels split">];
}

def VectorizeKernels : Pass<"nascent-vectorize-kernels", "::mlir::ModuleOp"> {
  let summary = "Tile and vectorise fused layers, from tensors to loops";
  let description = [{
    Replaces the linalg body of each kernel by loops over its buffers in the
    vector dialect. A contraction, such as a matmul or a convolution, becomes tiles
    whose accumulators are loop-carried vectors; a bias, a constant, or what is
    stored already is what they start from, and the elementwise ops after it are
    applied to them before the store. How tiles are cut, and whether sums are split,
    terms and rows done in blocks and panels fetched ahead, is planned in
    `KernelPlan.h`; the kernel's `nn.plan` overrules what it names. Other bodies
    become loops over rows and vectors of columns, reductions first.

    A contraction's dimensions are rows, in the first operand and the result; one
    column, in the second and the result, whose last index it is; depths, in both
    operands; and groups, in all three. Columns of the second operand are in panels,
    by `linalg.unpack`, or side by side. An index into the first is a sum of
    dimensions with factors. Where that leads out of the buffer by an outer row, as
    the lines of a padded convolution do, it is read through a `tensor.pad`; by the
    innermost one, the buffer has a halo. Elementwise ops may read values for each
    row or each column.

    A kernel that `nascent-split-kernels` has told its part computes every
    `parts`-th panel, tile of rows, row or block of columns, from `part` on. What
    these are does not depend on how many parts there are.

    Needs: kernels as `nascent-outline-kernels` makes them. Leaves: no tensors.

    Before:
    ```mlir
    %1 = linalg.generic … ins(%0 : tensor<32xf32>) { relu }
    bufferization.materialize_in_destination %1 in restrict writable %y : …
    ```
    After, with 16 floats in a vector:
    ```mlir
    scf.for %i = %c0 to %c32 step %c16 {
      %v = vector.load %x[%i] : memref<32xf32>, vector<16xf32>
      %n = arith.cmpf olt, %v, %zero : vector<16xf32>
      %r = arith.select %n, %zero, %v : vector<16xi1>, vector<16xf32>
      vector.store %r, %y[%i] : memref<32xf32>, vector<16xf32>
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect",
    "::mlir::math::MathDialect", "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
    "::mlir::vector::VectorDialect"];
  let options = [
    Option<"strict", "strict", "bool", "false",
           "Round in one way whatever the tile, the batch and the target: add "
           "terms in ascending order by fused multiply-adds, and reduce rows in "
           "16 lanes">,
    Option<"remarks", "remarks", "bool", "false",
           "Say how each dense layer is computed">];
  let statistics = [Statistic<"numTiles", "tiles",
                              "Number of tiles of contractions emitted">];
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

def FlattenKernels : Pass<"nascent-flatten-kernels", "::mlir::ModuleOp"> {
  let summary = "Access the buffers of kernels by one index each";
  let description = [{
    A kernel takes places where buffers begin, and computes where in a buffer an
    element lies: products of indices and strides where the index is defined,
    sums once in each block. Its arguments, like buffers in the C interface, have
    the type of one element. What is known of an argument by its type, strides and
    the offset of a slice, is in its indices then, and views of it are gone.

    Needs: kernels as `nascent-vectorize-kernels` makes them, buffers planned.
    Leaves: the same, without any size in a type.

    Before:
    ```mlir
    func.func private @net.layer_0(%x: memref<2x4xf32>, …) attributes {nn.kernel} {
      scf.for %k = %c0 to %c4 step %c1 … {
        %0 = memref.load %x[%c1, %k] : memref<2x4xf32>
    ```
    After:
    ```mlir
    func.func private @net.layer_0(%x: memref<1xf32>, …) attributes {nn.kernel} {
      scf.for %k = %c0 to %c4 step %c1 … {
        %0 = arith.addi %c4, %k : index
        %1 = memref.load %x[%0] : memref<1xf32>
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::memref::MemRefDialect"];
}

def ShareKernels : Pass<"nascent-share-kernels", "::mlir::ModuleOp"> {
  let summary = "Make kernels that differ in numbers only one";
  let description = [{
    Where a module has many kernels that are equal but for index constants, such
    as the ends of loops and the distances of rows, one of them is kept and takes
    the constants as arguments. It computes what each of them did, to the bit. A
    few kernels stay as they are: what is known when code is generated is best.

    Needs: private kernels as `nascent-flatten-kernels` makes them, and nothing but
    calls of them.

    Before, for eight or more:
    ```mlir
    call @net.layer_0(%0, %w0, %1) : …
    call @net.layer_1(%1, %w1, %2) : …
    ```
    After:
    ```mlir
    call @net.layer_0(%c4, %c64, %0, %w0, %1) : …
    call @net.layer_0(%c5, %c80, %1, %w1, %2) : …
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
  let statistics = [Statistic<"numShared", "shared",
                              "Number of kernels replaced by another">];
}

def ExpandMath : Pass<"nascent-expand-math", "::mlir::ModuleOp"> {
  let summary = "Replace exp, expm1, log, tanh and erf by polynomials";
  let description = [{
    No call to a mathematical library remains: the object has no undefined
    symbol. 1 / (1 + e⁻ˣ) with `afn` becomes one quotient. Conversions between
    bf16 and f32 become shifts and additions. The polynomials work on whole
    vectors; their errors are stated in `docs/Numerics.md` and tested.

    Before:
    ```mlir
    %1 = math.tanh %0 : vector<16xf32>
    ```
    After: a rational polynomial of `arith` and `math.fma` operations.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::math::MathDialect",
                           "::mlir::vector::VectorDialect"];
}

def ConvertToLLVM : Pass<"nascent-convert-to-llvm", "::mlir::ModuleOp"> {
  let summary = "Convert functions of loops and vectors to the LLVM dialect";
  let description = [{
    Applies upstream's conversions of `arith`, `cf`, `func`, `math`, `memref`,
    `ub` and `vector`, and of `omp` where it is used, together: one conversion of a module with a thousand
    kernels takes a fraction of the time of seven. Buffers are passed as bare
    pointers, as the C interface has them.

    Needs: functions of those dialects on static buffers, no `scf`. Leaves: the
    LLVM dialect, around which `omp` stays; anything else is an error.

    Before:
    ```mlir
    func.func @f(%x: memref<4xf32>, %i: index) -> f32 {
      %0 = memref.load %x[%i] : memref<4xf32>
      return %0 : f32
    }
    ```
    After:
    ```mlir
    llvm.func @f(%x: !llvm.ptr, %i: i64) -> f32 {
      …
      %0 = llvm.getelementptr inbounds|nuw %x[%i] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %1 = llvm.load %0 : !llvm.ptr -> f32
      llvm.return %1 : f32
    }
    ```
  }];
  let dependentDialects = ["::mlir::affine::AffineDialect",
                           "::mlir::arith::ArithDialect",
                           "::mlir::LLVM::LLVMDialect",
                           "::mlir::memref::MemRefDialect",
                           "::mlir::vector::VectorDialect"];
}

def FinalizeLLVM : Pass<"nascent-finalize-llvm", "::mlir::ModuleOp"> {
  let summary = "Leave a module that is all the LLVM dialect's";
  let description = [{
    Private functions get internal linkage, so that the object exports the C
    interface only, and the attributes by which earlier stages knew networks and
    the target are dropped: `mlir-translate --mlir-to-llvmir` takes the result.

    Before:
    ```mlir
    llvm.func @net.layer_0(%x: !llvm.ptr, …)
      attributes {nn.kernel, sym_visibility = "private"} { … }
    ```
    After:
    ```mlir
    llvm.func internal @net.layer_0(%x: !llvm.ptr, …)
      attributes {sym_visibility = "private"} { … }
    ```
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

#endif // NASCENT_CODEGEN_PASSES_TD
