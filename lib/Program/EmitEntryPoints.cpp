//===- EmitEntryPoints.cpp - The public forward functions -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "nascent/CInterface/Functions.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/Roles.h"
#include "nascent/Kernels/ForwardContract.h"
#include "nascent/Program/Passes.h"
#include "llvm/ADT/MapVector.h"

namespace nascent::program {

#define GEN_PASS_DEF_EMITENTRYPOINTS
#include "nascent/Program/Passes.h.inc"

using namespace mlir;

namespace {

/// The forward functions of one network, largest number of rows first.
using Variants = SmallVector<func::FuncOp, 3>;

/// The rows a variant computes; 0 where it computes all.
int64_t rowsOf(func::FuncOp variant) {
  auto rows = variant->getAttrOfType<IntegerAttr>(nn::kRowsAttrName);
  return rows ? rows.getInt() : 0;
}

class EntryPoint {
public:
  EntryPoint(StringAttr network, StringAttr entry, Variants forwards)
      : network(network), label(entry), variants(std::move(forwards)),
        b(variants.front().getLoc(), variants.front().getContext()) {}

  LogicalResult emit(SymbolTable &symbols);

private:
  /// Whether the functions are what `nascent-outline-kernels` makes.
  LogicalResult verify();
  /// The entry point's buffers: a variant's, but pointers for what has that
  /// many rows.
  BufferTypes bufferTypes();
  void emitWhole(func::FuncOp entry);
  void emitBlocks(func::FuncOp entry);
  void emitOpen(func::FuncOp entry);
  /// Calls `variant` on the rows from `start` to `end`, block by block.
  void emitLoop(func::FuncOp entry, func::FuncOp variant, Value start,
                Value end);
  /// Calls `variant` on the rows from `row` on.
  void callAt(func::FuncOp entry, func::FuncOp variant, Value row);

  bool hasBlocks() { return variants.front()->hasAttr(nn::kRowsAttrName); }
  /// How many rows there are, where that is known and variants compute some.
  std::optional<int64_t> getBatch(func::FuncOp variant) {
    auto batch = variant->getAttrOfType<IntegerAttr>(nn::kBatchAttrName);
    return batch ? std::optional(batch.getInt()) : std::nullopt;
  }
  bool isOpen() { return hasBlocks() && !getBatch(variants.front()); }
  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(b, value);
  }
  unsigned numBuffers() { return variants.front().getNumArguments() - 2; }
  /// Inputs come before the batch.
  unsigned numInputs() {
    return nn::findArguments(variants.front(), nn::Role::Input).size();
  }

