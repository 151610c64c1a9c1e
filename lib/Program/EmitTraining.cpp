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
#include "TrainingVariants.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "nascent/CInterface/Functions.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Program/Passes.h"

namespace nascent::program {

#define GEN_PASS_DEF_EMITTRAINING
#include "nascent/Program/Passes.h.inc"

using namespace mlir;

namespace {

/// Emits the functions of one entry.
class TrainingEntry {
public:
  TrainingEntry(const TrainingVariants &variants,
                const NetworkInterface &network, const EntryInterface &entry,
                SymbolTable &symbols)
      : variants(variants), network(network), entry(entry), symbols(symbols),
        origin(variants.getFirst()), b(origin.getLoc(), origin.getContext()) {}

  LogicalResult emit() {
    return success(succeeded(emitLoss("loss_and_gradients")) &&
                   succeeded(emitLoss("loss")) && succeeded(emitTerms()));
  }

private:
  /// The arguments of a function that has been begun, by what they are.
  struct Arguments {
    Value parameters, target, batch, scale, accumulate, gradients, loss,
        scratch;
    SmallVector<Value> inputs;
  };

  LogicalResult begin(StringRef name);
  LogicalResult emitLoss(StringRef name);
  /// How many losses there are.
  LogicalResult emitTerms();
  /// How many elements the rows of an input or of the target have.
  Value emitCount(RankedTensorType type);
  Value emitIsValid();
  void emitWhole();
  void emitBlocks();
  /// Makes gradients zero that are not accumulated onto.
  void emitClear();
  /// Makes so many bytes of gradients zero.
  void emitZeros(int64_t offset, int64_t bytes);
  /// Calls `function` with rows from `first` on.
  void call(func::FuncOp function, Value first, Value loss);
  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(b, value);
  }
  /// A float at the end of scratch.
  Value floatAt(int64_t offset) {
    Value start = index(offset);
    return memref::ViewOp::create(b, MemRefType::get({1}, b.getF32Type()),
                                  arguments.scratch, start, ValueRange());
  }

  const TrainingVariants &variants;
  const NetworkInterface &network;
  const EntryInterface &entry;
  SymbolTable &symbols;
  func::FuncOp origin;
  ImplicitLocOpBuilder b;
  func::FuncOp function;
  Arguments arguments;
};

LogicalResult TrainingEntry::begin(StringRef name) {
  auto pointer = MemRefType::get({1}, b.getI8Type());
  BufferTypes buffers;
  buffers.parameters = origin.getArgumentTypes().front();
  buffers.inputs.assign(entry.inputs.size(), pointer);
  buffers.gradients = buffers.parameters;
  buffers.scratch =
      MemRefType::get({variants.getScratchBytes()}, b.getI8Type());
  buffers.numSizes = entry.sizeArguments().size();
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
                    b.getI64IntegerAttr(variants.getScratchBytes()));
  b.setInsertionPointToStart(&function.front());
  return success();
}

Value TrainingEntry::emitCount(RankedTensorType type) {
  SmallVector<int64_t> shape(type.getShape());
  bool isOpen = type.isDynamicDim(0);
  if (isOpen)
    shape.front() = 1;
  Value count = index(ShapedType::getNumElements(shape));
  return isOpen ? Value(arith::MulIOp::create(b, count, arguments.batch))
                : count;
}

Value TrainingEntry::emitIsValid() {
  SmallVector<Value> buffers, counts;
  if (entry.hasIndices())
    for (auto [input, type] : llvm::zip_equal(arguments.inputs, entry.inputs)) {
      buffers.push_back(input);
      counts.push_back(emitCount(type));
    }
  Value isValid = emitIndicesAreThere(b, entry, buffers, counts);
  if (entry.numLabels == 0)
    return isValid;
  Value count = emitCount(entry.target);
  Value areThere =
      emitLabelsAreThere(b, entry.numLabels, arguments.target, count);
  return arith::AndIOp::create(b, isValid, areThere);
}

void TrainingEntry::call(func::FuncOp callee, Value first, Value loss) {
  SmallVector<Value> values(arguments.inputs);
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
  operands.push_back(floatAt(variants.getScaleOffset()));
  if (variants.hasGradients(callee))
    operands.push_back(arguments.gradients);
  operands.push_back(loss);
  Value zero = index(0);
  operands.push_back(memref::ViewOp::create(
      b, cast<MemRefType>(callee.getArgumentTypes().back()), arguments.scratch,
      zero, ValueRange()));
  func::CallOp::create(b, callee, operands);
}

