//===- Passes.td - Kernels, from groups to loops -----------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_KERNELS_PASSES_TD
#define NASCENT_KERNELS_PASSES_TD

include "mlir/Pass/PassBase.td"

def PlaceHalos : Pass<"nascent-place-halos", "::mlir::ModuleOp"> {
  let summary = "Have the padding of a contraction's lines in memory";
  let description = [{
    The tiles of a contraction run along the innermost of its rows, such as the
    pixels of a line. What pads that dimension becomes a halo: a `tensor.pad` with
    `nn.halo`, which `nascent-form-kernels` makes part of what computes the value.
    The largest halo serves all that read the value; others read a part of it. What is
    not computed here, or spread by a window, is copied for each that reads it so. What
    pads other dimensions stays, for it only makes loops shorter. Each contraction is
    told how many zeros begin and end its lines, `nn.line_halo`: they need not be
    multiplied. Functions that keep values for gradients have no halo where a window
    slides along the line, each of its steps adds several terms that are next to each
    other, and zeros are few: that `tensor.pad` stays whole, and tiles leave out all of
    it.

    Needs: functions as `convert-nn-to-linalg` makes them. Leaves: the same.

    Before:
    ```mlir
    %1 = linalg.generic { relu } ins(%0 : tensor<1x8x8x4xf32>) …
    %2 = tensor.pad %1 low[0, 1, 1, 0] high[0, 1, 1, 0] … to tensor<1x10x10x4xf32>
    %3 = linalg.generic { convolution } ins(%2, %w : …) …
    ```
    After:
    ```mlir
    %1 = linalg.generic { relu } ins(%0 : tensor<1x8x8x4xf32>) …
    %2 = tensor.pad %1 low[0, 0, 1, 0] high[0, 0, 1, 0] … {nn.halo} … to tensor<1x8x10x4xf32>
    %3 = tensor.pad %2 low[0, 1, 0, 0] high[0, 1, 0, 0] … to tensor<1x10x10x4xf32>
    %4 = linalg.generic { convolution } ins(%3, %w : …) … {nn.line_halo = array<i64: 1, 1>}
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::tensor::TensorDialect"];
  let statistics = [Statistic<"numHalos", "halos",
                              "Number of values that have got a halo">];
}

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

def OrderKernels : Pass<"nascent-order-kernels", "::mlir::ModuleOp"> {
  let summary = "Order launches of a training to need less scratch";
  let description = [{
    In a function that is trained, launches whose values are for nothing but stores,
    as gradients of parameters are, come as soon as what they read is there: then
    that may be gone. A weight's new value comes behind all that read the old one, in
    whose place it then is computed, where it has at least as many elements as what
    is kept for that. All other launches come just before what reads them, unless
    what they are computed from, which would be kept for longer, is larger. Functions
    of a loss that the program computes stay as they are, as do those of inference.

    Needs and leaves: functions as `nascent-form-kernels` makes them.

    Before:
    ```mlir
    %dx = nn.launch @mlp.layer_0.gradient_1 ins(%dy : …) parameters(%w : …) …
    %dw = nn.launch @mlp.layer_0.gradient_0 ins(%x, %dy : …) …
    nn.store_gradient %dw, @mlp.0.weight
    ```
    After:
    ```mlir
    %dw = nn.launch @mlp.layer_0.gradient_0 ins(%x, %dy : …) …
    %dx = nn.launch @mlp.layer_0.gradient_1 ins(%dy : …) parameters(%w : …) …
    nn.store_gradient %dw, @mlp.0.weight
    ```
  }];
  let statistics = [Statistic<"numMoved", "moved",
                              "Number of launches in another place">];
}

def OutlineKernels : Pass<"nascent-outline-kernels", "::mlir::ModuleOp"> {
  let summary = "Make each launch the call of a function of its own";
  let description = [{
    One private function for each launch keeps the cost of everything that
    follows proportional to the number of distinct kernels: equal ones are merged
    by `duplicate-function-elimination`, and what LLVM does to one large function
    takes more than linear time. Its arguments are what the launch reads, its
    parameters, and what it writes, in this order, and behind them, where it turns
    a weight by itself, a buffer for that, of the role scratch. Only now has a
    kernel a signature: the places of values decide the types of its operands.

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
                           "::mlir::linalg::LinalgDialect",
                           "::mlir::LLVM::LLVMDialect",
                           "::mlir::memref::MemRefDialect"];
  let statistics = [Statistic<"numKernels", "kernels",
                              "Number of launches made into functions">];
}

def PadRows : Pass<"nascent-pad-rows", "::mlir::ModuleOp"> {
  let summary = "Give rows room for whole vectors, and cache sets of their own";
  let description = [{
    A temporary that only kernels see gets rows that are whole vectors long: kernels
    then store and load it without masks. A matrix whose rows are a multiple
    of 4096 bytes apart is given rows that are a cache line longer, a temporary from
    the start; what comes from outside is copied. Arguments of kernels with such
    rows are marked `nn.padded`. Pixels of a temporary that a window slides over,
    each channel by itself, are a line apart more where they have a multiple of 128
    channels.

    Needs: forward functions as `nascent-outline-kernels` makes them, each kernel
    called once. Kernels are verified only where there is something to pad, which the
    target decides; `nascent-vectorize-kernels` verifies all. Leaves: the same with
    some strided buffers.

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
                              "Number of buffers with longer rows">];
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

def VectorizeOpenKernels
    : Pass<"nascent-vectorize-open-kernels", "::mlir::ModuleOp"> {
  let summary = "Kernels whose sizes are arguments, from tensors to loops";
  let description = [{
    Emits loops whose ends are the sizes. Vectors are along the last dimension,
    mostly channels, whose number is known; a tile is neighbours along the one
    that a window slides over. Where tiles do not divide it, the last one overlaps
    the one before, and computes some elements again. At borders, where windows
    reach into padding, it is one element at a time, by loops over what is inside.
    Each sum is one, in the order of its terms, whatever the sizes; with `strict`,
    those of rows are 16, as in kernels whose sizes are known.

    Needs: functions marked `nn.open_kernel`. Leaves: loops over vectors in them.
  }];
  let options = [Option<"strict", "strict", "bool", "false",
                        "Reduce rows in 16 lanes">];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect",
    "::mlir::math::MathDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect"];
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
    `KernelPlan.h`; the kernel's `nn.plan` overrules what it names. What is on
    rows, or on one, becomes loops over rows and vectors of columns, reductions
    first. Anything else, on values of any rank, is a window kernel.

    A contraction's dimensions are rows, in the first operand and the result; one
    column, in the second and the result, whose last index it is; depths, in both
    operands; and groups, in all three. Columns of the second operand are in panels,
    by `linalg.unpack`, or side by side. An index into the first is a sum of
    dimensions with factors. Where that leads out of the buffer by an outer row, as
    the lines of a padded convolution do, it is read through a `tensor.pad`; by the
    innermost one, the buffer has a halo, or `nn.line_halo` says what the `tensor.pad`
    does. Elementwise ops may read values for each row or each column.

    A window kernel computes each element that it stores by itself, from any
    tensors: elementwise, transposed, broadcast, and once by a reduction such as
    pooling, a depthwise convolution or a sum over an image, to as many elements as
    are stored. Vectors are along what lies side by side there, channels mostly,
    and tiles along what a window slides by. Indices may be divided by numbers, and
    bodies may ask for them. What a reduction reads may be padded, by zeros in sums,
    by the least value in maxima: padding is left out. A maximum is NaN if one of
    its elements is; with `fastmath<nsz>`, it is put together from comparisons where
    targets have no instruction for it. Loads, transposed or not, are of whole
    vectors where elements lie side by side in the buffer by any loop.

    A kernel that `nascent-split-kernels` has told its part computes every
    `parts`-th panel, tile of rows, row, line or block of columns, from `part` on. What
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

def FlattenKernels : Pass<"nascent-flatten-kernels", "::mlir::ModuleOp"> {
  let summary = "Access the buffers of kernels by one index each";
  let description = [{
    A kernel takes places where buffers begin, and computes where in a buffer an
    element lies: products of indices and strides where the index is defined,
    sums once in each block. Its arguments, like buffers in the C interface, have
    the type of one element. What is known of an argument by its type, strides and
    the offset of a slice, is in its indices then, and views of it are gone.

    Needs: kernels as `nascent-vectorize-kernels` makes them, buffers planned. What
    varies in an index is not less than 0, unless a difference or a negative constant is
    in it; where the element is, in the buffer, it never is. Leaves: the same, without
    any size in a type.

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
        %0 = arith.addi %k, %c4 : index
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
    Of kernels that only functions with `nn.training` call, two are enough: there is
    one for each block of rows of an open batch.

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

#endif // NASCENT_KERNELS_PASSES_TD
