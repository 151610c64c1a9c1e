//===- TrainingFunctions.cpp - What functions for training have in common -===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TrainingFunctions.h"
#include "IndexCheck.h"
#include "TrainingVariants.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "nascent/CInterface/Functions.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/Roles.h"

using namespace mlir;

namespace nascent::program {

static bool isFloats(RankedTensorType type) {
  return type.getElementType().isF32();
}

LogicalResult TrainingFunctions::begin(StringRef name, int64_t more) {
  auto pointer = MemRefType::get({1}, b.getI8Type());
  BufferTypes buffers;
  buffers.parameters = origin.getArgumentTypes().front();
  buffers.inputs.assign(entry.inputs.size(), pointer);
  buffers.outputs.assign(entry.outputs.size(), pointer);
  buffers.target.assign(!entry.endsInLoss, pointer);
  buffers.counted.assign(!entry.endsInLoss || entry.numLabels != 0, pointer);
  buffers.inputGradients.assign(llvm::count_if(entry.inputs, isFloats),
                                pointer);
  buffers.gradients = buffers.parameters;
  buffers.scratch = MemRefType::get({scratchBytes + more}, b.getI8Type());
  buffers.numSizes = entry.sizeArguments().size();
  buffers.isRandom = entry.isRandom;
  StringAttr label;
  if (!entry.label.empty())
    label = b.getStringAttr(entry.label);
  auto created = createFunction(name, b.getStringAttr(network.name), label,
                                buffers, origin, symbols);
  if (failed(created))
    return failure();
  function = *created;
  if (label)
    function->setAttr(nn::kEntryAttrName, label);
  function->setAttr(nn::kTrainingAttrName, b.getStringAttr("entry"));
  function->setAttr(nn::kScratchBytesAttrName,
                    b.getI64IntegerAttr(scratchBytes + more));
  b.setInsertionPointToStart(&function.front());
  return success();
}

Value TrainingFunctions::emitCount(RankedTensorType type) {
  SmallVector<int64_t> shape(type.getShape());
  bool isOpen = type.isDynamicDim(0);
  if (isOpen)
    shape.front() = 1;
  Value count = index(ShapedType::getNumElements(shape));
  return isOpen ? Value(arith::MulIOp::create(b, count, arguments.batch))
                : count;
}

Value TrainingFunctions::emitIsValid() {
  SmallVector<Value> buffers, counts;
  EntryInterface checked = entry;
  Value labels = arguments.target;
  if (entry.hasIndices())
    for (auto [input, type] : llvm::zip_equal(arguments.inputs, entry.inputs)) {
      buffers.push_back(input);
      counts.push_back(emitCount(type));
    }
  if (entry.endsInLoss && entry.numLabels != 0) {
    labels = arguments.inputs[entry.labelInput];
    checked.limits[entry.labelInput] = 0;
  }
  Value isValid = emitIndicesAreThere(b, checked, buffers, counts);
  if (entry.numLabels == 0)
    return isValid;
  Value count = emitCount(entry.target);
  Value areThere = emitLabelsAreThere(b, entry, labels, count);
  return arith::AndIOp::create(b, isValid, areThere);
}

void TrainingFunctions::emitWords(int64_t offset, Value first) {
  Value words = wordsAt(offset, b.getI32Type(), 4);
  Value rows = arith::IndexCastOp::create(b, b.getI64Type(), first);
  Value row = arith::AddIOp::create(b, arguments.firstRow, rows);
  Value half = arith::ConstantIntOp::create(b, 32, 64);
  int64_t place = 0;
  for (Value number : {arguments.seed, row}) {
    Value high = arith::ShRUIOp::create(b, number, half);
    for (Value part : {number, high}) {
      Value word = arith::TruncIOp::create(b, b.getI32Type(), part);
      Value at = index(place++);
      memref::StoreOp::create(b, word, words, at);
    }
  }
}

LogicalResult verifyInputs(func::FuncOp callee, size_t expected,
                           unsigned numbers) {
  SmallVector<unsigned> inputs = nn::findArguments(callee, nn::Role::Input);
  auto isNumber = [&](unsigned input) {
    return cast<MemRefType>(callee.getArgumentTypes()[input]).getShape() ==
           ArrayRef<int64_t>(1);
  };
  if (inputs.size() == expected &&
      llvm::all_of(ArrayRef(inputs).take_back(numbers), isNumber))
    return success();
  return callee.emitOpError()
         << "must have " << expected << " inputs, the last " << numbers
         << " of one number each, as nascent-build-gradients makes them, but "
            "is of type "
         << callee.getFunctionType();
}

void TrainingFunctions::startGradients(func::FuncOp callee) {
  Value none = arith::ConstantIntOp::create(b, 0, 32);
  Value isOff = arith::CmpIOp::create(b, arith::CmpIPredicate::eq,
                                      arguments.accumulate, none);
  Value zero = number(0), one = number(1);
  Value kept = arith::SelectOp::create(b, isOff, zero, one);
  storeKept(kept);
  auto choice = scf::IfOp::create(b, isOff, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(choice.thenBlock());
  auto gaps = callee->getAttrOfType<DenseI64ArrayAttr>(kGradientGapsAttrName);
  for (unsigned i = 0; gaps && i < gaps.size(); i += 2)
    if (int64_t rest = network.gradientBytes - gaps[i]; rest > 0)
      emitZeros(gaps[i], std::min(gaps[i + 1], rest));
  if (!arguments.batch)
    return;
  Value rows = index(0);
  Value isEmpty =
      arith::CmpIOp::create(b, arith::CmpIPredicate::eq, arguments.batch, rows);
  auto empty = scf::IfOp::create(b, isEmpty, /*withElseRegion=*/false);
  b.setInsertionPointToStart(empty.thenBlock());
  emitZeros(0, network.gradientBytes);
}

void TrainingFunctions::storeKept(Value kept) {
  Value place = wordsAt(keptOffset, b.getF32Type(), 1);
  Value first = index(0);
  memref::StoreOp::create(b, kept, place, first);
}

void TrainingFunctions::emitZeros(int64_t offset, int64_t bytes) {
  int64_t floats = bytes / int64_t(sizeof(float));
  Value place = index(offset);
  Value all =
      memref::ViewOp::create(b, MemRefType::get({floats}, b.getF32Type()),
                             arguments.gradients, place, ValueRange());
  Value zero = number(0);
  Value start = index(0);
  Value end = index(floats);
  Value one = index(1);
  auto loop = scf::ForOp::create(b, start, end, one);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  memref::StoreOp::create(b, zero, all, loop.getInductionVar());
}

} // namespace nascent::program
