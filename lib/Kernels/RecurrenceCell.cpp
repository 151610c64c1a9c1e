//===- RecurrenceCell.cpp - A step of a recurrence ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RecurrenceKernel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <numeric>

using namespace mlir;

namespace nascent::kernels {

Value RecurrenceKernel::emitInput(Value step, Value column,
                                  const Position &position) {
  ArrayRef<int64_t> panels = cast<MemRefType>(inputWeight.getType()).getShape();
  auto type = VectorType::get({position.lanes}, b.getF32Type());
  Value width = index(panels.back());
  Value panel = arith::DivUIOp::create(b, column, width);
  Value within = arith::RemUIOp::create(b, column, width);
  Value sum = inputBias
                  ? body.load(inputBias, column, position)
                  : splat(arith::ConstantOp::create(b, b.getF32FloatAttr(0.0f)),
                          position.lanes);
  for (int64_t feature = 0; feature < panels[1]; ++feature) {
    Value at = index(feature);
    Value x = memref::LoadOp::create(b, input, ValueRange{step, at});
    Value weight = vector::LoadOp::create(b, type, inputWeight,
                                          ValueRange{panel, at, within});
    sum = multiplyAdd(splat(x, position.lanes), weight, sum);
  }
  return sum;
}

Value RecurrenceKernel::emitIsThere(Value row, Value step) {
  if (!lengths)
    return {};
  Value bits = memref::LoadOp::create(b, lengths, row);
  Value word = arith::BitcastOp::create(b, b.getI32Type(), bits);
  Value length = arith::IndexCastOp::create(b, b.getIndexType(), word);
  return arith::CmpIOp::create(b, arith::CmpIPredicate::slt, step, length);
}

SmallVector<Value> RecurrenceKernel::readCell(Value row, Value own, Value step,
                                              const Position &position,
                                              ArrayRef<Value> rowSums) {
  SmallVector<Value> elements;
  auto read = [&](Value buffer, ArrayRef<Value> at) {
    forEachValue(buffer, position, [&](Value column, bool isMultiple) {
      SmallVector<Value> indices(at);
      indices.push_back(column);
      elements.push_back(body.load(buffer, indices, position, isMultiple));
    });
  };
  for (int64_t gate = 0; input && gate < recurrence.getGates(); ++gate)
    elements.push_back(
        !inputs.empty()
            ? inputs[gate]
            : emitInput(step, add(position.column, index(gate * units)),
                        position));
  for (Value all : steps)
    read(all, {row, step});
  for (int64_t gate = 0; weight && gate < recurrence.getGates(); ++gate)
    elements.push_back(sumOf(rowSums, gate, position));
  if (!weight)
    read(sums, own);
  for (Value state : states)
    read(state, own);
  if (product)
    elements.push_back(
        splat(arith::ConstantOp::create(b, b.getF32FloatAttr(*product)),
              position.lanes));
  return elements;
}

void RecurrenceKernel::writeCell(Value row, Value own, Value step,
                                 const Position &position, ValueRange elements,
                                 SmallVector<Value> next, Value isThere) {
  for (Value &value : next)
    if (!isa<VectorType>(value.getType()))
      value = splat(value, position.lanes);
  ValueRange before = elements.drop_back(product ? 1 : 0);
  // At a step that a row does not have, states stay, and outputs are zeros.
  SmallVector<Value> seen(next);
  if (isThere)
    for (auto [value, output, old] :
         llvm::zip_equal(next, seen, before.take_back(next.size()))) {
      Value zeros = arith::ConstantOp::create(
          b, cast<TypedAttr>(b.getZeroAttr(value.getType())));
      output = arith::SelectOp::create(b, isThere, value, zeros);
      value = arith::SelectOp::create(b, isThere, value, old);
    }
  auto write = [&](ArrayRef<Value> buffers, ArrayRef<Value> at,
                   ArrayRef<Value> values) {
    unsigned value = 0;
    for (Value buffer : buffers)
      forEachValue(buffer, position, [&](Value column, bool) {
        SmallVector<Value> indices(at);
        indices.push_back(column);
        store(values[value++], buffer, indices, position);
      });
  };
  write(states, own, next);
  if (product != 0u)
    write(sequences, {row, step}, seen);
}

void RecurrenceKernel::emitCell(Value row, Value own, Value step) {
  Value isThere = emitIsThere(row, step);
  Sums rowSums = weight ? emitSums(own) : Sums();
  forEachUnits(own, [&](const Position &position) {
    SmallVector<Value> elements = readCell(row, own, step, position, rowSums);
    writeCell(row, own, step, position, elements,
              body.apply(recurrence.getBody().front(), elements), isThere);
  });
}

auto RecurrenceKernel::emitSums(Value own) -> Sums {
  int64_t lanes = target.lanes, columns = recurrence.getGates() * units;
  int64_t width = cast<MemRefType>(weight.getType()).getShape().back();
  int64_t vectors = llvm::divideCeil(columns, lanes);
  auto [splits, terms] = planCell(target, units, vectors, strict);
  auto type = VectorType::get({lanes}, b.getF32Type());
  Value zeros = arith::ConstantOp::create(b, b.getZeroAttr(type));
  Sums all(splits * vectors, zeros);
  for (int64_t vector = 0; bias && vector < vectors; ++vector) {
    int64_t column = vector * lanes;
    Position position{
        {own}, index(column), lanes, std::min(lanes, columns - column)};
    all[vector] = body.load(bias, position.column, position);
  }
  auto addTerms = [&, terms = terms, splits = splits](Value first,
                                                      ValueRange before) {
    Sums after(before);
    for (int64_t term = 0; term < terms; ++term) {
      Value from = term == 0 ? first : add(first, index(term));
      Value state = memref::LoadOp::create(b, states[0], ValueRange{own, from});
      Value factor = splat(state, lanes);
      for (int64_t vector = 0; vector < vectors; ++vector) {
        int64_t column = vector * lanes;
        Value panel = index(column / width), within = index(column % width);
        Value weights = vector::LoadOp::create(b, type, weight,
                                               ValueRange{panel, from, within});
        Value &sum = after[term % splits * vectors + vector];
        sum = multiplyAdd(factor, weights, sum);
      }
    }
    return after;
  };
  Value zero = index(0);
  all = terms == units ? addTerms(zero, all)
                       : carry(zero, index(units), terms, all, addTerms);
  // Halves are added to one another, as long as there are several parts.
  while (int64_t(all.size()) > vectors) {
    int64_t rest = llvm::divideCeil(all.size() / vectors, 2) * vectors;
    for (int64_t i = rest; i < int64_t(all.size()); ++i)
      all[i - rest] = arith::AddFOp::create(b, all[i - rest], all[i]);
    all.truncate(rest);
  }
  return all;
}

Value RecurrenceKernel::sumOf(ArrayRef<Value> rowSums, int64_t gate,
                              const Position &position) {
  // A gate begins anywhere within a vector.
  int64_t column = gate * units + *getConstantIntValue(position.column);
  int64_t vector = column / target.lanes, within = column % target.lanes;
  size_t next = std::min<size_t>(vector + 1, rowSums.size() - 1);
  SmallVector<int64_t> lanes(position.lanes, within);
  std::iota(lanes.begin(), lanes.begin() + position.active, within);
  return vector::ShuffleOp::create(b, rowSums[vector], rowSums[next], lanes);
}

} // namespace nascent::kernels
