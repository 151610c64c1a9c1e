//===- IndexCheck.cpp - Whether indices are there -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IndexCheck.h"
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
                     Value buffer, Value count) {
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
  auto number = [&](double value) -> Value {
    return arith::ConstantOp::create(b, b.getF64FloatAttr(value));
  };
  Value none = number(0.0);
  auto add = [&](Value word, Value before) -> Value {
    Value own = none;
    for (auto [label, weight] : llvm::enumerate(entry.weights)) {
      Value isIt = isLabel(word, label);
      own = arith::SelectOp::create(b, isIt, number(weight), own);
    }
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
