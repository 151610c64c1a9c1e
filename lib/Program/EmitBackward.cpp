//===- EmitBackward.cpp - Gradients of a loss that the program computes ---===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A function computes outputs, then gradients, in one scratch buffer. Cut in
// two before the gradients of outputs are read, the second part finds in
// scratch what the first one has left. What is for the gradients of inputs
// alone can be left out. Each block of an open batch has a scratch of its own.
//
//===----------------------------------------------------------------------===//

#include "BackwardParts.h"
#include "IndexCheck.h"
#include "TrainingFunctions.h"
#include "TrainingVariants.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "nascent/Dialect/NN/IR/Roles.h"
#include "nascent/Dialect/NN/IR/TrainedNetworks.h"
#include "nascent/Kernels/ForwardContract.h"
#include "nascent/Program/Passes.h"
#include "llvm/Support/MathExtras.h"

namespace nascent::program {

#define GEN_PASS_DEF_EMITBACKWARD
#include "nascent/Program/Passes.h.inc"

using namespace mlir;

namespace {

/// A copy of `function` with the calls that are of some `parts`, each call
/// being of one of `all`. It keeps all arguments.
func::FuncOp createPart(func::FuncOp function, StringRef name,
                        ArrayRef<Part> all, ArrayRef<Part> parts,
                        SymbolTable &symbols) {
  func::FuncOp copy = function.clone();
  copy.setSymName((function.getSymName() + "." + name).str());
  for (StringRef old : {nn::kTrainingAttrName, nn::kScratchBytesAttrName,
                        nn::kParameterBytesAttrName})
    copy->removeAttr(old);
  symbols.insert(copy, function->getIterator());
  SmallVector<Operation *> others;
  for (auto [call, part] :
       llvm::zip_equal(copy.front().getOps<func::CallOp>(), all))
    if (!llvm::is_contained(parts, part))
      others.push_back(call);
  for (Operation *call : others)
    call->erase();
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(copy.front())))
    if (isOpTriviallyDead(&op))
      op.erase();
  return copy;
}

/// The parts of one function of a network.
struct BlockParts {
  BlockParts(func::FuncOp function, ArrayRef<Part> parts, SymbolTable &symbols)
      : rows(TrainingVariants::getRows(function)),
        bytes(llvm::alignTo(
            cast<MemRefType>(function.getArgumentTypes().back()).getDimSize(0),
            nn::kBufferAlignment)),
        forward(createPart(function, "outputs", parts, Part::Forward, symbols)),
        parameters(createPart(function, "parameters", parts, Part::Parameters,
                              symbols)),
        all(createPart(function, "all", parts, {Part::Parameters, Part::Inputs},
                       symbols)) {}

  /// How many rows, 0 where those are all, and the bytes of scratch.
  int64_t rows, bytes;
  func::FuncOp forward, parameters, all;
};

/// Emits the functions of one entry.
class BackwardEntry : TrainingFunctions {
public:
  /// At the start of scratch are the words that random layers draw by, and
  /// whether gradients are kept; what is computed is behind them.
  static constexpr int64_t kKeptOffset = 16, kOwnBytes = nn::kBufferAlignment;

  BackwardEntry(ArrayRef<BlockParts> blocks, const NetworkInterface &network,
                const EntryInterface &entry, SymbolTable &symbols)
      : TrainingFunctions(network, entry, symbols, blocks.front().forward,
                          kOwnBytes +
                              (blocks.front().rows ? 0 : blocks.front().bytes),
                          kKeptOffset),
        blocks(blocks) {}

  LogicalResult emit() {
    return success(succeeded(emitFunction("forward_train")) &&
                   succeeded(emitFunction("backward")));
  }

private:
  LogicalResult emitFunction(StringRef name);
  void takeArguments(bool isBackward);
  /// Whether the caller wants the gradients of inputs.
  Value emitHasInputGradients();
  void emitBlocks(bool isBackward);
  /// Calls a function with rows from `first` on, its scratch from `start` on.
  void call(func::FuncOp callee, Value first, Value start);

  ArrayRef<BlockParts> blocks;
};

