//===- EmitTraining.cpp - The public functions of a loss ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A loss is a sum over rows, and so is each gradient: a batch of any size goes
// through functions of fixed numbers of rows, which add to what is there.
//
//===----------------------------------------------------------------------===//

#include "IndexCheck.h"
#include "SgdStep.h"
#include "StepCalls.h"
#include "TrainingFunctions.h"
#include "TrainingVariants.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Kernels/ForwardContract.h"
#include "nascent/Program/Passes.h"
#include <algorithm>

namespace nascent::program {

#define GEN_PASS_DEF_EMITTRAINING
#include "nascent/Program/Passes.h.inc"

using namespace mlir;

namespace {

/// Emits the functions of one entry's loss.
class TrainingEntry : TrainingFunctions {
public:
  TrainingEntry(const TrainingVariants &variants,
                const NetworkInterface &network, const EntryInterface &entry,
                SymbolTable &symbols)
      : TrainingFunctions(network, entry, symbols, variants.getFirst(),
                          variants.getScratchBytes(), variants.getKeptOffset()),
        variants(variants) {}

  LogicalResult emit() {
    return success(succeeded(verifyCallees()) &&
                   succeeded(emitLoss("loss_and_gradients")) &&
                   succeeded(emitLoss("loss")) &&
                   (!network.hasTrainSgd || succeeded(emitLoss("train_sgd"))) &&
                   succeeded(emitTerms()) &&
                   (!variants.hasSteps() || succeeded(emitAllSteps())));
  }

private:
  /// Fails, after an error, on functions that are called with other inputs.
  LogicalResult verifyCallees();
  LogicalResult emitLoss(StringRef name);
  /// The same, step by step.
  LogicalResult emitAllSteps();
  LogicalResult emitSteps(StringRef name, func::FuncOp callee);
  /// Makes `arguments` those of what `name` names.
  void takeArguments(StringRef name);
  /// How many losses there are.
  LogicalResult emitTerms();
  /// How many rows there are; `take` gives the argument that says it.
  Value emitBatch(function_ref<Value()> take);
  void emitWhole();
  void emitBlocks();
  /// What `function` is called with for rows from `first` on.
  SmallVector<Value> operandsOf(func::FuncOp function, Value first, Value loss);
  void call(func::FuncOp function, Value first, Value loss);
  /// Stores what gradients are multiplied by, to be added to what they are of.
  void emitChange();
  /// What computes the loss, and gradients if there are any.
  ArrayRef<func::FuncOp> getCallees() {
    return arguments.gradients ? variants.getGradients() : variants.getLoss();
  }
  Value floatAt(int64_t offset) { return wordsAt(offset, b.getF32Type(), 1); }

