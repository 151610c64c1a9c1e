//===- IndexCheck.cpp - Whether indices are there -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IndexCheck.h"
#include "ConstantTables.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace nascent::program {

EntryInterface findEntry(ModuleOp module, StringAttr network,
                         StringAttr label) {
  StringRef wanted = label ? label.getValue() : "";
  for (const NetworkInterface &interface : getInterfaces(module))
    if (interface.name == network.getValue())
      for (const EntryInterface &entry : interface.entries)
        if (entry.label == wanted)
          return entry;
  return {};
}

/// Goes through `count` words in a buffer, from `start` on.
static Value
emitForEachWord(ImplicitLocOpBuilder &b, Value buffer, Value count, Value start,
                function_ref<Value(Value word, Value before)> inside) {
  Value zero = arith::ConstantIndexOp::create(b, 0);
  Value one = arith::ConstantIndexOp::create(b, 1);
  auto type = MemRefType::get({ShapedType::kDynamic}, b.getI32Type());
  Value words = memref::ViewOp::create(b, type, buffer, zero, count);
  auto loop = scf::ForOp::create(b, zero, count, one, start);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  Value word = memref::LoadOp::create(b, words, loop.getInductionVar());
  Value next = inside(word, loop.getRegionIterArgs().front());
  scf::YieldOp::create(b, next);
  return loop.getResult(0);
}

/// The greatest of the words, unsigned: what is negative is more than any
/// limit. `ignored`, if there is one, counts as 0; words are counted from
/// `first` on.
static Value emitGreatest(ImplicitLocOpBuilder &b, Value buffer, Value count,
                          std::optional<int64_t> ignored = {},
                          int64_t first = 0) {
  Value least = arith::ConstantIntOp::create(b, 0, 32);
  auto greater = [&](Value word, Value before) -> Value {
    if (ignored) {
      Value other = arith::ConstantIntOp::create(b, *ignored, 32);
      Value isOther =
          arith::CmpIOp::create(b, arith::CmpIPredicate::eq, word, other);
      word = arith::SelectOp::create(b, isOther, least, word);
    }
    if (first != 0) {
      Value start = arith::ConstantIntOp::create(b, first, 32);
      word = arith::SubIOp::create(b, word, start);
    }
    return arith::MaxUIOp::create(b, before, word);
  };
  return emitForEachWord(b, buffer, count, least, greater);
}

Value emitLabelsAreThere(ImplicitLocOpBuilder &b, const EntryInterface &entry,
                         Value buffer, Value count) {
  Value greatest = emitGreatest(b, buffer, count, entry.ignoredLabel);
  Value end = arith::ConstantIntOp::create(b, entry.numLabels, 32);
  return arith::CmpIOp::create(b, arith::CmpIPredicate::ult, greatest, end);
}

Value emitLabelCount(ImplicitLocOpBuilder &b, const EntryInterface &entry,
                     Value buffer, Value count, const Twine &network,
                     SymbolTable &symbols) {
  auto isLabel = [&](Value word, int64_t label) -> Value {
    Value other = arith::ConstantIntOp::create(b, label, 32);
    return arith::CmpIOp::create(b, arith::CmpIPredicate::eq, word, other);
  };
  if (entry.weights.empty()) {
    Value none = arith::ConstantIntOp::create(b, 0, 64);
    auto add = [&](Value word, Value before) -> Value {
      Value isIgnored = isLabel(word, entry.ignoredLabel);
      Value one = arith::ConstantIntOp::create(b, 1, 64);
      Value own = arith::SelectOp::create(b, isIgnored, none, one);
      return arith::AddIOp::create(b, before, own);
    };
    return emitForEachWord(b, buffer, count, none, add);
  }
  auto type =
      RankedTensorType::get(int64_t(entry.weights.size()), b.getF64Type());
  Value table = createTable(
      b, b.getLoc(), (network + ".weights").str(),
      DenseElementsAttr::get(type, ArrayRef<double>(entry.weights)), symbols);
  Value none = arith::ConstantOp::create(b, b.getF64FloatAttr(0.0));
  Value first = arith::ConstantIntOp::create(b, 0, 32);
  Value end = arith::ConstantIntOp::create(b, entry.weights.size(), 32);
  auto add = [&](Value word, Value before) -> Value {
    Value isThere =
        arith::CmpIOp::create(b, arith::CmpIPredicate::ult, word, end);
    Value label = arith::SelectOp::create(b, isThere, word, first);
    Value index = arith::IndexCastOp::create(b, b.getIndexType(), label);
    Value own = memref::LoadOp::create(b, table, index);
    own = arith::SelectOp::create(b, isThere, own, none);
    Value isIgnored = isLabel(word, entry.ignoredLabel);
    own = arith::SelectOp::create(b, isIgnored, none, own);
    return arith::AddFOp::create(b, before, own);
  };
  return emitForEachWord(b, buffer, count, none, add);
}

/// What is not there any more of an entry's indices, or lengths less 1.
static Value emitEnd(ImplicitLocOpBuilder &b, const EntryInterface &entry,
                     size_t input, ValueRange sizes) {
  if (entry.isLengths(input))
    if (auto open = llvm::find(entry.sizes, entry.lengths[input]);
        open != entry.sizes.end())
      return arith::IndexCastOp::create(b, b.getI32Type(),
                                        sizes[open - entry.sizes.begin()]);
  return arith::ConstantIntOp::create(
      b, entry.limits[input] - entry.leastIndex(input), 32);
}

Value emitIndicesAreThere(ImplicitLocOpBuilder &b, const EntryInterface &entry,
                          ValueRange buffers, ValueRange counts,
                          ValueRange sizes) {
  Value all = arith::ConstantIntOp::create(b, true, 1);
  for (auto [input, limit] : llvm::enumerate(entry.limits)) {
    if (limit == 0)
      continue;
    Value greatest = emitGreatest(b, buffers[input], counts[input], {},
                                  entry.leastIndex(input));
    Value end = emitEnd(b, entry, input, sizes);
    Value areThere =
        arith::CmpIOp::create(b, arith::CmpIPredicate::ult, greatest, end);
    all = arith::AndIOp::create(b, all, areThere);
  }
  return all;
}

LogicalResult emitWhereValid(ImplicitLocOpBuilder &b, Value isValid,
                             function_ref<LogicalResult()> emit) {
  auto choice = scf::IfOp::create(b, isValid, /*withElseRegion=*/false);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(choice.thenBlock());
    if (failed(emit()))
      return failure();
  }
  Value done = arith::ConstantIntOp::create(b, 0, 32);
  Value refused = arith::ConstantIntOp::create(b, -1, 32);
  Value result = arith::SelectOp::create(b, isValid, done, refused);
  func::ReturnOp::create(b, result);
  return success();
}

} // namespace nascent::program
