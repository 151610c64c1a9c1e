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
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/TrainedNetworks.h"
#include "nascent/Kernels/NetworkFunctions.h"
#include "nascent/Kernels/Passes.h"

namespace nascent::kernels {

#define GEN_PASS_DEF_FORMKERNELS
#include "nascent/Kernels/Passes.h.inc"

using namespace mlir;

namespace {

/// Whether `value` is needed at `place` or behind it.
bool isReadFrom(Operation *place, Value value) {
  return llvm::any_of(value.getUsers(), [&](Operation *user) {
    if (isView(user) || isa<tensor::ExtractSliceOp, tensor::ConcatOp>(user))
      return isReadFrom(place, user->getResult(0));
    return user == place || place->isBeforeInBlock(user);
  });
}

int64_t countElements(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.hasStaticShape() ? type.getNumElements() : 0;
}

/// What `value` shows, or shows a part of.
Value shownBy(Value value) {
  Operation *op = value.getDefiningOp();
  while (op && (isView(op) || isa<tensor::ExtractSliceOp>(op))) {
    value = op->getOperand(0);
    op = value.getDefiningOp();
  }
  return value;
}

/// Has values of a training be computed just before they are read, unless what
/// they are computed from, which would have to be kept for as long, is larger.
/// Parameters change: their readers come first.
void computeLate(func::FuncOp function) {
  for (Operation &op :
       llvm::make_early_inc_range(llvm::reverse(function.front()))) {
    Operation *place = function.front().getTerminator();
    for (Operation *user : op.getUsers())
      if (user->isBeforeInBlock(place))
        place = user;
    bool canWait = isView(&op) || isa<tensor::ExtractSliceOp>(op);
    auto launch = dyn_cast<nn::LaunchOp>(op);
    if (launch && launch.getParameters().empty()) {
      int64_t elements = 0;
      for (Value result : launch.getResults())
        elements += countElements(result);
      for (Value operand : launch.getIns())
        if (Value base = shownBy(operand);
            !isa<BlockArgument>(base) && !isReadFrom(place, base))
          elements -= countElements(base);
      canWait = elements > 0;
    }
    // Stores are the last operations of a function.
    bool isEnd = isa<nn::StoreOpInterface, func::ReturnOp>(place);
    if (canWait && !op.use_empty() && !isEnd)
      op.moveBefore(place);
  }
}

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
    // Of the caller's loss, there are two functions in one.
    if (function->hasAttr(nn::kTrainingAttrName) && !nn::isBackward(function))
      computeLate(function);
    return success();
  }
};

} // namespace

} // namespace nascent::kernels
