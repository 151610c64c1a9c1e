//===- OmitFunctions.cpp - Less of the C interface ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where no linker drops what a program does not call, the compiler can leave it
// out. What is still called by functions that stay, stays as theirs.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "nascent/CInterface/Declarations.h"
#include "nascent/CInterface/Passes.h"

using namespace mlir;

namespace nascent {

#define GEN_PASS_DEF_OMITFUNCTIONS
#include "nascent/CInterface/Passes.h.inc"

namespace {

struct OmitFunctionsPass : impl::OmitFunctionsBase<OmitFunctionsPass> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    for (const NetworkInterface &network : getInterfaces(getOperation()))
      for (const Declaration &declaration : networkDeclarations())
        if (declaration.isOptional && !exists(declaration, {network}))
          if (auto function = symbols.lookup<func::FuncOp>(
                  symbolName(declaration, network.name)))
            function.setPrivate();
  }
};

} // namespace

} // namespace nascent
