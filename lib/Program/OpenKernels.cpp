//===- OpenKernels.cpp - Kernels whose sizes are arguments ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A kernel is given where its buffers begin, and the open sizes of what it
// reads. All other sizes it computes for itself: a few multiplications. So
// kernels of equal layers are equal, wherever in the network these are.
//
//===----------------------------------------------------------------------===//

#include "OpenKernels.h"
#include "OpenGroups.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/RegionUtils.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Kernels/NetworkFunctions.h"

using namespace mlir;

namespace nascent::program {

namespace {

class Outliner {
public:
  Outliner(func::FuncOp forward, OpenDims &whole,
           const llvm::SetVector<Operation *> &inlined)
      : forward(forward), whole(whole), inlined(inlined),
        b(forward.getLoc(), forward.getContext()),
        dims(b, [this](Value tensor, int64_t dim) {
          return givenSizeOf(tensor, dim);
        }) {}

  OutlinedKernel outline(Value value, std::optional<unsigned> part,
                         bool isStored, StringRef name, SymbolTable &symbols);

private:
  /// Notes what is read for `value`.
  void collect(Value value);
  void createFunction(Location loc, StringRef name, unsigned numWritten);
  /// The argument that is the size of a value that is not computed here.
  Value givenSizeOf(Value tensor, int64_t dim);
  /// The buffer at `argument`, as a value of these sizes.
  Value viewOf(Value argument, Type element, ArrayRef<OpFoldResult> sizes,
               ArrayRef<OpFoldResult> strides, OpFoldResult offset);
  /// `value` in the kernel.
  Value emit(Value value);
  Value emitRead(Value value);
  Value emitOp(Operation *op);
  /// Where operand `part` of a concatenation is in its result.
  Value emitPart(tensor::ConcatOp concat, unsigned part, Value argument);

