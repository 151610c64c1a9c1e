//===- AssignBuffers.cpp - A place for every value ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Launches are straight-line code: one walk gives every value its place, and
// what is returned the caller's. There is nothing for a bufferisation pass to
// find out, nor anything for it to copy.
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Kernels/NetworkFunctions.h"
#include "nascent/Program/Passes.h"

namespace nascent::program {

#define GEN_PASS_DEF_ASSIGNBUFFERS
#include "nascent/Program/Passes.h.inc"

using namespace mlir;

namespace {

MemRefType bufferType(Type type) {
  auto tensor = cast<RankedTensorType>(type);
  return MemRefType::get(tensor.getShape(), tensor.getElementType());
}

bool isView(Operation *op) {
  return isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp>(op);
}

SmallVector<ReassociationIndices> groupsOf(Operation *view) {
  if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(view))
    return collapse.getReassociationIndices();
  return cast<tensor::ExpandShapeOp>(view).getReassociationIndices();
}

/// A view of a buffer that is of another rank than it.
Value viewAs(OpBuilder &builder, Location loc, Value buffer, MemRefType type,
             ArrayRef<ReassociationIndices> groups) {
  if (cast<MemRefType>(buffer.getType()).getRank() < type.getRank())
    return memref::ExpandShapeOp::create(builder, loc, type, buffer, groups);
  return memref::CollapseShapeOp::create(builder, loc, buffer, groups);
}

/// All of a buffer's elements in one dimension.
Value flatten(OpBuilder &builder, Location loc, Value buffer) {
  auto type = cast<MemRefType>(buffer.getType());
  int64_t rank = type.getRank();
  if (rank == 1)
    return buffer;
  if (rank == 0)
    return viewAs(builder, loc, buffer,
                  MemRefType::get({1}, type.getElementType()), {});
  auto all = llvm::to_vector<2>(llvm::seq<int64_t>(0, rank));
  return memref::CollapseShapeOp::create(builder, loc, buffer,
                                         ArrayRef<ReassociationIndices>(all));
}

/// Moves one network's function from tensors to buffers.
class BufferAssignment {
public:
  explicit BufferAssignment(func::FuncOp function)
      : function(function), builder(function.getContext()),
        numInputs(function.getNumArguments()) {}

  void run();

private:
  void addArguments();
  /// Has the values that are returned, and those they are views of, claim the
  /// caller's buffers.
  void claimOutputs();
  void assignLaunch(nn::LaunchOp launch);
  /// Has what is yet without a place, of a launch's result or what it is seen
  /// as, be a temporary.
  void allocate(Value result);
  /// A value's buffer. Views and parameters become what they are in buffers
  /// where they are needed first.
  Value bufferOf(Value value);
  void copyOutputs(func::ReturnOp ret);
  Value getOutput(unsigned index) {
    return function.getArgument(2 * numInputs + index);
  }