void BackwardEntry::takeArguments(bool isBackward) {
  unsigned next = 0;
  auto take = [&] { return function.getArgument(next++); };
  auto takeAll = [&](SmallVector<Value> &to, size_t count) {
    for (size_t i = 0; i < count; ++i)
      to.push_back(take());
  };
  arguments = {};
  arguments.parameters = take();
  takeAll(arguments.inputs, entry.inputs.size());
  if (entry.hasOpenDims()) {
    Value rows = arith::IndexCastOp::create(b, b.getIndexType(), take());
    arguments.batch = arith::MaxSIOp::create(b, rows, index(0));
  }
  takeAll(isBackward ? arguments.outputGradients : arguments.outputs,
          entry.outputs.size());
  if (isBackward)
    arguments.accumulate = take();
  if (entry.isRandom) {
    arguments.seed = take();
    arguments.firstRow = take();
  }
  if (isBackward) {
    arguments.gradients = take();
    while (next + 1 < function.getNumArguments())
      arguments.inputGradients.push_back(take());
  }
  arguments.scratch = take();
}

Value BackwardEntry::emitHasInputGradients() {
  Value all = arith::ConstantIntOp::create(b, 1, 1);
  Value null = index(0);
  for (Value gradient : arguments.inputGradients) {
    Value address = memref::ExtractAlignedPointerAsIndexOp::create(b, gradient);
    Value isThere =
        arith::CmpIOp::create(b, arith::CmpIPredicate::ne, address, null);
    all = arith::AndIOp::create(b, all, isThere);
  }
  return all;
}

void BackwardEntry::call(func::FuncOp callee, Value first, Value start) {
  // What a part does not take may be anything: the start of scratch, where the
  // words of random layers are.
  Value none = arguments.scratch;
  SmallVector<Value> inputs(arguments.inputs), outputs(arguments.outputs);
  if (entry.isRandom) {
    emitWords(/*offset=*/0, first);
    inputs.push_back(none);
  }
  outputs.resize(entry.outputs.size(), none);
  SmallVector<Value> given(arguments.outputGradients);
  given.resize(entry.outputs.size(), none);
  llvm::append_range(inputs, given);
  // The last one, which says whether gradients are kept.
  inputs.push_back(Value());
  llvm::append_range(outputs, arguments.inputGradients);
  SmallVector<Value> operands;
  unsigned nextInput = 0, nextOutput = 0;
  int64_t rows = std::max<int64_t>(TrainingVariants::getRows(callee), 1);
  for (auto [place, type] : llvm::enumerate(callee.getArgumentTypes())) {
    auto buffer = cast<MemRefType>(type);
    Value from, at = index(0);
    switch (*nn::getRole(callee, place)) {
    case nn::Role::Parameters:
      operands.push_back(arguments.parameters);
      continue;
    case nn::Role::Gradients:
      operands.push_back(arguments.gradients);
      if (!arguments.gradients)
        operands.back() =
            memref::ViewOp::create(b, buffer, none, at, ValueRange());
      continue;
    case nn::Role::Scratch:
      operands.push_back(
          memref::ViewOp::create(b, buffer, none, start, ValueRange()));
      continue;
    case nn::Role::Input:
      from = inputs[nextInput++];
      if (from)
        break;
      operands.push_back(wordsAt(kKeptOffset, b.getF32Type(), 1));
      continue;
    default:
      from = nextOutput < outputs.size() ? outputs[nextOutput] : none;
      ++nextOutput;
    }
    if (from != none) {
      int64_t bytes = buffer.getNumElements() / rows * int64_t(sizeof(float));
      at = arith::MulIOp::create(b, first, index(bytes));
    }
    operands.push_back(
        memref::ViewOp::create(b, buffer, from, at, ValueRange()));
  }
  func::CallOp::create(b, callee, operands);
}

