//===- Passes.td - From loops to the LLVM dialect ----------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LOWERING_PASSES_TD
#define NASCENT_LOWERING_PASSES_TD

include "mlir/Pass/PassBase.td"

def ExpandMath : Pass<"nascent-expand-math", "::mlir::func::FuncOp"> {
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
    interface only, and the attributes by which earlier stages knew functions are
    dropped. What the module says of the target and of the C interface stays, for
    the header and the code generator; `mlir-translate --mlir-to-llvmir` takes the
    result with `--allow-unregistered-dialect`.

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

#endif // NASCENT_LOWERING_PASSES_TD
