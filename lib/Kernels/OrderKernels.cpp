//===- OrderKernels.cpp - When a training computes what -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a training keeps for long is what it takes of scratch. A parameter's
// gradient is stored outside of that, and is often the last to read large
// values: the earlier it is computed, the sooner their places are free. Any
// other value is computed when it is read.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/TrainedNetworks.h"
#include "nascent/Kernels/NetworkFunctions.h"
#include "nascent/Kernels/Passes.h"

namespace nascent::kernels {

#define GEN_PASS_DEF_ORDERKERNELS
#include "nascent/Kernels/Passes.h.inc"

using namespace mlir;

namespace {

/// Whether `op` shows elements of what it reads, and computes nothing.
bool isShown(Operation *op) {
  return isView(op) || isa<tensor::ExtractSliceOp>(op);
}

/// Whether `value` is needed at `place` or behind it, by others than `except`.
bool isReadFrom(Operation *place, Value value, Operation *except = nullptr) {
  return llvm::any_of(value.getUsers(), [&](Operation *user) {
    if (isShown(user) || isa<tensor::ConcatOp>(user))
      return isReadFrom(place, user->getResult(0), except);
    return user != except && !user->isBeforeInBlock(place);
  });
}

int64_t countElements(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.hasStaticShape() ? type.getNumElements() : 0;
}

int64_t countResults(nn::LaunchOp launch) {
  int64_t elements = 0;
  for (Value result : launch.getResults())
    elements += countElements(result);
  return elements;
}

/// What `value` shows, or shows a part of.
Value shownBy(Value value) {
  Operation *op = value.getDefiningOp();
  while (op && isShown(op)) {
    value = op->getOperand(0);
    op = value.getDefiningOp();
  }
  return value;
}

/// The elements that `launch` reads of values that nothing else needs at
/// `place` or behind it.
int64_t countFreed(nn::LaunchOp launch, Operation *place) {
  int64_t elements = 0;
  llvm::SmallSetVector<Value, 4> bases;
  for (Value operand : launch.getIns())
    bases.insert(shownBy(operand));
  for (Value base : bases)
    if (!isa<BlockArgument>(base) && !isReadFrom(place, base, launch))
      elements += countElements(base);
  return elements;
}

/// Has views and parameters be there as soon as they can.
void showEarly(Block &body) {
  for (Operation &op : llvm::make_early_inc_range(body)) {
    Operation *source =
        isShown(&op) ? op.getOperand(0).getDefiningOp() : nullptr;
    if (source)
      op.moveAfter(source);
    else if (isShown(&op) || isa<nn::LoadOpInterface>(op))
      op.moveBefore(&body.front());
  }
}

/// The last operation, but for `launch`, to read what is stored where `launch`
/// stores its result; null where nothing is.
Operation *findLastReader(nn::LaunchOp launch) {
  Operation *last = nullptr;
  for (Operation *user : launch->getUsers())
    for (Value parameter : launch.getParameters())
      if (auto load = parameter.getDefiningOp<nn::LoadOpInterface>();
          load &&
          load.getStorage() == cast<nn::StoreOpInterface>(user).getStorage())
        for (Operation *reader : load->getUsers())
          if (reader != launch && (!last || last->isBeforeInBlock(reader)))
            last = reader;
  return last;
}

/// Puts `launch` behind what it reads, and behind `place`.
void moveEarly(nn::LaunchOp launch, Operation *place = nullptr) {
  for (Value operand : launch.getOperands())
    if (Operation *op = operand.getDefiningOp();
        op && (!place || place->isBeforeInBlock(op)))
      place = op;
  if (place)
    launch->moveAfter(place);
}

/// Has what is stored be computed as soon as it can, with what is for nothing
/// else. A weight's new value, which is stored where the old one is once
/// nothing reads that any more, waits for that where it is larger than what it
/// is computed from.
void storeEarly(Block &body) {
  auto isStored = [](nn::LaunchOp launch) {
    return launch && !launch.use_empty() &&
           llvm::all_of(launch->getUsers(),
                        llvm::IsaPred<nn::StoreOpInterface>);
  };
  SmallVector<nn::LaunchOp> launches(body.getOps<nn::LaunchOp>());
  for (nn::LaunchOp launch : launches)
    if (launch.getParameters().empty() && !launch.use_empty() &&
        llvm::all_of(launch->getUsers(), [&](Operation *user) {
          return isStored(dyn_cast<nn::LaunchOp>(user));
        }))
      moveEarly(launch);
  for (nn::LaunchOp launch : llvm::make_filter_range(launches, isStored)) {
    Operation *reader = findLastReader(launch);
    bool waits = reader && countResults(launch) >=
                               countFreed(launch, reader->getNextNode());
    moveEarly(launch, waits ? reader : nullptr);
  }
}

/// Has values be computed just before they are read, unless what they are
/// computed from, which would have to be kept for as long, is larger.
/// Parameters change: their readers come first.
void computeLate(Block &body) {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(body))) {
    Operation *place = body.getTerminator();
    for (Operation *user : op.getUsers())
      if (user->isBeforeInBlock(place))
        place = user;
    auto launch = dyn_cast<nn::LaunchOp>(op);
    bool canWait =
        isShown(&op) || (launch && launch.getParameters().empty() &&
                         countResults(launch) > countFreed(launch, place));
    // Stores are the last operations of a function.
    bool isEnd = isa<nn::StoreOpInterface, func::ReturnOp>(place);
    if (canWait && !op.use_empty() && !isEnd)
      op.moveBefore(place);
  }
}

struct OrderKernelsPass : impl::OrderKernelsBase<OrderKernelsPass> {
  void runOnOperation() override {
    for (func::FuncOp function : getNetworkFunctions(getOperation())) {
      if (failed(verifyLaunches(function)))
        return signalPassFailure();
      // Of the caller's loss, there are two functions in one.
      if (!function->hasAttr(nn::kTrainingAttrName) || nn::isBackward(function))
        continue;
      showEarly(function.front());
      storeEarly(function.front());
      computeLate(function.front());
    }
  }
};

} // namespace

} // namespace nascent::kernels
