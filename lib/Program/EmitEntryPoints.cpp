//===- EmitEntryPoints.cpp - The public forward functions -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ForwardVariants.h"
#include "IndexCheck.h"
#include "StateBuffer.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "nascent/CInterface/Functions.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Kernels/ForwardContract.h"
#include "nascent/Program/Passes.h"
#include "llvm/ADT/MapVector.h"

namespace nascent::program {

#define GEN_PASS_DEF_EMITENTRYPOINTS
#include "nascent/Program/Passes.h.inc"

using namespace mlir;

namespace {

/// The types that buffers of all rows have, of those of some where the batch is
/// walked.
SmallVector<Type> typesOfAllRows(const ForwardVariants &variants,
                                 ArrayRef<MemRefType> types) {
  return llvm::map_to_vector(types, [&](MemRefType type) -> Type {
    SmallVector<int64_t> shape(type.getShape());
    if (variants.hasBlocks())
      shape.front() = variants.getBatch().value_or(1);
    return MemRefType::get(shape, type.getElementType());
  });
}

class EntryPoint {
public:
  explicit EntryPoint(const ForwardVariants &variants)
      : variants(variants), b(variants.getFirst().getFunction().getLoc(),
                              variants.getFirst().getFunction().getContext()),
        numStates(countStates(variants.getFirst().getFunction())),
        state(variants.getFirst().getFunction(),
              typesOfAllRows(variants, variants.getInputs()),
              typesOfAllRows(variants, variants.getOutputs())) {}

  LogicalResult emit(StringAttr network, StringAttr label,
                     SymbolTable &symbols);

private:
  /// Rows of the batch: which row is the first, also counted from those that go
  /// through all segments together.
  struct Rows {
    Value first, within;
  };

  BufferTypes bufferTypes();
  /// The entry point's buffer that a value is in, the caller's or scratch, and
  /// where in it the value begins.
  std::pair<Value, Value> placeOf(StringRef value);
  /// The network's own inputs and outputs.
  ArrayRef<MemRefType> getInputs() {
    return variants.getInputs().drop_back(numStates);
  }
  ArrayRef<MemRefType> getOutputs() {
    return variants.getOutputs().drop_back(numStates);
  }
  void emitRows();
  /// Whether all indices are there that the inputs have, and all places.
  Value emitIsValid();
  /// How many rows an open batch has.
  Value emitBatch();
  void emitWhole();
  void emitBlocks();
  void emitOpen();
  /// Takes the rows from `start` to `end` through all segments, `rows` at a
  /// time.
  void emitTogether(int64_t rows, Value start, Value end);
  /// Takes `rows` rows from `first` on through one segment.
  void emitSegment(ArrayRef<Variant> segment, int64_t rows, Value first);
  void call(const Variant &variant, Rows rows);

  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(b, value);
  }