  StringAttr network;
  /// Of one of several bindings; else null.
  StringAttr label;
  Variants variants;
  ImplicitLocOpBuilder b;
};

BufferTypes EntryPoint::bufferTypes() {
  TypeRange types = variants.front().getArgumentTypes();
  BufferTypes buffers;
  buffers.parameters = types.front();
  buffers.numSizes = isOpen();
  for (unsigned i = 0; i < numBuffers(); ++i) {
    // Variants have views of their rows: a bare pointer.
    Type type =
        hasBlocks() ? MemRefType::get({1}, b.getI8Type()) : types[1 + i];
    (i < numInputs() ? buffers.inputs : buffers.outputs).push_back(type);
  }
  // The same scratch serves all variants.
  int64_t scratch = 0;
  for (func::FuncOp variant : variants)
    scratch = std::max(
        scratch,
        cast<MemRefType>(variant.getArgumentTypes().back()).getDimSize(0));
  buffers.scratch = MemRefType::get({scratch}, b.getI8Type());
  return buffers;
}

void EntryPoint::emitWhole(func::FuncOp entry) {
  func::CallOp::create(b, variants.front(), entry.getArguments());
}

void EntryPoint::callAt(func::FuncOp entry, func::FuncOp variant, Value row) {
  SmallVector<Value> operands = {entry.getArgument(0)};
  for (unsigned i = 0; i < numBuffers(); ++i) {
    bool isAfterBatch = isOpen() && i >= numInputs();
    Value pointer = entry.getArgument(1 + i + (isAfterBatch ? 1 : 0));
    auto type = cast<MemRefType>(variant.getArgumentTypes()[1 + i]);
    int64_t rowSize = type.getNumElements() / type.getDimSize(0);
    Value start = arith::MulIOp::create(b, row, index(rowSize * sizeof(float)));
    operands.push_back(
        memref::ViewOp::create(b, type, pointer, start, ValueRange()));
  }
  // Every variant takes as much of the scratch as it needs.
  operands.push_back(memref::ViewOp::create(
      b, cast<MemRefType>(variant.getArgumentTypes().back()),
      entry.getArguments().back(), index(0), ValueRange()));
  func::CallOp::create(b, variant, operands);
}

void EntryPoint::emitLoop(func::FuncOp entry, func::FuncOp variant, Value start,
                          Value end) {
  auto loop = scf::ForOp::create(b, start, end, index(rowsOf(variant)));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  callAt(entry, variant, loop.getInductionVar());
}

/// Walks a fixed batch in blocks; the last variant has the remainder.
void EntryPoint::emitBlocks(func::FuncOp entry) {
  int64_t start = 0, batch = *getBatch(variants.front());
  for (func::FuncOp variant : variants) {
    int64_t end = start + (batch - start) / rowsOf(variant) * rowsOf(variant);
    emitLoop(entry, variant, index(start), index(end));
    start = end;
  }
}

/// Walks the batch in blocks of each variant's rows, largest first; the last
/// variant has one row and leaves none.
void EntryPoint::emitOpen(func::FuncOp entry) {
  Value batch = arith::IndexCastOp::create(b, b.getIndexType(),
                                           entry.getArgument(1 + numInputs()));
  Value zero = index(0);
  // A batch of zero or less has no rows.
  batch = arith::MaxSIOp::create(b, batch, zero);
  Value start = zero;
  for (func::FuncOp variant : variants) {
    int64_t rows = rowsOf(variant);
    Value rest = arith::SubIOp::create(b, batch, start);
    // Row counts are powers of two: no division is emitted.
    Value mask = index(-rows);
    Value end =
        arith::AddIOp::create(b, start, arith::AndIOp::create(b, rest, mask));
    emitLoop(entry, variant, start, end);
    start = end;
  }
}

/// Whether two variants are of one network: their buffers differ in rows only.
static bool areAlike(func::FuncOp x, func::FuncOp y) {
  auto isAlike = [](auto types) {
    auto [a, b] = types;
    return cast<MemRefType>(a).getShape().drop_front() ==
           cast<MemRefType>(b).getShape().drop_front();
  };
  TypeRange buffersOfX = TypeRange(x.getArgumentTypes()).drop_back();
  TypeRange buffersOfY = TypeRange(y.getArgumentTypes()).drop_back();
  return nn::findArguments(x, nn::Role::Input) ==
             nn::findArguments(y, nn::Role::Input) &&
         buffersOfX.size() == buffersOfY.size() &&
         buffersOfX.front() == buffersOfY.front() &&
         llvm::all_of(llvm::zip(buffersOfX, buffersOfY), isAlike);
}

/// Checks that a variant has buffers of the rows that it says it computes.
static LogicalResult verifyRows(func::FuncOp variant) {
  auto rows = variant->getAttrOfType<IntegerAttr>(nn::kRowsAttrName);
  if (!rows && variant->hasAttr(nn::kBatchAttrName))
    return variant.emitOpError() << "has '" << nn::kBatchAttrName
                                 << "' without '" << nn::kRowsAttrName << "'";
  ArrayRef<Type> buffers = variant.getArgumentTypes();
  for (Type type : buffers.drop_front().drop_back()) {
    auto buffer = dyn_cast<MemRefType>(type);
    if (rows && (!buffer || buffer.getRank() == 0 ||
                 buffer.getDimSize(0) != rows.getInt()))
      return variant.emitOpError()
             << "computes " << rows.getInt()
             << " rows, but has a buffer of type " << type;
  }
  return success();
}

LogicalResult EntryPoint::verify() {
  func::FuncOp first = variants.front();
  for (func::FuncOp variant : variants)
    if (failed(verifyRows(variant)))
      return failure();
  if (!hasBlocks() && variants.size() > 1)
    return first.emitOpError("is one of several functions of its network, but "
                             "does not say for how many rows");
  if (isOpen() && rowsOf(variants.back()) != 1)
    return variants.back().emitOpError("leaves rows of an open batch: one "
                                       "function must take a single row");
  if (!hasBlocks())
    return success();
  std::optional<int64_t> batch = getBatch(first);
  for (func::FuncOp variant : variants)
    if (rowsOf(variant) <= 0 || getBatch(variant) != batch)
      return variant.emitOpError()
             << "must take some rows of the same batch as '"
             << first.getSymName() << "'";
  for (func::FuncOp variant : variants)
    if (!areAlike(first, variant))
      return variant.emitOpError()
             << "must have the buffers of '" << first.getSymName()
             << "', but for their rows";
  if (isOpen())
    return success();
  if (*batch < rowsOf(first))
    return first.emitOpError() << "computes " << rowsOf(first)
                               << " rows of a batch that has " << *batch;
  int64_t rest = *batch;
  for (func::FuncOp variant : variants)
    rest %= rowsOf(variant);
  if (rest != 0)
    return first.emitOpError() << "and the network's other functions leave "
                               << rest << " of " << *batch << " rows";
  return success();
}

LogicalResult EntryPoint::emit(SymbolTable &symbols) {
  if (failed(verify()))
    return failure();
  FailureOr<func::FuncOp> entry = createFunction(
      "forward", network, label, bufferTypes(), variants.front(), symbols);
  if (failed(entry))
    return failure();
  b.setInsertionPointToStart(&entry->front());
  if (!hasBlocks())
    emitWhole(*entry);
  else
    isOpen() ? emitOpen(*entry) : emitBlocks(*entry);
  func::ReturnOp::create(b);
  return success();
}

struct EmitEntryPointsPass : impl::EmitEntryPointsBase<EmitEntryPointsPass> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    llvm::MapVector<std::pair<StringAttr, StringAttr>, Variants> networks;
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function->hasAttr(nn::kScratchBytesAttrName)) {
        if (failed(kernels::verifyPlannedForward(function)))
          return signalPassFailure();
        auto network =
            function->getAttrOfType<StringAttr>(nn::kNetworkAttrName);
        auto entry = function->getAttrOfType<StringAttr>(nn::kEntryAttrName);
        networks[{network, entry}].push_back(function);
      }
    for (auto &[names, variants] : networks) {
      llvm::sort(variants, [](func::FuncOp a, func::FuncOp b) {
        return rowsOf(a) > rowsOf(b);
      });
      auto [network, entry] = names;
      if (failed(EntryPoint(network, entry, variants).emit(symbols)))
        return signalPassFailure();
    }
  }
};

} // namespace

} // namespace nascent::program
