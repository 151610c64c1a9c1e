//===- RecurrenceKernel.cpp - Kernels that go through sequences -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RecurrenceKernel.h"
#include "ContractionKernel.h"
#include "PanelLayout.h"
#include "RecurrenceContract.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Support/KeepAsWritten.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace nascent::kernels {

/// Where a result of a recurrence is stored.
static bufferization::MaterializeInDestinationOp storeOf(Value result) {
  return cast<bufferization::MaterializeInDestinationOp>(*result.user_begin());
}

/// The buffer of a recurrence's weight if that is in panels of the sums, of
/// which vectors of `lanes` each lie in one; else null.
static Value findPanels(nn::RecurrenceOp recurrence, int64_t lanes) {
  auto unpack = recurrence.getWeight().getDefiningOp<linalg::UnPackOp>();
  if (recurrence.getTransposed() || !unpack ||
      unpack.getInnerDimsPos() != ArrayRef<int64_t>{0} ||
      !isIdentityPermutation(unpack.getOuterDimsPerm()))
    return {};
  RankedTensorType type = unpack.getSourceType();
  return type.getElementType().isF32() && type.getShape().back() % lanes == 0
             ? unpack.getSource()
                   .getDefiningOp<bufferization::ToTensorOp>()
                   .getBuffer()
             : Value();
}

RecurrenceKernel::RecurrenceKernel(func::FuncOp kernel,
                                   nn::RecurrenceOp recurrence,
                                   const VectorTarget &target,
                                   int64_t networkBytes, bool strict)
    : KernelEmitter(kernel, storeOf(recurrence.getResult(0)), target),
      kernel(kernel), recurrence(recurrence), networkBytes(networkBytes),
      isOpen(kernel->hasAttr(nn::kOpenKernelAttrName)), strict(strict),
      units(recurrence.getUnits()) {
  b.setInsertionPoint(kernel.front().getTerminator());
  auto bufferOf = [](Value read) {
    return read.getDefiningOp<bufferization::ToTensorOp>().getBuffer();
  };
  if (linalg::LinalgOp product = findInputProduct(recurrence)) {
    input = bufferOf(product.getDpsInputs()[0]);
    inputWeight = bufferOf(storedFormOf(product.getDpsInputs()[1]));
    if (auto bias =
            product.getDpsInits()[0].getDefiningOp<linalg::BroadcastOp>())
      inputBias = bufferOf(bias.getInput());
  } else {
    for (Value all : recurrence.getSteps())
      steps.push_back(bufferOf(all));
  }
  for (Value state : recurrence.getInitial())
    initial.push_back(bufferOf(state));
  if (Value each = recurrence.getLengths())
    lengths = bufferOf(each);
  for (Value all : recurrence.getSequences())
    sequences.push_back(storeOf(all).getDest());
  for (Value state : recurrence.getStates()) {
    results.push_back(storeOf(state).getDest());
    states.push_back(rowsOf(results.back()));
  }
  sums = rowsOf(storeOf(recurrence.getSums()).getDest());
  ArrayRef<int64_t> shape = cast<MemRefType>(sums.getType()).getShape();
  if (shape.front() != 1)
    return;
  this->target.lanes = chooseCellLanes(target, units);
  if (fitsRegisters(target, units, shape.back()))
    weight = findPanels(recurrence, this->target.lanes);
  if (Value onto = recurrence.getBias(); onto && weight)
    bias = bufferOf(onto);
}

Value RecurrenceKernel::rowsOf(Value buffer) {
  if (!isOpen)
    return buffer;
  auto type = cast<MemRefType>(buffer.getType());
  int64_t columns = type.getDimSize(1);
  auto row = MemRefType::get({1, columns}, type.getElementType());
  Value whole = buffer.getDefiningOp<memref::ReinterpretCastOp>().getSource();
  return memref::ReinterpretCastOp::create(b, row, whole, /*offset=*/0,
                                           ArrayRef<int64_t>{1, columns},
                                           ArrayRef<int64_t>{columns, 1});
}