  const TrainingVariants &variants;
};

LogicalResult TrainingEntry::verifyCallees() {
  size_t inputs = entry.inputs.size() + !entry.endsInLoss;
  for (func::FuncOp callee : variants.getLoss())
    if (failed(verifyInputs(callee, inputs + 1, 1)))
      return failure();
  inputs += entry.isRandom;
  for (func::FuncOp callee : variants.getTrainSgd())
    if (failed(verifyInputs(callee, inputs + 2, 2)))
      return failure();
  for (func::FuncOp callee : variants.getGradients()) {
    if (failed(verifyInputs(callee, inputs + 2, 2)))
      return failure();
    if (!variants.hasGradients(callee))
      return callee.emitOpError("must have an argument of the role gradients");
  }
  return success();
}

SmallVector<TrainingFunctions::Value>
TrainingEntry::operandsOf(func::FuncOp callee, Value first, Value loss) {
  SmallVector<Value> values(arguments.inputs);
  if (arguments.target)
    values.push_back(arguments.target);
  SmallVector<Value> operands = {arguments.parameters};
  for (auto [i, value] : llvm::enumerate(values)) {
    auto type = cast<MemRefType>(callee.getArgumentTypes()[1 + i]);
    int64_t rows = std::max<int64_t>(variants.getRows(callee), 1);
    int64_t bytes = type.getNumElements() / rows * int64_t(sizeof(float));
    Value start = arith::MulIOp::create(b, first, index(bytes));
    operands.push_back(
        memref::ViewOp::create(b, type, value, start, ValueRange()));
  }
  if (arguments.seed)
    operands.push_back(wordsAt(variants.getWordsOffset(), b.getF32Type(), 4));
  operands.push_back(floatAt(variants.getScaleOffset()));
  if (variants.hasGradients(callee))
    llvm::append_values(operands, floatAt(keptOffset), arguments.gradients);
  else if (arguments.rate)
    operands.push_back(floatAt(variants.getLossOffset()));
  operands.push_back(loss);
  Value zero = index(0);
  operands.push_back(memref::ViewOp::create(
      b, cast<MemRefType>(callee.getArgumentTypes().back()), arguments.scratch,
      zero, ValueRange()));
  return operands;
}

void TrainingEntry::call(func::FuncOp callee, Value first, Value loss) {
  if (arguments.seed)
    emitWords(variants.getWordsOffset(), first);
  SmallVector<Value> operands = operandsOf(callee, first, loss);
  func::CallOp::create(b, callee, operands);
}

void TrainingEntry::emitChange() {
  Value product = arith::MulFOp::create(b, arguments.scale, arguments.rate);
  Value change = arith::NegFOp::create(b, product);
  Value place = floatAt(variants.getLossOffset());
  Value zero = index(0);
  memref::StoreOp::create(b, change, place, zero);
}

Value TrainingEntry::emitBatch(function_ref<Value()> take) {
  if (int64_t known = variants.getBatch())
    return index(known);
  Value rows = arith::IndexCastOp::create(b, b.getIndexType(), take());
  return arith::MaxSIOp::create(b, rows, index(0));
}

void TrainingEntry::emitWhole() {
  Value zero = index(0);
  if (arguments.rate) {
    emitChange();
    return call(variants.getTrainSgd().front(), zero, arguments.loss);
  }
  if (arguments.gradients)
    startGradients(getCallees().front());
  call(getCallees().front(), zero, arguments.loss);
}

/// Walks the batch in blocks of each number of rows, largest first; the last
/// one leaves none.
void TrainingEntry::emitBlocks() {
  if (arguments.gradients)
    startGradients(getCallees().front());
  Value first = index(0);
  Value zero = number(0);
  memref::StoreOp::create(b, zero, arguments.loss, first);
  Value part = floatAt(variants.getLossOffset());
  Value start = first;
  for (func::FuncOp callee : getCallees()) {
    int64_t rows = variants.getRows(callee);
    Value rest = arith::SubIOp::create(b, arguments.batch, start);
    // Row counts are powers of two: no division is emitted.
    Value whole = arith::AndIOp::create(b, rest, index(-rows));
    Value end = arith::AddIOp::create(b, start, whole);
    Value step = index(rows);
    auto loop = scf::ForOp::create(b, start, end, step);
    {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(loop.getBody());
      call(callee, loop.getInductionVar(), part);
      if (arguments.gradients)
        storeKept(number(1));
      Value before = memref::LoadOp::create(b, arguments.loss, first);
      Value own = memref::LoadOp::create(b, part, first);
      Value sum = arith::AddFOp::create(b, before, own);
      memref::StoreOp::create(b, sum, arguments.loss, first);
    }
    start = end;
  }
}

void TrainingEntry::takeArguments(StringRef name) {
  unsigned next = 0;
  auto take = [&] { return function.getArgument(next++); };
  arguments = {};
  arguments.parameters = take();
  for (size_t i = 0; i < entry.inputs.size(); ++i)
    arguments.inputs.push_back(take());
  if (!entry.endsInLoss)
    arguments.target = take();
  if (variants.isInBlocks())
    arguments.batch = emitBatch(take);
  arguments.scale = take();
  if (name == "train_sgd")
    arguments.rate = take();
  else if (name != "loss")
    arguments.accumulate = take();
  if (name != "loss" && entry.isRandom) {
    arguments.seed = take();
    arguments.firstRow = take();
  }
  if (arguments.accumulate)
    arguments.gradients = take();
  arguments.loss = take();
  arguments.scratch = take();
}

LogicalResult TrainingEntry::emitLoss(StringRef name) {
  // Gradients that are accumulated first are in scratch, behind all else.
  bool hasOwn = name == "train_sgd" && variants.isInBlocks();
  if (failed(begin(name, hasOwn ? sgdStepBytes(network) : 0)))
    return failure();
  takeArguments(name);
  if (hasOwn) {
    arguments.accumulate = arith::ConstantIntOp::create(b, 0, 32);
    arguments.gradients = sgdStepGradients(b, arguments.scratch, scratchBytes,
                                           origin.getArgumentTypes().front());
  }
  return emitWhereValid(b, emitIsValid(), [&]() -> LogicalResult {
    Value scale = floatAt(variants.getScaleOffset());
    Value zero = index(0);
    memref::StoreOp::create(b, arguments.scale, scale, zero);
    variants.isInBlocks() ? emitBlocks() : emitWhole();
    if (!hasOwn)
      return success();
    return emitSgdStep(b, network, origin, symbols, arguments.parameters,
                       arguments.rate, arguments.scratch, scratchBytes);
  });
}

LogicalResult TrainingEntry::emitAllSteps() {
  if (failed(
          emitSteps("loss_and_gradients", variants.getGradients().front())) ||
      failed(emitSteps("loss", variants.getLoss().front())))
    return failure();
  return success(
      !network.hasTrainSgd ||
      succeeded(emitSteps("train_sgd", variants.getTrainSgd().front())));
}

/// Before the steps of `callee` is one for what the caller's numbers are stored
/// as.
LogicalResult TrainingEntry::emitSteps(StringRef name, func::FuncOp callee) {
  if (failed(begin((name + "_step").str())) ||
      failed(kernels::verifySplitForward(callee, symbols)))
    return failure();
  SmallVector<func::CallOp> calls(callee.front().getOps<func::CallOp>());
  int64_t steps = 1 + calls.size();
  function->setAttr(nn::kStepsAttrName, b.getI64IntegerAttr(steps));
  takeArguments(name);
  return emitWhereValid(b, emitIsValid(), [&]() -> LogicalResult {
    StepPart part = emitPart(b, function);
    Value zero = index(0);
    IRMapping map;
    map.map(callee.getArguments(), operandsOf(callee, zero, arguments.loss));
    emitSwitch(b, part.step, steps, [&](int64_t step) {
      OpBuilder::InsertionGuard guard(b);
      if (step != 0)
        return emitCall(b, calls[step - 1], part, map, symbols);
      Value isFirst =
          arith::CmpIOp::create(b, arith::CmpIPredicate::eq, part.part, zero);
      auto first = scf::IfOp::create(b, isFirst, /*hasElse=*/false);
      b.setInsertionPointToStart(first.thenBlock());
      Value scale = floatAt(variants.getScaleOffset());
      memref::StoreOp::create(b, arguments.scale, scale, zero);
      if (arguments.seed)
        emitWords(variants.getWordsOffset(), zero);
      if (arguments.rate)
        emitChange();
      if (arguments.gradients)
        startGradients(callee);
    });
    return success();
  });
}

LogicalResult TrainingEntry::emitTerms() {
  if (failed(begin(entry.weights.empty() ? "loss_terms" : "weight_of_terms")))
    return failure();
  arguments = {};
  if (variants.isInBlocks())
    arguments.batch = emitBatch([&] { return function.getArguments().back(); });
  Value count = emitCount(entry.target);
  Value terms =
      entry.numLabels == 0
          ? Value(arith::IndexCastOp::create(b, b.getI64Type(), count))
          : emitLabelCount(b, entry, function.getArgument(0), count,
                           network.name, symbols);
  func::ReturnOp::create(b, terms);
  return success();
}

struct EmitTrainingPass : impl::EmitTrainingBase<EmitTrainingPass> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    for (const NetworkInterface &network : getInterfaces(getOperation()))
      for (const EntryInterface &entry : network.entries) {
        if (!entry.hasLoss())
          continue;
        auto variants =
            TrainingVariants::match(getOperation(), network.name, entry.label);
        if (failed(variants) ||
            failed(TrainingEntry(*variants, network, entry, symbols).emit()))
          return signalPassFailure();
      }
  }
};

} // namespace

} // namespace nascent::program