  func::FuncOp function;
  OpBuilder builder;
  unsigned numInputs;
  llvm::DenseMap<Value, Value> buffers;
  /// Of a value that is written as others see it: that view of it.
  llvm::DenseMap<Value, Value> seenAs;
};

/// Adds the buffers behind the tensors, whose places they take in the end.
void BufferAssignment::addArguments() {
  for (unsigned i = 0; i < numInputs; ++i) {
    BlockArgument input = function.getArgument(i);
    buffers[input] = function.front().addArgument(bufferType(input.getType()),
                                                  input.getLoc());
  }
  Operation *ret = function.front().getTerminator();
  for (Value output : ret->getOperands())
    function.front().addArgument(bufferType(output.getType()),
                                 function.getLoc());
}

void BufferAssignment::claimOutputs() {
  Operation *ret = function.front().getTerminator();
  for (auto [index, output] : llvm::enumerate(ret->getOperands())) {
    SmallVector<Value> path = {output};
    while (Operation *op = path.back().getDefiningOp()) {
      if (!isView(op))
        break;
      path.push_back(op->getOperand(0));
    }
    // An input cannot be written there, nor what another output has claimed.
    Value source = path.back();
    if (!source.getDefiningOp<nn::LaunchOp>() || buffers.contains(source) ||
        seenAs.contains(source))
      continue;
    buffers[output] = getOutput(index);
    for (unsigned i = 1; i < path.size(); ++i)
      seenAs[path[i]] = path[i - 1];
  }
}

void BufferAssignment::allocate(Value result) {
  if (buffers.contains(result) || seenAs.contains(result))
    return;
  Operation *user = result.hasOneUse() ? *result.user_begin() : nullptr;
  Value seen = user && isView(user) ? user->getResult(0) : result;
  if (seen != result)
    seenAs[result] = seen;
  buffers[seen] = memref::AllocOp::create(builder, result.getLoc(),
                                          bufferType(seen.getType()));
}

Value BufferAssignment::bufferOf(Value value) {
  // The way to a value that has a buffer.
  SmallVector<Value> path;
  for (Value next = value; !buffers.contains(next);) {
    path.push_back(next);
    if (next.getDefiningOp<nn::LoadParameterOp>())
      break;
    auto seen = seenAs.find(next);
    next = seen != seenAs.end() ? seen->second
                                : next.getDefiningOp()->getOperand(0);
  }
  for (Value next : llvm::reverse(path)) {
    Location loc = next.getLoc();
    MemRefType type = bufferType(next.getType());
    if (auto load = next.getDefiningOp<nn::LoadParameterOp>()) {
      buffers[next] = nn::LoadParameterOp::create(builder, loc, type,
                                                  load.getParameterAttr());
      continue;
    }
    auto seen = seenAs.find(next);
    bool isSeen = seen != seenAs.end();
    Operation *view =
        isSeen ? seen->second.getDefiningOp() : next.getDefiningOp();
    Value from = buffers.lookup(isSeen ? seen->second : view->getOperand(0));
    buffers[next] = viewAs(builder, loc, from, type, groupsOf(view));
  }
  return buffers.lookup(value);
}

void BufferAssignment::assignLaunch(nn::LaunchOp launch) {
  auto buffersOf = [&](ValueRange values) {
    SmallVector<Value> found;
    for (Value value : values)
      found.push_back(bufferOf(value));
    return found;
  };
  for (Value result : launch.getResults())
    allocate(result);
  SmallVector<Value> ins = buffersOf(launch.getIns());
  SmallVector<Value> parameters = buffersOf(launch.getParameters());
  SmallVector<Value> outs = buffersOf(launch.getResults());
  auto stored = nn::LaunchOp::create(builder, launch.getLoc(), TypeRange(),
                                     launch.getKernel(), ins, parameters, outs);
  stored->setDiscardableAttrs(launch->getDiscardableAttrDictionary());
  stored.getBody().takeBody(launch.getBody());
}

/// Returns nothing, once outputs that no launch has written where the caller
/// wants them are copied there.
void BufferAssignment::copyOutputs(func::ReturnOp ret) {
  Location loc = ret.getLoc();
  for (auto [index, output] : llvm::enumerate(ret.getOperands())) {
    Value buffer = bufferOf(output);
    if (buffer == getOutput(index))
      continue;
    Value source = flatten(builder, loc, buffer);
    Value destination = flatten(builder, loc, getOutput(index));
    auto copy = nn::LaunchOp::create(
        builder, loc, TypeRange(),
        kernels::nameOfPart(function, "output_" + Twine(index)), source,
        /*parameters=*/ValueRange(), destination);
    Block &body = copy.getBody().emplaceBlock();
    Value value =
        body.addArgument(nn::LaunchOp::getTensorType(source.getType()), loc);
    auto inner = OpBuilder::atBlockEnd(&body);
    nn::LaunchYieldOp::create(inner, loc, value);
  }
  func::ReturnOp::create(builder, loc);
}

void BufferAssignment::run() {
  SmallVector<Operation *> old;
  for (Operation &op : function.front())
    old.push_back(&op);
  addArguments();
  claimOutputs();
  for (Operation *op : old) {
    builder.setInsertionPoint(op);
    if (auto launch = dyn_cast<nn::LaunchOp>(op))
      assignLaunch(launch);
    else if (auto ret = dyn_cast<func::ReturnOp>(op))
      copyOutputs(ret);
  }
  for (Operation *op : llvm::reverse(old))
    op->erase();
  Block &body = function.front();
  body.eraseArguments(0, numInputs);
  function.setFunctionType(
      builder.getFunctionType(body.getArgumentTypes(), {}));
  // Buffers never overlap: part of the C interface's contract.
  SmallVector<DictionaryAttr> attributes(
      body.getNumArguments(),
      builder.getDictionaryAttr(builder.getNamedAttr(
          LLVM::LLVMDialect::getNoAliasAttrName(), builder.getUnitAttr())));
  function.setAllArgAttrs(attributes);
  function.setAllResultAttrs(ArrayRef<DictionaryAttr>());
  function->setAttr(nn::kNumInputsAttrName,
                    builder.getI64IntegerAttr(numInputs));
}

struct AssignBuffersPass : impl::AssignBuffersBase<AssignBuffersPass> {
  void runOnOperation() override {
    for (func::FuncOp function : kernels::getNetworkFunctions(getOperation())) {
      if (failed(kernels::verifyLaunches(function)) ||
          failed(verifySizes(function)))
        return signalPassFailure();
      BufferAssignment(function).run();
    }
  }

  /// Buffers have known sizes, and a value of a network is one.
  LogicalResult verifySizes(func::FuncOp function) {
    auto verify = [&](Operation *at, Value value) -> LogicalResult {
      auto type = dyn_cast<RankedTensorType>(value.getType());
      if (!type || type.hasStaticShape())
        return success();
      return at->emitOpError()
             << "has a value of type " << type
             << ", whose size is open; run nascent-walk-batch first";
    };
    for (Value input : function.getArguments())
      if (failed(verify(function, input)))
        return failure();
    return success(!function
                        .walk([&](Operation *op) {
                          for (Value result : op->getResults())
                            if (failed(verify(op, result)))
                              return WalkResult::interrupt();
                          return WalkResult::advance();
                        })
                        .wasInterrupted());
  }
};

} // namespace

} // namespace nascent::program