Value RecurrenceKernel::sizeOf(unsigned dim) {
  int64_t size = recurrence.getBatchAndLength()[dim];
  if (!ShapedType::isDynamic(size))
    return index(size);
  auto view = steps.front().getDefiningOp<memref::ReinterpretCastOp>();
  return cast<Value>(view.getMixedSizes()[dim]);
}

void RecurrenceKernel::forEachRow(function_ref<void(Value)> inside) {
  Turn turn = part;
  int64_t start = 0;
  for (RowBlocks tiles : rowTiles) {
    int64_t end = start + tiles.rows * tiles.count;
    turn = forEachOwn(turn, start, end, tiles.rows, [&](Value first) {
      if (tiles.rows == 1)
        return inside(first);
      Value last = add(first, index(tiles.rows));
      forEach(first, last, 1, inside);
    });
    start = end;
  }
}

void RecurrenceKernel::forEachUnits(
    Value row, function_ref<void(const Position &)> inside) {
  int64_t whole = units / target.lanes * target.lanes, rest = units - whole;
  auto emitWhole = [&](Value unit) {
    inside({{row}, unit, target.lanes, target.lanes});
  };
  if (weight)
    for (int64_t unit = 0; unit < whole; unit += target.lanes)
      emitWhole(index(unit));
  else
    forEach(0, whole, target.lanes, emitWhole);
  if (rest)
    inside({{row}, index(whole), int64_t(llvm::PowerOf2Ceil(rest)), rest});
}

void RecurrenceKernel::forEachValue(Value buffer, const Position &position,
                                    function_ref<void(Value, bool)> inside) {
  int64_t columns = cast<MemRefType>(buffer.getType()).getShape().back();
  for (int64_t first = 0; first < columns; first += units)
    inside(add(position.column, index(first)), first % position.lanes == 0);
}

void RecurrenceKernel::store(Value value, Value buffer, ValueRange indices,
                             const Position &position) {
  int64_t columns = cast<MemRefType>(buffer.getType()).getShape().back();
  body.store(value, buffer, indices, position, /*isAlone=*/columns == units);
}

void RecurrenceKernel::beginStates(Value row, Value own) {
  forEachUnits(own, [&](const Position &position) {
    auto type = VectorType::get({position.lanes}, b.getF32Type());
    for (auto [index, buffer] : llvm::enumerate(states)) {
      Value state = buffer, from = initial.empty() ? Value() : initial[index];
      forEachValue(state, position, [&](Value column, bool isMultiple) {
        Value first =
            from ? body.load(from, {row, column}, position, isMultiple)
                 : Value(arith::ConstantOp::create(b, b.getZeroAttr(type)));
        store(first, state, {own, column}, position);
      });
    }
  });
}

LogicalResult RecurrenceKernel::emitProduct(Value turn) {
  // The product in linalg, for as long as its kernel is emitted.
  auto type = cast<MemRefType>(sums.getType());
  auto stateType = cast<MemRefType>(states[0].getType());
  SmallVector<Operation *> described;
  auto describe = [&](auto op) {
    described.push_back(op);
    return op->getResult(0);
  };
  Value state = describe(bufferization::ToTensorOp::create(
      b, RankedTensorType::get(stateType.getShape(), b.getF32Type()), states[0],
      /*restrict=*/true));
  Value empty =
      describe(tensor::EmptyOp::create(b, type.getShape(), b.getF32Type()));
  Value init;
  if (recurrence.getBias()) {
    init = describe(linalg::BroadcastOp::create(b, recurrence.getBias(), empty,
                                                ArrayRef<int64_t>{0}));
  } else {
    Value zero =
        describe(arith::ConstantOp::create(b, b.getF32FloatAttr(0.0f)));
    init = describe(linalg::FillOp::create(b, zero, empty));
  }
  SmallVector<Value> factors = {state, recurrence.getWeight()};
  Value product =
      recurrence.getTransposed()
          ? describe(linalg::MatmulOp::create(b, b.getLoc(), factors, init))
          : describe(linalg::MatmulTransposeBOp::create(b, b.getLoc(), factors,
                                                        init));
  auto store = bufferization::MaterializeInDestinationOp::create(
      b, /*result=*/Type(), product, sums);
  ContractionKernel emitter(kernel, store, target, networkBytes);
  emitter.shareRows();
  if (type.getDimSize(0) == 1 &&
      recurrence.getWeight().getType().getNumElements() *
              int64_t(sizeof(float)) >
          target.nearestCache)
    emitter.goToAndFro(turn);
  auto contraction = cast<linalg::LinalgOp>(product.getDefiningOp());
  if (failed(emitter.emit(contraction, strict)))
    return failure();
  rowTiles = emitter.getRowTiles();
  description = emitter.describe() + ", for each step";
  numTiles = emitter.getNumTiles();
  store.erase();
  // Scalars that code refers to stay.
  for (Operation *op : llvm::reverse(described))
    if (op->use_empty())
      op->erase();
  return success();
}

