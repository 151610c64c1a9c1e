//===- Passes.td - The C interface in the module -----------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_CINTERFACE_PASSES_TD
#define NASCENT_CINTERFACE_PASSES_TD

include "mlir/Pass/PassBase.td"

def RecordModel : Pass<"nascent-record-model", "::mlir::ModuleOp"> {
  let summary = "Write the hash of the networks into the module";
  let description = [{
    The module attribute `nn.model` becomes the SHA-256, in hexadecimal, of the
    networks as text, without the words of bindings: what the header names the
    model by. It tells that networks are resolved, too: what comes later changes
    them.

    Before:
    ```mlir
    module { … }
    ```
    After:
    ```mlir
    module attributes {nn.model = "75c4…"} { … }
    ```
  }];
}

def DeclareInterface : Pass<"nascent-declare-interface", "::mlir::ModuleOp"> {
  let summary = "Write down what a C program will see of the networks";
  let description = [{
    Lowering takes networks apart. What their header says stands in the module
    attribute `nn.interfaces` from here on, but for what only planning finds,
    which `nascent-complete-interface` adds. Two names that would be the same
    one in C are an error. With `optimizers` networks that have trainable
    parameters are trained.

    Needs: layouts. Leaves: `nn.interfaces`, and `nn.threads` and `nn.stream` if they
    are asked for.

    After, with `without=init`:
    ```mlir
    #interface = #nn.interface<"net", parameter_bytes = 64,
      parameters = [#nn.interface_parameter<"0.bias", tensor<8xf32>, init = "#nn.zeros">],
      entries = [#nn.interface_entry<(tensor<2x4xf32>) -> tensor<2x8xf32>>],
      without = ["init"]>
    module attributes {nn.interfaces = [#interface], …} { … }
    ```
  }];
  let options = [
    ListOption<"without", "without", "std::string",
               "Functions and tables to leave out, by what follows the "
               "network's name: init, get_range">,
    ListOption<"optimizers", "optimizers", "std::string",
               "Optimisers to take steps of training by: sgd, adam, adamw, "
               "rmsprop, adagrad">,
    Option<"threads", "threads", "::nascent::nn::Threads",
           "::nascent::nn::Threads::None",
           "What may run forward on several threads",
           [{::llvm::cl::values(
             clEnumValN(::nascent::nn::Threads::None, "none", "nothing"),
             clEnumValN(::nascent::nn::Threads::Steps, "steps", "the caller"),
             clEnumValN(::nascent::nn::Threads::OpenMP, "openmp",
                        "OpenMP's library"))}]>,
    Option<"stream", "stream", "bool", /*default=*/"false",
           "Sequences come block by block">,
    Option<"trainSgd", "train-sgd", "bool", /*default=*/"false",
           "Entries with a loss are also trained in one call, by sgd">];
}

def OmitFunctions : Pass<"nascent-omit-functions", "::mlir::ModuleOp"> {
  let summary = "Make functions private that the C interface does without";
  let description = [{
    Makes those functions of every network private that are left out of its
    `#nn.interface`. `symbol-dce` drops them, and what only they use; what another
    function calls stays.

    Needs: `nascent-declare-interface`, `nn-lower-init` and `nn-lower-access`
    have run.

    Before:
    ```mlir
    func.func @net_init(%parameters: memref<256xi8>, %seed: i64)
      attributes {nn.network = "net"} { … }
    ```
    After, where `init` is left out:
    ```mlir
    func.func private @net_init(%parameters: memref<256xi8>, %seed: i64)
      attributes {nn.network = "net"} { … }
    ```
  }];
}

def CompleteInterface
    : Pass<"nascent-complete-interface", "::mlir::ModuleOp"> {
  let summary = "Write down what planning found of the C interface";
  let description = [{
    Adds to the entries of `nn.interfaces` the bytes of scratch, the number of
    steps, and whether they run on threads; to the network of a stream, the bytes of
    its state.

    Needs: planned buffers; functions that say which network and entry they are
    of. Leaves: functions as they were.

    Before:
    ```mlir
    #nn.interface_entry<(tensor<2x4xf32>) -> tensor<2x8xf32>>
    ```
    After:
    ```mlir
    #nn.interface_entry<(tensor<2x4xf32>) -> tensor<2x8xf32>, scratch_bytes = 64>
    ```
  }];
}

#endif // NASCENT_CINTERFACE_PASSES_TD
