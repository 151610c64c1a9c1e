//===- LowerOpenNetworks.cpp - Networks whose sizes are arguments ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where more than the batch is open, there are no fixed sizes to choose tiles,
// blocks and places for. So a network becomes kernels that are given the sizes,
// and an entry point that computes from them where in scratch each value is.
//
//===----------------------------------------------------------------------===//

#include "IndexCheck.h"
#include "OpenContract.h"
#include "OpenGroups.h"
#include "OpenKernels.h"
#include "OpenSlots.h"
#include "StateBuffer.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "nascent/CInterface/Functions.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Kernels/NetworkFunctions.h"
#include "nascent/Program/Passes.h"

namespace nascent::program {

#define GEN_PASS_DEF_LOWEROPENNETWORKS
#include "nascent/Program/Passes.h.inc"

using namespace mlir;

namespace {

/// A value in memory: an input, an output, or what shares slot `index` of
/// scratch with others that are not live together.
struct OpenPlace {
  enum Kind { Input, Output, Slot } kind;
  unsigned index;
};

/// A kernel's call: it writes all that an operation computes, or a part of a
/// value, or copies one to an output.
struct Step {
  OutlinedKernel kernel;
  SmallVector<Value> written;
  std::optional<unsigned> output;
};

class NetworkLowering {
public:
  NetworkLowering(func::FuncOp forward, SymbolTable &symbols)
      : forward(forward), symbols(symbols),
        b(forward.getLoc(), forward.getContext()),
        numStates(countStates(forward)),
        state(forward, forward.getArgumentTypes(), forward.getResultTypes()) {}

  LogicalResult lower();

private:
  StringAttr attribute(StringRef name) {
    return forward->getAttrOfType<StringAttr>(name);
  }
  unsigned numSizes() {
    return forward->getAttrOfType<ArrayAttr>(nn::NNDialect::kSizesAttrName)
        .size();
  }
  /// The network's own inputs.
  ArrayRef<BlockArgument> getInputs() {
    return forward.getArguments().drop_back(numStates);
  }
  unsigned countOutputs() { return getReturn().getNumOperands() - numStates; }
  func::ReturnOp getReturn() {
    return cast<func::ReturnOp>(forward.front().getTerminator());
  }
  /// The open sizes of inputs, at the end of the network's own function.
  SmallVector<Value> emitInputSizes();
  /// Makes kernels of all that is computed in memory.
  void outline(OpenDims &dims);
  void addStep(OpenDims &dims, Value root, std::optional<unsigned> part,
               const Twine &name, bool isStored = false);
  /// Has outputs be written where the caller wants them, or copied there.
  void copyOutputs(OpenDims &dims);
  /// Gives each value that is written its place.
  void place();
  /// The open sizes as numbers that a program can have, and whether they are.
  SmallVector<Value> emitSizes(ValueRange arguments);
  Value emitFits(ValueRange sizes);
  /// Whether all indices are there that the inputs have, and lengths fit.
  Value emitAreThere(func::FuncOp entry, ValueRange sizes,
                     const EntryInterface &interface);
  FailureOr<func::FuncOp> createEntry(StringRef name);
  LogicalResult emitForward();
  LogicalResult emitScratchBytes();
  LogicalResult emitCalls(func::FuncOp entry, ValueRange sizes);