LogicalResult RecurrenceKernel::emitSteps(function_ref<void(Value)> cells) {
  Value first = index(0), length = sizeOf(1), one = index(1);
  auto loop = scf::ForOp::create(b, first, length, one);
  // Hoisted from straight code, the weight would only be copied to the stack.
  keepAsWritten(loop, /*hoist=*/!weight);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  Value step = loop.getInductionVar();
  if (recurrence.getReverse()) {
    Value last = arith::SubIOp::create(b, length, one);
    step = arith::SubIOp::create(b, last, step);
  }
  // What waits for nothing comes first, unless it would be too much to keep.
  inputs.clear();
  if (input && units == target.lanes)
    for (int64_t gate = 0; gate < recurrence.getGates(); ++gate)
      inputs.push_back(emitInput(step, index(gate * units),
                                 {{first}, index(gate * units), units, units}));
  auto emitStep = [&](Value turn) {
    if (weight) {
      rowTiles = {{1, 1}};
      description = "with sums in registers, for each step";
      numTiles = 1;
    } else if (failed(emitProduct(turn))) {
      return failure();
    }
    b.setInsertionPoint(loop.getBody()->getTerminator());
    cells(step);
    return success();
  };
  if (!recurrence.getTwice())
    return emitStep(loop.getInductionVar());
  // Each product takes a turn of its own.
  product = 0;
  Value turns = arith::MulIOp::create(b, loop.getInductionVar(), index(2));
  if (failed(emitStep(turns)))
    return failure();
  product = 1;
  return emitStep(add(turns, one));
}

LogicalResult RecurrenceKernel::emitTogether() {
  auto cells = [&](Value step) {
    forEachRow([&](Value row) { emitCell(row, row, step); });
  };
  // Which rows a part has is known once the product is planned.
  Operation *before = b.getInsertionBlock()->getTerminator()->getPrevNode();
  if (failed(emitSteps(cells)))
    return failure();
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointAfter(before);
  forEachRow([&](Value row) { beginStates(row, row); });
  return success();
}

LogicalResult RecurrenceKernel::emitOneByOne() {
  Value zero = index(0), one = index(1), count = sizeOf(0);
  bool ok = true;
  forEach(zero, count, 1, [&](Value counter) {
    Value after = arith::SubIOp::create(b, count, counter);
    Value row = arith::SubIOp::create(b, after, one);
    beginStates(row, zero);
    ok &= succeeded(emitSteps([&](Value step) { emitCell(row, zero, step); }));
    forEachUnits(zero, [&](const Position &position) {
      for (auto [from, to] : llvm::zip_equal(states, results)) {
        Value state = from, result = to;
        forEachValue(state, position, [&](Value column, bool isMultiple) {
          Value value = body.load(state, {zero, column}, position, isMultiple);
          store(value, result, {row, column}, position);
        });
      }
    });
  });
  return success(ok);
}

LogicalResult RecurrenceKernel::emit() {
  return isOpen ? emitOneByOne() : emitTogether();
}

} // namespace nascent::kernels