  const ForwardVariants &variants;
  ImplicitLocOpBuilder b;
  unsigned numStates;
  StateBuffer state;
  func::FuncOp entry;
  /// What the module says of it.
  EntryInterface interface;
};

BufferTypes EntryPoint::bufferTypes() {
  BufferTypes buffers;
  buffers.parameters =
      variants.getFirst().getFunction().getArgumentTypes().front();
  buffers.numSizes = variants.isOpen();
  // Variants have views of their rows: a bare pointer. So has what reads
  // indices.
  auto typeOf = [&](MemRefType type) {
    return variants.hasBlocks() || interface.hasIndices()
               ? MemRefType::get({1}, b.getI8Type())
               : type;
  };
  for (MemRefType type : getInputs())
    buffers.inputs.push_back(typeOf(type));
  for (MemRefType type : getOutputs())
    buffers.outputs.push_back(typeOf(type));
  if (numStates)
    buffers.state = MemRefType::get({state.getBytes()}, b.getI8Type());
  buffers.scratch =
      MemRefType::get({variants.getScratchBytes()}, b.getI8Type());
  return buffers;
}

std::pair<Value, Value> EntryPoint::placeOf(StringRef value) {
  Block::BlockArgListType arguments = entry.getArguments();
  if (std::optional<int64_t> offset = variants.findOffset(value))
    return {arguments.back(), index(*offset)};
  unsigned number = 0;
  value.drop_front().getAsInteger(10, number);
  bool isInput = value.starts_with("x");
  size_t own = isInput ? getInputs().size() : getOutputs().size();
  if (number >= own) {
    Value start = isInput ? state.emitRead(b, number - own)
                          : state.emitWritten(b, number - own);
    return {arguments.drop_back().back(), start};
  }
  // The batch comes after the inputs.
  if (!isInput)
    number += getInputs().size() + (variants.isOpen() ? 1 : 0);
  return {arguments[1 + number], index(0)};
}

void EntryPoint::emitWhole() {
  const Variant &whole = variants.getFirst();
  SmallVector<Value> operands = {entry.getArgument(0)};
  for (auto [i, name] : llvm::enumerate(whole.values)) {
    auto [buffer, start] = placeOf(name);
    MemRefType type = whole.getType(i);
    operands.push_back(
        buffer.getType() == type
            ? buffer
            : memref::ViewOp::create(b, type, buffer, start, ValueRange()));
  }
  operands.push_back(entry.getArguments().back());
  func::CallOp::create(b, whole.getFunction(), operands);
}

Value EntryPoint::emitIsValid() {
  SmallVector<Value> buffers, counts;
  for (auto [i, type] :
       llvm::enumerate(typesOfAllRows(variants, getInputs()))) {
    Value count = index(cast<ShapedType>(type).getNumElements());
    if (variants.isOpen())
      count = arith::MulIOp::create(b, count, emitBatch());
    buffers.push_back(entry.getArgument(1 + i));
    counts.push_back(count);
  }
  Value areThere = emitIndicesAreThere(b, interface, buffers, counts);
  func::FuncOp forward = variants.getFirst().getFunction();
  if (auto places = forward->getAttrOfType<IntegerAttr>(kPlacesAttrName)) {
    Value fit = state.emitPlacesFit(b, places.getInt(), index(0));
    areThere = arith::AndIOp::create(b, areThere, fit);
  }
  return areThere;
}

void EntryPoint::call(const Variant &variant, Rows rows) {
  SmallVector<Value> operands = {entry.getArgument(0)};
  for (auto [i, name] : llvm::enumerate(variant.values)) {
    auto [buffer, base] = placeOf(name);
    Value row = variants.findOffset(name) ? rows.within : rows.first;
    Value bytes = index(variant.getRowBytes(i));
    Value start = arith::MulIOp::create(b, row, bytes);
    start = arith::AddIOp::create(b, start, base);
    operands.push_back(memref::ViewOp::create(b, variant.getType(i), buffer,
                                              start, ValueRange()));
  }
  // Every variant takes as much of the scratch as it needs.
  operands.push_back(memref::ViewOp::create(
      b, variant.getScratch(), entry.getArguments().back(),
      index(variants.getHiddenBytes()), ValueRange()));
  func::CallOp::create(b, variant.getFunction(), operands);
}

void EntryPoint::emitSegment(ArrayRef<Variant> segment, int64_t rows,
                             Value first) {
  int64_t start = 0;
  for (const Variant &variant : segment) {
    int64_t end = start + (rows - start) / variant.rows * variant.rows;
    auto callAt = [&](Value within) {
      call(variant, {arith::AddIOp::create(b, first, within), within});
    };
    if (end - start > variant.rows) {
      Value from = index(start);
      Value to = index(end);
      Value step = index(variant.rows);
      auto loop = scf::ForOp::create(b, from, to, step);
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(loop.getBody());
      callAt(loop.getInductionVar());
    } else if (end > start) {
      callAt(index(start));
    }
    start = end;
  }
}

void EntryPoint::emitTogether(int64_t rows, Value start, Value end) {
  auto loop = scf::ForOp::create(b, start, end, index(rows));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  for (ArrayRef<Variant> segment : variants.getSegments())
    emitSegment(segment, rows, loop.getInductionVar());
}

/// Walks a fixed batch in blocks; the last number of rows is the remainder.
void EntryPoint::emitBlocks() {
  int64_t start = 0, batch = *variants.getBatch();
  for (int64_t rows : variants.getTogether()) {
    int64_t end = start + (batch - start) / rows * rows;
    Value from = index(start);
    Value to = index(end);
    emitTogether(rows, from, to);
    start = end;
  }
}

Value EntryPoint::emitBatch() {
  Value batch = arith::IndexCastOp::create(
      b, b.getIndexType(), entry.getArgument(1 + variants.getInputs().size()));
  // A batch of zero or less has no rows.
  Value zero = index(0);
  return arith::MaxSIOp::create(b, batch, zero);
}

/// Walks the batch in blocks of each number of rows, largest first; the last
/// one is one row and leaves none.
void EntryPoint::emitOpen() {
  Value batch = emitBatch();
  Value start = index(0);
  for (int64_t rows : variants.getTogether()) {
    Value rest = arith::SubIOp::create(b, batch, start);
    // Row counts are powers of two: no division is emitted.
    Value mask = index(-rows);
    Value end =
        arith::AddIOp::create(b, start, arith::AndIOp::create(b, rest, mask));
    emitTogether(rows, start, end);
    start = end;
  }
}

void EntryPoint::emitRows() {
  if (!variants.hasBlocks())
    emitWhole();
  else
    variants.isOpen() ? emitOpen() : emitBlocks();
  if (numStates)
    state.end(b);
}

LogicalResult EntryPoint::emit(StringAttr network, StringAttr label,
                               SymbolTable &symbols) {
  func::FuncOp first = variants.getFirst().getFunction();
  interface = findEntry(first->getParentOfType<ModuleOp>(), network, label);
  FailureOr<func::FuncOp> created =
      createFunction(interface.mayRefuse() ? "forward_of_indices" : "forward",
                     network, label, bufferTypes(), first, symbols);
  if (failed(created))
    return failure();
  entry = *created;
  b.setInsertionPointToStart(&entry.front());
  if (numStates)
    state.begin(b, entry.getArguments().drop_back().back());
  if (!interface.mayRefuse()) {
    emitRows();
    func::ReturnOp::create(b);
  } else {
    if (failed(emitWhereValid(b, emitIsValid(), [&] {
          emitRows();
          return success();
        })))
      return failure();
  }
  if (numStates)
    entry->setAttr(nn::kStateBytesAttrName,
                   b.getI64IntegerAttr(state.getBytes()));
  // What lies between segments is in no function's scratch.
  if (variants.getSegments().size() > 1)
    entry->setAttr(nn::kScratchBytesAttrName,
                   b.getI64IntegerAttr(variants.getScratchBytes()));
  return success();
}

struct EmitEntryPointsPass : impl::EmitEntryPointsBase<EmitEntryPointsPass> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    llvm::MapVector<std::pair<StringAttr, StringAttr>,
                    SmallVector<func::FuncOp>>
        networks;
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function->hasAttr(nn::kScratchBytesAttrName) &&
          !function->hasAttr(nn::kTrainingAttrName)) {
        if (failed(kernels::verifyPlannedForward(function)))
          return signalPassFailure();
        auto network =
            function->getAttrOfType<StringAttr>(nn::kNetworkAttrName);
        auto entry = function->getAttrOfType<StringAttr>(nn::kEntryAttrName);
        networks[{network, entry}].push_back(function);
      }
    for (auto &[names, functions] : networks) {
      auto [network, entry] = names;
      FailureOr<ForwardVariants> variants = ForwardVariants::match(functions);
      if (failed(variants) ||
          failed(verifyStates(
              variants->getFirst().getFunction(),
              typesOfAllRows(*variants, variants->getInputs()),
              typesOfAllRows(*variants, variants->getOutputs()))) ||
          failed(EntryPoint(*variants).emit(network, entry, symbols)))
        return signalPassFailure();
    }
  }
};

} // namespace

} // namespace nascent::program