/// Walks the batch in blocks of each number of rows, largest first, each with
/// the scratch behind that of the one before.
void BackwardEntry::emitBlocks(bool isBackward) {
  Value hasInputs;
  if (isBackward) {
    startGradients(blocks.front().parameters);
    hasInputs = emitHasInputGradients();
  }
  auto callBlock = [&](const BlockParts &block, Value first, Value start) {
    if (!isBackward)
      return call(block.forward, first, start);
    auto choice = scf::IfOp::create(b, hasInputs, /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(choice.thenBlock());
    call(block.all, first, start);
    b.setInsertionPointToStart(choice.elseBlock());
    call(block.parameters, first, start);
  };
  Value first = index(0), start = index(kOwnBytes);
  if (blocks.front().rows == 0)
    return callBlock(blocks.front(), first, start);
  for (const BlockParts &block : blocks) {
    Value rest = arith::SubIOp::create(b, arguments.batch, first);
    // Row counts are powers of two: no division is emitted.
    Value whole = arith::AndIOp::create(b, rest, index(-block.rows));
    Value end = arith::AddIOp::create(b, first, whole);
    Value step = index(block.rows);
    Value bytes = index(block.bytes);
    auto loop = scf::ForOp::create(b, first, end, step, start);
    {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(loop.getBody());
      Value own = loop.getRegionIterArgs().front();
      callBlock(block, loop.getInductionVar(), own);
      if (isBackward)
        storeKept(number(1));
      Value next = arith::AddIOp::create(b, own, bytes);
      scf::YieldOp::create(b, next);
    }
    first = end;
    start = loop.getResult(0);
  }
}

LogicalResult BackwardEntry::emitFunction(StringRef name) {
  if (failed(begin(name)))
    return failure();
  SmallVector<int64_t> sizes;
  for (const BlockParts &block : blocks)
    if (block.rows)
      sizes.append({block.rows, block.bytes});
  if (!sizes.empty())
    function->setAttr(kBlocksAttrName, b.getDenseI64ArrayAttr(sizes));
  bool isBackward = name == "backward";
  takeArguments(isBackward);
  return emitWhereValid(b, emitIsValid(), [&]() -> LogicalResult {
    emitBlocks(isBackward);
    return success();
  });
}

/// Inputs end in the gradients of outputs, and whether gradients are kept;
/// outputs come before the gradients of inputs.
FailureOr<SmallVector<Part>> partsOf(func::FuncOp function,
                                     const EntryInterface &entry,
                                     SymbolTable &symbols) {
  SmallVector<unsigned> given, results;
  for (unsigned place = 0; place < function.getNumArguments(); ++place) {
    nn::Role role = *nn::getRole(function, place);
    if (role == nn::Role::Input)
      given.push_back(place);
    else if (role == nn::Role::Output)
      results.push_back(place);
  }
  ArrayRef<unsigned> gradients =
      ArrayRef(given)
          .drop_front(entry.inputs.size() + entry.isRandom)
          .drop_back();
  return findParts(function, gradients,
                   ArrayRef(results).take_front(entry.outputs.size()), symbols);
}

struct EmitBackwardPass : impl::EmitBackwardBase<EmitBackwardPass> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    for (const NetworkInterface &network : getInterfaces(getOperation()))
      for (const EntryInterface &entry : network.entries)
        if (entry.hasOwnLoss && failed(emit(network, entry, symbols)))
          return signalPassFailure();
  }

  LogicalResult emit(const NetworkInterface &network,
                     const EntryInterface &entry, SymbolTable &symbols) {
    SmallVector<func::FuncOp> functions;
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      auto label = function->getAttrOfType<StringAttr>(nn::kEntryAttrName);
      auto name = function->getAttrOfType<StringAttr>(nn::kNetworkAttrName);
      if (nn::isBackward(function) && name && name.getValue() == network.name &&
          entry.label == (label ? label.getValue() : ""))
        functions.push_back(function);
    }
    if (functions.empty())
      return getOperation().emitError()
             << "network '" << network.name << "' is trained, but there is no "
             << "function of it whose '" << nn::kTrainingAttrName << "' is '"
             << nn::kBackward << "'; run nascent-build-gradients first";
    llvm::sort(functions, [](func::FuncOp one, func::FuncOp other) {
      return TrainingVariants::getRows(one) > TrainingVariants::getRows(other);
    });
    for (func::FuncOp function : functions) {
      if (failed(kernels::verifyPlannedForward(function)))
        return failure();
      if (entry.hasOpenDims() != (TrainingVariants::getRows(function) != 0) ||
          function->hasAttr(nn::kBatchAttrName))
        return function.emitOpError(
            "must compute some rows of an open batch, or all of another");
      size_t outputs = entry.outputs.size();
      if (failed(verifyInputs(
              function, entry.inputs.size() + entry.isRandom + outputs + 1,
              /*numbers=*/1)))
        return failure();
      if (nn::findArguments(function, nn::Role::Output).size() < outputs)
        return function.emitOpError("must compute the outputs of its entry");
    }
    if (failed(TrainingVariants::verifyRows(functions)))
      return failure();
    SmallVector<BlockParts> blocks;
    for (func::FuncOp function : functions) {
      FailureOr<SmallVector<Part>> parts = partsOf(function, entry, symbols);
      if (failed(parts))
        return failure();
      blocks.emplace_back(function, *parts, symbols);
      symbols.erase(function);
    }
    return BackwardEntry(blocks, network, entry, symbols).emit();
  }
};

} // namespace

} // namespace nascent::program
