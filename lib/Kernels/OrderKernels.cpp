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

/// What reads results of `op`, or what is shown of them.
SmallVector<Operation *> readersOf(Operation *op) {
  SmallVector<Operation *> readers;
  SmallVector<Operation *> seen = {op};
  while (!seen.empty())
    for (Operation *user : seen.pop_back_val()->getUsers())
      (isShown(user) ? seen : readers).push_back(user);
  return readers;
}

/// Whether `launch` reads what may change: a parameter or a gradient.
bool readsStorage(nn::LaunchOp launch) {
  return llvm::any_of(launch.getOperands(), [](Value operand) {
    return bool(shownBy(operand).getDefiningOp<nn::LoadOpInterface>());
  });
}

/// The elements of scratch that `launch` reads and nothing else needs at
/// `place` or behind it.
int64_t countFreed(nn::LaunchOp launch, Operation *place) {
  int64_t elements = 0;
  llvm::SmallSetVector<Value, 4> bases;
  for (Value operand : launch.getIns())
    bases.insert(shownBy(operand));
  for (Value base : bases)
    if (isa_and_nonnull<nn::LaunchOp, tensor::ConcatOp>(base.getDefiningOp()) &&
        !isReadFrom(place, base, launch))
      elements += countElements(base);
  return elements;
}

/// Puts `op` behind what it reads, and behind `place`; views of it follow.
void moveEarly(Operation *op, Operation *place = nullptr) {
  for (Value operand : op->getOperands())
    if (Operation *source = operand.getDefiningOp();
        source && (!place || place->isBeforeInBlock(source)))
      place = source;
  if (place)
    op->moveAfter(place);
  for (Operation *user : op->getUsers())
    if (isShown(user))
      moveEarly(user);
}

/// Has views and parameters be there as soon as they can.
void showEarly(Block &body) {
  Operation *last = nullptr;
  for (Operation *op : llvm::to_vector(llvm::make_pointer_range(body))) {
    if (!isShown(op) && !isa<nn::LoadOpInterface>(op))
      continue;
    // What reads nothing that is computed comes first.
    bool isFirst =
        llvm::all_of(op->getOperands(), llvm::IsaPred<BlockArgument>);
    if (isFirst && !last)
      op->moveBefore(&body.front());
    moveEarly(op, isFirst ? last : nullptr);
    if (isFirst)
      last = op;
  }
}

/// The last operation, but for `launch`, to read what is stored where `launch`
/// stores its result; null where nothing is. It comes before all stores: they,
/// and what returns, may not read what is loaded.
Operation *findLastReader(nn::LaunchOp launch) {
  Operation *last = nullptr;
  for (Value operand : launch.getOperands()) {
    auto load = shownBy(operand).getDefiningOp<nn::LoadOpInterface>();
    auto isStoredThere = [&](Operation *store) {
      return cast<nn::StoreOpInterface>(store).getStorage() ==
             load.getStorage();
    };
    if (load && llvm::any_of(readersOf(launch), isStoredThere))
      for (Operation *reader : readersOf(load))
        if (reader != launch && (!last || last->isBeforeInBlock(reader)))
          last = reader;
  }
  return last;
}

/// Has what is stored be computed as soon as it can, with what is for nothing
/// else. A weight's new value, which is stored where the old one is once
/// nothing reads that any more, waits for that where it is at least as large as
/// what it is computed from.
void storeEarly(Block &body) {
  auto isStored = [](nn::LaunchOp launch) {
    return launch && !launch.use_empty() &&
           llvm::all_of(readersOf(launch), llvm::IsaPred<nn::StoreOpInterface>);
  };
  SmallVector<nn::LaunchOp> launches(body.getOps<nn::LaunchOp>());
  for (nn::LaunchOp launch : launches)
    if (launch.getParameters().empty() && !launch.use_empty() &&
        llvm::all_of(readersOf(launch), [&](Operation *reader) {
          return isStored(dyn_cast<nn::LaunchOp>(reader));
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
        isShown(&op) || (launch && !readsStorage(launch) &&
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
      Block &body = function.front();
      SmallVector<nn::LaunchOp> before(body.getOps<nn::LaunchOp>());
      showEarly(body);
      storeEarly(body);
      computeLate(body);
      for (auto [old, now] : llvm::zip(before, body.getOps<nn::LaunchOp>()))
        numMoved += old != now;
    }
  }
};

} // namespace

} // namespace nascent::kernels
