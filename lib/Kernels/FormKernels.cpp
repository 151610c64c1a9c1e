//===- FormKernels.cpp - Groups of operations as launches -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A value that one operation computes and the next one reads, element by
// element, need not be in memory: both are one kernel. A launch stands where
// the last operation of its group stood: there, a second operand has been
// computed, too.
//
//===----------------------------------------------------------------------===//

#include "LaunchBuilder.h"
#include "TurnedWeights.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Kernels/NetworkFunctions.h"
#include "nascent/Kernels/Passes.h"

namespace nascent::kernels {

#define GEN_PASS_DEF_FORMKERNELS
#include "nascent/Kernels/Passes.h.inc"

using namespace mlir;

namespace {

struct FormKernelsPass : impl::FormKernelsBase<FormKernelsPass> {
  void runOnOperation() override {
    for (func::FuncOp function : getNetworkFunctions(getOperation()))
      if (failed(verifyOnTensors(function)) || failed(form(function)))
        return signalPassFailure();
  }

  LogicalResult form(func::FuncOp function) {
    turnWeights(function);
    auto groups = groupLayers(function);
    if (failed(groups))
      return failure();
    llvm::DenseMap<Operation *, unsigned> positions;
    for (auto [position, op] : llvm::enumerate(function.front()))
      positions[&op] = position;
    for (auto [index, group] : llvm::enumerate(*groups))
      if (failed(LaunchBuilder(group, function, index, positions).build()))
        return failure();
    numKernels += groups->size();
    // What launches have copies of is used by nothing.
    for (Operation &op :
         llvm::make_early_inc_range(llvm::reverse(function.front()))) {
      if (isOpTriviallyDead(&op) && !isa<nn::LaunchOp>(op))
        op.erase();
      else
        for (StringRef name : {nn::kLayerAttrName, nn::kLayerPartAttrName})
          op.removeAttr(name);
    }
    return success();
  }
};

} // namespace

} // namespace nascent::kernels
