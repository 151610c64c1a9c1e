//===- Passes.td - The target in the module ----------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_TARGET_PASSES_TD
#define NASCENT_TARGET_PASSES_TD

include "mlir/Pass/PassBase.td"

def NNSetTarget : Pass<"nn-set-target", "::mlir::ModuleOp"> {
  let summary = "Write what is known of the target machine into the module";
  let description = [{
    Attaches `nn.target`, which layouts and kernels are chosen by, and the
    triple and data layout that LLVM needs. Unknown triples,
    processors and features are errors. Without options, a module that has its
    target keeps it.

    Before:
    ```mlir
    module { … }
    ```
    After, with `triple=x86_64-linux-gnu cpu=x86-64-v3`:
    ```mlir
    module attributes {
      llvm.data_layout = "e-m:e-…",
      llvm.target_triple = "x86_64-unknown-linux-gnu",
      nn.target = #nn.target<triple = "x86_64-unknown-linux-gnu",
        cpu = "x86-64-v3", features = "", vector_bits = 256, registers = 16,
        fma = true>} { … }
    ```
  }];
  let options = [
    Option<"triple", "triple", "std::string", "", "Triple; default the host's">,
    Option<"cpu", "cpu", "std::string", "",
           "Processor; default the host's, or the generic one of the triple">,
    Option<"features", "features", "std::string", "",
           "Features to add or remove, such as +avx2,-fma">];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect",
                           "::nascent::nn::NNDialect"];
}

#endif // NASCENT_TARGET_PASSES_TD