  func::FuncOp forward;
  OpenDims &whole;
  const llvm::SetVector<Operation *> &inlined;
  ImplicitLocOpBuilder b;
  OpenDims dims;
  OutlinedKernel kernel;
  Value root;
  llvm::DenseMap<Value, Value> emitted;
};

/// Whether `op` is computed wherever it is needed, and reads no memory itself.
bool isCopied(Operation *op, const llvm::SetVector<Operation *> &inlined) {
  return inlined.contains(op) ||
         isa<linalg::UnPackOp, tensor::PadOp, tensor::EmptyOp>(op) ||
         (isa<tensor::ExtractSliceOp>(op) && !isStoredPart(op));
}

void Outliner::collect(Value value) {
  Operation *op = value.getDefiningOp();
  if (!isa<RankedTensorType>(value.getType()))
    return;
  Value stored = storedValue(value);
  Operation *source = stored.getDefiningOp();
  if (source && isa<nn::LoadParameterOp>(source)) {
    kernel.parameters.insert(stored);
    return;
  }
  // What is a view of what is copied is so, too.
  bool isMemory = !source || !isCopied(source, inlined);
  if (isMemory && (!op || kernels::isView(op) || op == source)) {
    kernel.values.insert(stored);
    return;
  }
  if (kernels::isView(op))
    return collect(op->getOperand(0));
  for (Value operand : op->getOperands())
    collect(operand);
}

void Outliner::createFunction(Location loc, StringRef name,
                              unsigned numWritten) {
  SmallVector<Type> types;
  auto addPointer = [&](Value value) {
    Type element = cast<RankedTensorType>(value.getType()).getElementType();
    types.push_back(MemRefType::get({1}, element));
  };
  for (Value value : kernel.values)
    addPointer(value);
  for (Value value : kernel.parameters) {
    auto type = cast<RankedTensorType>(value.getType());
    types.push_back(MemRefType::get(type.getShape(), type.getElementType()));
  }
  types.append(numWritten, MemRefType::get({1}, b.getF32Type()));
  kernel.function =
      func::FuncOp::create(loc, name, b.getFunctionType(types, {}));
  kernel.function.setPrivate();
  kernel.function->setAttr(nn::kOpenKernelAttrName, b.getUnitAttr());
  for (unsigned index = 0; index < types.size(); ++index)
    kernel.function.setArgAttr(index, LLVM::LLVMDialect::getNoAliasAttrName(),
                               b.getUnitAttr());
  // A parameter owns what lies behind its rows.
  for (unsigned i = 0; i < kernel.parameters.size(); ++i)
    kernel.function.setArgAttr(kernel.values.size() + i, nn::kPaddedAttrName,
                               b.getUnitAttr());
  b.setInsertionPointToStart(kernel.function.addEntryBlock());
  b.setLoc(loc);
}

Value Outliner::givenSizeOf(Value tensor, int64_t dim) {
  Operation *op = tensor.getDefiningOp();
  bool isElsewhere =
      tensor != root && !(op && (kernels::isView(op) || isCopied(op, inlined)));
  if (!isElsewhere && !kernel.values.contains(tensor))
    return {};
  Value size = whole.valueOf(whole.sizeOf(tensor, dim));
  func::FuncOp function = kernel.function;
  unsigned first = function.getNumArguments() - kernel.sizes.size();
  if (kernel.sizes.insert(size))
    (void)function.insertArgument(function.getNumArguments(), size.getType(),
                                  DictionaryAttr(), size.getLoc());
  auto *at = llvm::find(kernel.sizes, size);
  return function.getArgument(first + (at - kernel.sizes.begin()));
}

Value Outliner::viewOf(Value argument, Type element,
                       ArrayRef<OpFoldResult> sizes,
                       ArrayRef<OpFoldResult> strides, OpFoldResult offset) {
  auto numbers = [](ArrayRef<OpFoldResult> values) {
    return llvm::map_to_vector(values, [](OpFoldResult value) {
      return isa<Value>(value) ? ShapedType::kDynamic
                               : *getConstantIntValue(value);
    });
  };
  auto layout = StridedLayoutAttr::get(b.getContext(), numbers(offset).front(),
                                       numbers(strides));
  auto type = MemRefType::get(numbers(sizes), element, layout);
  return memref::ReinterpretCastOp::create(b, type, argument, offset, sizes,
                                           strides);
}

Value Outliner::emitRead(Value value) {
  Value stored = storedValue(value);
  auto type = cast<RankedTensorType>(value.getType());
  auto *at = llvm::find(kernel.values, stored);
  Value argument = kernel.function.getArgument(at - kernel.values.begin());
  Sizes sizes = dims.sizesOf(value);
  Value view = viewOf(argument, type.getElementType(), sizes,
                      dims.stridesOf(sizes), b.getIndexAttr(0));
  return bufferization::ToTensorOp::create(b, type, view, /*restrict=*/true);
}

Value Outliner::emitOp(Operation *op) {
  if (auto empty = dyn_cast<tensor::EmptyOp>(op))
    return tensor::EmptyOp::create(b, dims.emitAll(empty.getMixedSizes()),
                                   empty.getType().getElementType());
  IRMapping mapping;
  SetVector<Value> needed(op->operand_begin(), op->operand_end());
  getUsedValuesDefinedAbove(op->getRegions(), needed);
  for (Value value : needed)
    mapping.map(value, isa<RankedTensorType>(value.getType())
                           ? emit(value)
                           : dims.emit(value));
  Operation *copy = b.clone(*op, mapping);
  for (StringRef name :
       {nn::kLayerAttrName, nn::kLayerPartAttrName, nn::kPlanAttrName})
    copy->removeAttr(name);
  return copy->getResult(0);
}

Value Outliner::emit(Value value) {
  if (Value known = emitted.lookup(value))
    return known;
  Operation *op = value.getDefiningOp();
  Value result;
  if (op && isa<nn::LoadParameterOp>(op)) {
    auto *at = llvm::find(kernel.parameters, value);
    unsigned index = kernel.values.size() + (at - kernel.parameters.begin());
    result = bufferization::ToTensorOp::create(
        b, value.getType(), kernel.function.getArgument(index),
        /*restrict=*/true);
  } else if (kernel.values.contains(storedValue(value))) {
    result = emitRead(value);
  } else {
    result = emitOp(op);
  }
  return emitted[value] = result;
}

Value Outliner::emitPart(tensor::ConcatOp concat, unsigned part,
                         Value argument) {
  int64_t dim = concat.getDim();
  OpFoldResult before = b.getIndexAttr(0);
  for (Value operand : concat.getInputs().take_front(part))
    before = dims.add(before, dims.sizeOf(operand, dim));
  Sizes strides = dims.stridesOf(dims.sizesOf(concat.getResult()));
  Sizes sizes = dims.sizesOf(concat.getInputs()[part]);
  return viewOf(argument, b.getF32Type(), sizes, strides,
                dims.multiply(before, strides[dim]));
}

OutlinedKernel Outliner::outline(Value value, std::optional<unsigned> part,
                                 bool isStored, StringRef name,
                                 SymbolTable &symbols) {
  root = value;
  auto concat = root.getDefiningOp<tensor::ConcatOp>();
  Value computed = part ? Value(concat.getInputs()[*part]) : root;
  Operation *op = computed.getDefiningOp();
  // A copy reads the value, and anything else what it is computed from.
  bool isCopy =
      isStored || part || !op ||
      (!isa<linalg::LinalgOp, nn::RecurrenceOp>(op) && !isStoredPart(op));
  if (isCopy) {
    collect(computed);
  } else {
    SetVector<Value> needed(op->operand_begin(), op->operand_end());
    for (Value value : needed)
      collect(value);
  }
  SmallVector<Value> written = {root};
  if (!isCopy)
    written.assign(op->result_begin(), op->result_end());
  createFunction(root.getLoc(), name, written.size());
  symbols.insert(kernel.function, forward->getIterator());
  Value result = isCopy ? emit(computed) : emitOp(op);
  SmallVector<Value> results = {result};
  if (!isCopy)
    results.assign(result.getDefiningOp()->result_begin(),
                   result.getDefiningOp()->result_end());
  unsigned place = kernel.values.size() + kernel.parameters.size();
  for (auto [index, from, to] : llvm::enumerate(results, written)) {
    Value argument = kernel.function.getArgument(place + index), stored;
    if (part) {
      stored = emitPart(concat, *part, argument);
    } else {
      Sizes sizes = dims.sizesOf(to);
      stored = viewOf(argument, b.getF32Type(), sizes, dims.stridesOf(sizes),
                      b.getIndexAttr(0));
    }
    auto store = bufferization::MaterializeInDestinationOp::create(
        b, /*result=*/Type(), from, stored);
    store.setRestrict(true);
    store.setWritable(true);
  }
  func::ReturnOp::create(b);
  return std::move(kernel);
}

} // namespace

OutlinedKernel outlineOpenKernel(func::FuncOp forward, OpenDims &dims,
                                 Value root, std::optional<unsigned> part,
                                 bool isStored,
                                 const llvm::SetVector<Operation *> &inlined,
                                 StringRef name, SymbolTable &symbols) {
  return Outliner(forward, dims, inlined)
      .outline(root, part, isStored, name, symbols);
}

} // namespace nascent::program