void TrainingEntry::emitWhole() {
  Value zero = index(0);
  if (!arguments.gradients)
    return call(variants.getLoss().front(), zero, arguments.loss);
  Value none = arith::ConstantIntOp::create(b, 0, 32);
  Value isOn = arith::CmpIOp::create(b, arith::CmpIPredicate::ne,
                                     arguments.accumulate, none);
  auto choice = scf::IfOp::create(b, isOn, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(choice.thenBlock());
  call(variants.getAccumulate().front(), zero, arguments.loss);
  b.setInsertionPointToStart(choice.elseBlock());
  func::FuncOp callee = variants.getGradients().front();
  call(callee, zero, arguments.loss);
  // What accumulates adds to what has been stored, so that gaps are zero.
  auto gaps = callee->getAttrOfType<DenseI64ArrayAttr>(kGradientGapsAttrName);
  for (unsigned i = 0; gaps && i < gaps.size(); i += 2)
    emitZeros(gaps[i], gaps[i + 1]);
}

void TrainingEntry::emitClear() {
  Value none = arith::ConstantIntOp::create(b, 0, 32);
  Value isOff = arith::CmpIOp::create(b, arith::CmpIPredicate::eq,
                                      arguments.accumulate, none);
  auto choice = scf::IfOp::create(b, isOff, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(choice.thenBlock());
  emitZeros(0, network.gradientBytes);
}

void TrainingEntry::emitZeros(int64_t offset, int64_t bytes) {
  int64_t floats = bytes / int64_t(sizeof(float));
  Value place = index(offset);
  Value all =
      memref::ViewOp::create(b, MemRefType::get({floats}, b.getF32Type()),
                             arguments.gradients, place, ValueRange());
  Value zero =
      arith::ConstantOp::create(b, b.getF32FloatAttr(0.0f)).getResult();
  Value start = index(0);
  Value end = index(floats);
  Value one = index(1);
  auto loop = scf::ForOp::create(b, start, end, one);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  memref::StoreOp::create(b, zero, all, loop.getInductionVar());
}

/// Walks the batch in blocks of each number of rows, largest first; the last
/// one is one row and leaves none.
void TrainingEntry::emitBlocks() {
  if (arguments.gradients)
    emitClear();
  Value first = index(0);
  Value zero =
      arith::ConstantOp::create(b, b.getF32FloatAttr(0.0f)).getResult();
  memref::StoreOp::create(b, zero, arguments.loss, first);
  Value part = floatAt(variants.getLossOffset());
  Value start = first;
  for (func::FuncOp callee :
       arguments.gradients ? variants.getAccumulate() : variants.getLoss()) {
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
      Value before = memref::LoadOp::create(b, arguments.loss, first);
      Value own = memref::LoadOp::create(b, part, first);
      Value sum = arith::AddFOp::create(b, before, own);
      memref::StoreOp::create(b, sum, arguments.loss, first);
    }
    start = end;
  }
}

LogicalResult TrainingEntry::emitLoss(StringRef name) {
  if (failed(begin(name)))
    return failure();
  unsigned next = 0;
  auto take = [&] { return function.getArgument(next++); };
  arguments = {};
  arguments.parameters = take();
  for (size_t i = 0; i < entry.inputs.size(); ++i)
    arguments.inputs.push_back(take());
  arguments.target = take();
  if (variants.isOpen()) {
    Value rows = arith::IndexCastOp::create(b, b.getIndexType(), take());
    arguments.batch = arith::MaxSIOp::create(b, rows, index(0));
  }
  arguments.scale = take();
  if (name != "loss") {
    arguments.accumulate = take();
    arguments.gradients = take();
  }
  arguments.loss = take();
  arguments.scratch = take();
  return emitWhereValid(b, emitIsValid(), [&]() -> LogicalResult {
    Value scale = floatAt(variants.getScaleOffset());
    Value zero = index(0);
    memref::StoreOp::create(b, arguments.scale, scale, zero);
    variants.isOpen() ? emitBlocks() : emitWhole();
    return success();
  });
}

LogicalResult TrainingEntry::emitTerms() {
  if (failed(begin("loss_terms")))
    return failure();
  arguments = {};
  arguments.target = function.getArgument(0);
  if (variants.isOpen()) {
    Value rows = arith::IndexCastOp::create(b, b.getIndexType(),
                                            function.getArgument(1));
    arguments.batch = arith::MaxSIOp::create(b, rows, index(0));
  }
  Value count = emitCount(entry.target);
  Value terms =
      entry.numLabels == 0
          ? Value(arith::IndexCastOp::create(b, b.getI64Type(), count))
          : emitLabelCount(b, arguments.target, count);
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
