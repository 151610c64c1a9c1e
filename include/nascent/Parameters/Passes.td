//===- Passes.td - Parameters, places and functions --------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_PARAMETERS_PASSES_TD
#define NASCENT_PARAMETERS_PASSES_TD

include "mlir/Pass/PassBase.td"

def NNAssignLayouts : Pass<"nn-assign-layouts", "::mlir::ModuleOp"> {
  let summary = "Give every parameter its storage layout and place";
  let description = [{
    Weights of matmuls are stored in panels whose width suits the target
    (`KernelPlan.h`), those of rank 3 or more with their kernel's elements as
    spatial size; a layout that is there stays. Every parameter gets its byte
    offset in the network's parameter buffer, and the network the buffer's size.
    Those that training changes come first, and running statistics behind them, so
    that gradients, in the same places, are one range.

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
    Option<"weights", "weights", "::nascent::parameters::WeightType",
           "::nascent::parameters::WeightType::F32",
           "How weights of matmuls are stored",
           [{::llvm::cl::values(
             clEnumValN(::nascent::parameters::WeightType::F32, "f32", "as they are"),
             clEnumValN(::nascent::parameters::WeightType::F16, "f16",
                        "rounded to half precision"),
             clEnumValN(::nascent::parameters::WeightType::BF16, "bf16",
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
    storage layout. They all call one private function for a single block of it.
    Networks and parameters stay.

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
    memref.global "private" constant @net.layouts : memref<2x8xi64> = …
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

def NNSetRates : Pass<"nn-set-rates", "::mlir::ModuleOp"> {
  let summary = "Say how fast parameters change, and which do not";
  let description = [{
    `rates` give parameters, by their names, a factor of the learning rate: `nn.rate`,
    where it is not 1. At 0 a parameter is no longer trainable, so that it has no
    gradient and optimisers keep nothing of it. Of several patterns that match the
    last one holds. One that matches nothing that is trainable is an error, and so is
    a network of which nothing is left.

    Needs: parameters materialised. Leaves: the same, before layouts are assigned.

    With `rates=*.bias=0,0.*=0.5`, before:
    ```mlir
    nn.parameter @mlp.0.weight : tensor<8x4xf32> init(#nn.zeros)
    nn.parameter @mlp.0.bias : tensor<8xf32> init(#nn.zeros)
    nn.parameter @mlp.1.bias : tensor<8xf32> init(#nn.zeros)
    ```
    After:
    ```mlir
    nn.parameter @mlp.0.weight : tensor<8x4xf32> init(#nn.zeros) {nn.rate = 5.0e-01 : f32}
    nn.parameter @mlp.0.bias : tensor<8xf32> init(#nn.zeros) {nn.rate = 5.0e-01 : f32}
    nn.parameter @mlp.1.bias : tensor<8xf32> init(#nn.zeros) trainable(false)
    ```
  }];
  let options = [
    ListOption<"rates", "rates", "std::string",
               "Factors of the learning rate, [NETWORK:]PATTERN=RATE">];
}

def NNLowerOptimizers : Pass<"nn-lower-optimizers", "::mlir::ModuleOp"> {
  let summary = "Create the functions that change parameters by gradients";
  let description = [{
    Creates, for each network that its interface names optimisers of,
    `@<net>_step_<optimizer>(parameters, gradients, state, hyper)`: one loop over
    the trainable parameters, which are a range at the start of their buffer, in
    vectors of a cache line. Gradients and states lie as the parameters do, so
    that the loop knows no layout; padding, whose gradient is 0, stays 0.

    `nn.rate` of a parameter is a factor of the learning rate; weights that
    `no-decay` names do not decay. Each
    makes ranges of its own, which a constant table lists. Besides,
    `@<net>_gradient_norm(gradients)` and `@<net>_clip_gradients(gradients,
    limit)` go over the gradients of parameters that change.

    Needs: layouts assigned, `nascent-declare-interface`; parameters that change
    are stored as f32. Leaves: networks and parameters unchanged.

    Added, for `optimizers=sgd`:
    ```mlir
    func.func private @net.update.sgd(
        %parameters: memref<192xi8>, %gradients: memref<192xi8>,
        %state: memref<192xi8>, %hyper: memref<24xi8>, %begin: index,
        %end: index, %rate: f32, %decay: f32) { … }
    func.func @net_step_sgd(%parameters: memref<192xi8>,
                            %gradients: memref<192xi8>,
                            %state: memref<192xi8>, %hyper: memref<24xi8>) { … }
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::math::MathDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect"];
  let options = [
    ListOption<"noDecay", "no-decay", "std::string",
               "Parameters that do not decay, [NETWORK:]PATTERN">];
}

#endif // NASCENT_PARAMETERS_PASSES_TD
