//===- SetTarget.cpp - Write the target into the module -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "nascent/Dialect/NN/IR/NNDialect.h"
#include "nascent/Target/Passes.h"
#include "nascent/Target/TargetMachine.h"

namespace nascent {

#define GEN_PASS_DEF_NNSETTARGET
#include "nascent/Target/Passes.h.inc"

namespace {

struct SetTarget : impl::NNSetTargetBase<SetTarget> {
  using NNSetTargetBase::NNSetTargetBase;

  void runOnOperation() override {
    bool isGiven = !triple.empty() || !cpu.empty() || !features.empty();
    if (!isGiven && getOperation()->hasAttr(nn::NNDialect::kTargetAttrName))
      return;
    auto machine = createTargetMachine({triple, cpu, features}, /*optLevel=*/2,
                                       {"triple", "cpu", "features"});
    if (!machine) {
      getOperation().emitError(llvm::toString(machine.takeError()));
      return signalPassFailure();
    }
    if (failed(setTarget(getOperation(), **machine)))
      signalPassFailure();
  }
};

} // namespace

} // namespace nascent