  func::FuncOp forward;
  SymbolTable &symbols;
  ImplicitLocOpBuilder b;
  unsigned numStates;
  StateBuffer state;
  SetVector<Operation *> inlined;
  std::vector<Step> steps;
  llvm::DenseMap<Value, OpenPlace> places;
  OpenSlots slots;
};

SmallVector<Value> NetworkLowering::emitInputSizes() {
  b.setInsertionPoint(getReturn());
  SmallVector<Value> sizes(numSizes());
  StringRef key = nn::NNDialect::kSizesAttrName;
  auto names = forward->getAttrOfType<ArrayAttr>(key);
  for (BlockArgument input : getInputs()) {
    auto own = forward.getArgAttrOfType<ArrayAttr>(input.getArgNumber(), key);
    for (auto [dim, name] : llvm::enumerate(own))
      if (auto *at = llvm::find(names, name); at != names.end())
        sizes[at - names.begin()] = tensor::DimOp::create(b, input, dim);
  }
  return sizes;
}

void NetworkLowering::addStep(OpenDims &dims, Value root,
                              std::optional<unsigned> part, const Twine &name,
                              bool isStored) {
  std::string symbol = kernels::nameOfPart(forward, name);
  SmallVector<Value> written = {root};
  if (auto recurrence = root.getDefiningOp<nn::RecurrenceOp>())
    written.assign(recurrence.result_begin(), recurrence.result_end());
  steps.push_back({outlineOpenKernel(forward, dims, root, part, isStored,
                                     inlined, symbol, symbols),
                   std::move(written), std::nullopt});
}

void NetworkLowering::outline(OpenDims &dims) {
  inlined = findInlined(forward);
  for (auto [index, op] : llvm::enumerate(forward.front())) {
    if (auto concat = dyn_cast<tensor::ConcatOp>(op)) {
      for (unsigned part = 0; part < concat.getInputs().size(); ++part)
        addStep(dims, concat.getResult(), part,
                "join_" + Twine(index) + "_" + Twine(part));
      continue;
    }
    if (isStoredPart(&op)) {
      addStep(dims, op.getResult(0), std::nullopt, "part_" + Twine(index));
      continue;
    }
    if (!isa<linalg::LinalgOp, nn::RecurrenceOp>(op) ||
        isa<linalg::UnPackOp>(op) || inlined.contains(&op))
      continue;
    auto layer = op.getAttrOfType<StringAttr>(nn::kLayerAttrName);
    std::string name = layer ? ("layer_" + layer.getValue()).str() : "kernel";
    addStep(dims, op.getResult(0), std::nullopt, name + "_" + Twine(index));
  }
}

void NetworkLowering::copyOutputs(OpenDims &dims) {
  for (auto [index, output] : llvm::enumerate(getReturn().getOperands())) {
    Value stored = storedValue(output);
    bool isWritten = llvm::any_of(steps, [&](const Step &step) {
      return llvm::is_contained(step.written, stored);
    });
    if (isWritten &&
        places
            .try_emplace(stored, OpenPlace{OpenPlace::Output, unsigned(index)})
            .second)
      continue;
    addStep(dims, output, std::nullopt, "output_" + Twine(index), isWritten);
    steps.back().written.clear();
    steps.back().output = index;
  }
}

void NetworkLowering::place() {
  for (BlockArgument input : forward.getArguments())
    places[input] = {OpenPlace::Input, input.getArgNumber()};
  llvm::DenseMap<Value, size_t> lastUse;
  for (auto [time, step] : llvm::enumerate(steps)) {
    for (Value value : step.kernel.values)
      lastUse[value] = time;
    for (Value value : step.written)
      lastUse[value] = std::max(lastUse.lookup(value), time);
  }
  for (Value output : getReturn().getOperands())
    lastUse[storedValue(output)] = steps.size();
  for (auto [time, step] : llvm::enumerate(steps))
    for (Value value : step.written)
      if (!places.contains(value))
        places[value] = {OpenPlace::Slot,
                         slots.add(value, time, lastUse.lookup(value))};
}

SmallVector<Value> NetworkLowering::emitSizes(ValueRange arguments) {
  SmallVector<Value> sizes;
  Value zero = arith::ConstantIndexOp::create(b, 0);
  // A batch of less than zero has no rows; other sizes so small do not fit.
  for (Value argument : arguments) {
    Value size = arith::IndexCastOp::create(b, b.getIndexType(), argument);
    sizes.push_back(arith::MaxSIOp::create(b, size, zero));
  }
  return sizes;
}

Value NetworkLowering::emitFits(ValueRange sizes) {
  auto name = forward->getAttrOfType<FlatSymbolRefAttr>(nn::kFitsAttrName);
  auto fits = symbols.lookup<func::FuncOp>(name.getAttr());
  return func::CallOp::create(b, fits, sizes).getResult(0);
}

Value NetworkLowering::emitAreThere(func::FuncOp entry, ValueRange sizes,
                                    const EntryInterface &interface) {
  OpenDims dims(b, sizesOfInputs(forward, sizes));
  SmallVector<Value> counts;
  for (Value input : getInputs())
    counts.push_back(dims.valueOf(dims.elementsOf(input)));
  return emitIndicesAreThere(b, interface,
                             entry.getArguments().slice(1, counts.size()),
                             counts, sizes);
}

FailureOr<func::FuncOp> NetworkLowering::createEntry(StringRef name) {
  auto bytes = forward->getAttrOfType<IntegerAttr>(nn::kParameterBytesAttrName);
  Type pointer = MemRefType::get({1}, b.getI8Type());
  BufferTypes buffers;
  buffers.parameters = MemRefType::get({bytes.getInt()}, b.getI8Type());
  buffers.inputs.assign(getInputs().size(), pointer);
  buffers.outputs.assign(countOutputs(), pointer);
  if (numStates)
    buffers.state = MemRefType::get({state.getBytes()}, b.getI8Type());
  buffers.scratch = pointer;
  buffers.numSizes = numSizes();
  auto entry =
      createFunction(name, attribute(nn::kNetworkAttrName),
                     attribute(nn::kEntryAttrName), buffers, forward, symbols);
  if (succeeded(entry))
    b.setInsertionPointToStart(&entry->front());
  return entry;
}

LogicalResult NetworkLowering::emitScratchBytes() {
  auto entry = createEntry("scratch_bytes_of");
  if (failed(entry))
    return failure();
  SmallVector<Value> sizes = emitSizes(entry->getArguments());
  Value fits = emitFits(sizes);
  OpenDims dims(b, sizesOfInputs(forward, sizes));
  Value bytes = slots.emitStarts(b, dims).back();
  Value least = arith::ConstantIndexOp::create(b, nn::kBufferAlignment);
  bytes = arith::MaxSIOp::create(b, bytes, least);
  Value number = arith::IndexCastOp::create(b, b.getI64Type(), bytes);
  Value none = arith::ConstantIntOp::create(b, -1, 64);
  Value result = arith::SelectOp::create(b, fits, number, none);
  func::ReturnOp::create(b, result);
  return success();
}

LogicalResult NetworkLowering::emitCalls(func::FuncOp entry, ValueRange sizes) {
  unsigned numInputs = getInputs().size(), numOutputs = countOutputs();
  auto view = [&](Value buffer, MemRefType type, Value start) -> Value {
    return memref::ViewOp::create(b, type, buffer, start, ValueRange());
  };
  auto pointer = MemRefType::get({1}, b.getF32Type());
  Value zero = arith::ConstantIndexOp::create(b, 0);
  OpenDims dims(b, sizesOfInputs(forward, sizes));
  SmallVector<Value> starts = slots.emitStarts(b, dims);
  Value stateBuffer = entry.getArguments().drop_back().back();
  if (numStates && !forward->hasAttr(kPlacesAttrName))
    state.begin(b, stateBuffer);
  auto bufferAt = [&](OpenPlace place) {
    unsigned index = place.index;
    switch (place.kind) {
    case OpenPlace::Input:
      if (index >= numInputs)
        return view(stateBuffer, pointer, state.emitRead(b, index - numInputs));
      return view(entry.getArgument(1 + index), pointer, zero);
    case OpenPlace::Output:
      if (index >= numOutputs)
        return view(stateBuffer, pointer,
                    state.emitWritten(b, index - numOutputs));
      return view(entry.getArgument(1 + numInputs + numSizes() + index),
                  pointer, zero);
    case OpenPlace::Slot:
      return view(entry.getArguments().back(), pointer, starts[index]);
    }
    llvm_unreachable("a place of no kind");
  };
  for (Step &step : steps) {
    SmallVector<Value> operands;
    for (Value value : step.kernel.values)
      operands.push_back(bufferAt(places.find(value)->second));
    for (Value value : step.kernel.parameters) {
      auto load = value.getDefiningOp<nn::LoadParameterOp>();
      auto parameter =
          symbols.lookup<nn::ParameterOp>(load.getParameterAttr().getAttr());
      if (!parameter.getOffset())
        return load.emitOpError() << "refers to '" << parameter.getSymName()
                                  << "', which has no place yet; run "
                                     "nn-assign-layouts first";
      auto type = cast<MemRefType>(
          step.kernel.function.getArgumentTypes()[operands.size()]);
      Value start =
          arith::ConstantIndexOp::create(b, int64_t(*parameter.getOffset()));
      operands.push_back(view(entry.getArgument(0), type, start));
    }
    if (step.output)
      operands.push_back(bufferAt({OpenPlace::Output, *step.output}));
    for (Value value : step.written)
      operands.push_back(bufferAt(places.find(value)->second));
    for (Value size : step.kernel.sizes)
      operands.push_back(dims.emit(size));
    func::CallOp::create(b, step.kernel.function, operands);
  }
  if (numStates)
    state.end(b);
  return success();
}

LogicalResult NetworkLowering::emitForward() {
  auto entry = createEntry("forward_open");
  if (failed(entry))
    return failure();
  SmallVector<Value> sizes = emitSizes(
      entry->getArguments().slice(1 + getInputs().size(), numSizes()));
  if (numStates)
    (*entry)->setAttr(nn::kStateBytesAttrName,
                      b.getI64IntegerAttr(state.getBytes()));
  Value fits = emitFits(sizes);
  if (auto places = forward->getAttrOfType<IntegerAttr>(kPlacesAttrName)) {
    state.begin(b, entry->getArguments().drop_back().back());
    Value all = state.emitPlacesFit(b, places.getInt(), sizes.front());
    fits = arith::AndIOp::create(b, fits, all);
  }
  EntryInterface interface =
      findEntry(forward->getParentOfType<ModuleOp>(),
                attribute(nn::kNetworkAttrName), attribute(nn::kEntryAttrName));
  if (interface.hasIndices()) {
    // Sizes that do not fit say nothing of buffers.
    auto isRead = scf::IfOp::create(b, b.getI1Type(), fits,
                                    /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(isRead.elseBlock());
    scf::YieldOp::create(b, fits);
    b.setInsertionPointToStart(isRead.thenBlock());
    Value areThere = emitAreThere(*entry, sizes, interface);
    scf::YieldOp::create(b, areThere);
    fits = isRead.getResult(0);
  }
  return emitWhereValid(b, fits, [&] { return emitCalls(*entry, sizes); });
}

LogicalResult NetworkLowering::lower() {
  if (failed(verifyOpenForward(forward, symbols)))
    return failure();
  OpenDims dims(b, sizesOfInputs(forward, emitInputSizes()));
  outline(dims);
  copyOutputs(dims);
  place();
  if (failed(emitScratchBytes()) || failed(emitForward()))
    return failure();
  symbols.erase(forward);
  return success();
}

struct LowerOpenNetworksPass
    : impl::LowerOpenNetworksBase<LowerOpenNetworksPass> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    for (func::FuncOp function : kernels::getNetworkFunctions(getOperation()))
      if (function->hasAttr(nn::NNDialect::kSizesAttrName) &&
          (failed(verifyStates(function, function.getArgumentTypes(),
                               function.getResultTypes())) ||
           failed(NetworkLowering(function, symbols).lower())))
        return signalPassFailure();
  }
};

} // namespace

} // namespace nascent::program
