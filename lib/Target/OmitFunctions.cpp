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
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Support/CName.h"
#include "nascent/Target/CInterface.h"
#include "nascent/Target/Passes.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace nascent {

#define GEN_PASS_DEF_OMITFUNCTIONS
#include "nascent/Target/Passes.h.inc"

namespace {

struct OmitFunctionsPass : impl::OmitFunctionsBase<OmitFunctionsPass> {
  using OmitFunctionsBase::OmitFunctionsBase;

  void runOnOperation() override {
    for (const std::string &function : functions)
      if (!llvm::is_contained(optionalFunctions(), function)) {
        getOperation().emitError()
            << "there is no optional function '" << function << "'; known are "
            << llvm::join(optionalFunctions(), ", ");
        return signalPassFailure();
      }
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      auto network = function->getAttrOfType<StringAttr>(nn::kNetworkAttrName);
      StringRef suffix = function.getSymName();
      if (network && suffix.consume_front(mangle(network) + "_") &&
          llvm::is_contained(functions, suffix))
        function.setPrivate();
    }
  }
};

} // namespace

} // namespace nascent
