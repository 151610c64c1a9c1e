//===- WindowBody.cpp - Tensors of a window kernel in vectors -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WindowBody.h"
#include "TransposeVectors.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace nascent::kernels {

WindowBody::WindowBody(ImplicitLocOpBuilder &builder, KernelBody &body,
                       const WindowOperands &operands, unsigned columns,
                       std::optional<unsigned> rows, int64_t lanes)
    : b(builder), body(body), operands(operands), columns(columns), rows(rows),
      lanes(lanes), evaluated(operands.values.size()) {
  for (const WindowValue &value : operands.values)
    seen.push_back(value.access ? see(*value.access) : Seen());
  output = see(operands.output);
}

Value WindowBody::number(int64_t value) {
  return arith::ConstantIndexOp::create(b, value);
}

std::optional<unsigned> WindowBody::findLast(const WindowAccess &access,
                                             unsigned loop) {
  if (access.laneStep(loop, lanes) != 1)
    return std::nullopt;
  ArrayRef<int64_t> strides = access.buffer.strides;
  if (strides[loop] == 1)
    return loop;
  for (auto [i, index] : llvm::enumerate(access.indices))
    if (unsigned dim = operands.sizes.size() + i;
        strides[dim] == 1 && laneStep(index.value, loop, lanes) == 1)
      return dim;
  return std::nullopt;
}

std::pair<std::optional<unsigned>, int64_t>
WindowBody::findRepeated(const WindowAccess &access) {
  const WindowIndex *found =
      llvm::find_if(access.indices, [&](const WindowIndex &index) {
        return index.value.isFunctionOfDim(columns);
      });
  std::pair<std::optional<unsigned>, int64_t> none = {std::nullopt, 1};
  if (found == access.indices.end() || access.buffer.strides[columns] != 0)
    return none;
  bool isOnly = std::none_of(found + 1, access.indices.end(),
                             [&](const WindowIndex &index) {
                               return index.value.isFunctionOfDim(columns);
                             });
  unsigned dim = operands.sizes.size() + (found - access.indices.begin());
  auto quotient = dyn_cast<AffineBinaryOpExpr>(found->value);
  if (!isOnly || access.buffer.strides[dim] != 1 || !quotient ||
      quotient.getKind() != AffineExprKind::FloorDiv ||
      quotient.getLHS() != getAffineDimExpr(columns, b.getContext()))
    return none;
  auto divisor = dyn_cast<AffineConstantExpr>(quotient.getRHS());
  if (!divisor || lanes % divisor.getValue() != 0)
    return none;
  return {dim, divisor.getValue()};
}

auto WindowBody::view(const WindowAccess &access, std::optional<unsigned> last,
                      bool hasLast) -> View {
  SmallVector<LoopDim> dims(operands.rows);
  llvm::append_range(dims, operands.depths);
  for (auto [i, index] : llvm::enumerate(access.indices))
    dims.push_back({index.size, operands.sizes.size() + i});
  View result;
  int64_t neighbours = hasLast;
  llvm::erase_if(dims, [&](const LoopDim &dim) {
    if (dim.dim == last)
      neighbours = dim.size;
    return dim.dim == last || access.buffer.strideOf(dim) == 0;
  });
  result.buffer = access.buffer.view(b, dims, neighbours);
  for (const LoopDim &dim : dims)
    result.dims.push_back(*dim.dim);
  if (last)
    result.dims.push_back(*last);
  result.hasLast = hasLast && !last;
  return result;
}

auto WindowBody::see(const WindowAccess &access) -> Seen {
  Seen result;
  result.step = access.laneStep(columns, lanes);
  std::optional<unsigned> last = findLast(access, columns);
  bool isScalar = result.step == 0;
  if (result.step == 1 && !last)
    result.step = std::nullopt;
  if (!isScalar && !last)
    std::tie(last, result.repeats) = findRepeated(access);
  result.view = view(access, last, last || (lanes == 1 && !isScalar));
  if (rows && !isScalar && !last)
    if (std::optional<unsigned> alongRows = findLast(access, *rows))
      result.alongRows = view(access, alongRows, /*hasLast=*/true);
  return result;
}

Value WindowBody::valueOf(const Counter &counter) {
  if (!counter.base)
    return number(counter.offset);
  if (counter.offset == 0)
    return counter.base;
  return arith::AddIOp::create(b, counter.base, number(counter.offset));
}

Counter WindowBody::sumOf(const LinearIndex &index, const WindowCell &cell) {
  Counter sum{Value(), index.constant};
  for (auto [counter, factor] :
       llvm::zip_equal(cell.counters, index.coefficients)) {
    if (factor == 0)
      continue;
    sum.offset += counter.offset * factor;
    if (!counter.base)
      continue;
    Value term =
        factor == 1
            ? counter.base
            : Value(arith::MulIOp::create(b, counter.base, number(factor)));
    sum.base =
        sum.base ? Value(arith::AddIOp::create(b, sum.base, term)) : term;
  }
  return sum;
}

Counter WindowBody::evaluateIndex(AffineExpr index, const WindowCell &cell) {
  if (auto dim = dyn_cast<AffineDimExpr>(index))
    return cell.counters[dim.getPosition()];
  if (auto constant = dyn_cast<AffineConstantExpr>(index))
    return {Value(), constant.getValue()};
  auto binary = cast<AffineBinaryOpExpr>(index);
  Counter left = evaluateIndex(binary.getLHS(), cell);
  Counter right = evaluateIndex(binary.getRHS(), cell);
  if (index.getKind() == AffineExprKind::Add) {
    Value base = left.base && right.base
                     ? Value(arith::AddIOp::create(b, left.base, right.base))
                 : left.base ? left.base
                             : right.base;
    return {base, left.offset + right.offset};
  }
  int64_t by = right.offset;
  if (index.getKind() == AffineExprKind::Mul)
    return {left.base ? Value(arith::MulIOp::create(b, left.base, number(by)))
                      : Value(),
            left.offset * by};
  bool isQuotient = index.getKind() == AffineExprKind::FloorDiv;
  if (!left.base)
    return {Value(), isQuotient ? left.offset / by : left.offset % by};
  // The divisor is no index, for kernels must not come to share code in which
  // it is an argument: not every target divides by what is not known.
  Type type = b.getI64Type();
  Value value = arith::IndexCastOp::create(b, type, valueOf(left));
  Value divisor = arith::ConstantOp::create(b, b.getIntegerAttr(type, by));
  Value result = isQuotient ? Value(arith::DivUIOp::create(b, value, divisor))
                            : Value(arith::RemUIOp::create(b, value, divisor));
  return {arith::IndexCastOp::create(b, b.getIndexType(), result)};
}

Value WindowBody::indexAt(const WindowAccess &access, unsigned dim,
                          const WindowCell &cell) {
  unsigned loops = operands.sizes.size();
  if (dim < loops)
    return valueOf(cell.counters[dim]);
  return valueOf(evaluateIndex(access.indices[dim - loops].value, cell));
}

SmallVector<Value> WindowBody::indicesOf(const WindowAccess &access,
                                         const View &view,
                                         const WindowCell &cell) {
  SmallVector<Value> indices;
  for (unsigned dim : view.dims)
    indices.push_back(indexAt(access, dim, cell));
  if (view.hasLast)
    indices.push_back(number(0));
  return indices;
}

std::vector<int64_t> WindowBody::keyOf(unsigned value, const WindowCell &cell) {
  const WindowAccess &access = *operands.values[value].access;
  std::vector<int64_t> key = {value, cell.lanes, cell.active};
  for (unsigned loop = 0; loop < cell.counters.size(); ++loop) {
    const Counter &counter = cell.counters[loop];
    if (access.isFunctionOf(loop)) {
      key.push_back(
          reinterpret_cast<intptr_t>(counter.base.getAsOpaquePointer()));
      key.push_back(counter.offset);
    }
  }
  return key;
}

Value WindowBody::gather(const WindowAccess &access, const View &view,
                         const WindowCell &cell) {
  Type element = cast<MemRefType>(view.buffer.getType()).getElementType();
  auto type = VectorType::get({cell.lanes}, element);
  SmallVector<Value> elements;
  WindowCell lane = cell;
  for (int64_t i = 0; i < cell.active; ++i) {
    lane.counters[columns] = cell.counters[columns] + i;
    elements.push_back(
        memref::LoadOp::create(b, view.buffer, indicesOf(access, view, lane)));
  }
  elements.resize(cell.lanes, elements.back());
  return vector::FromElementsOp::create(b, type, elements);
}

Value WindowBody::loadTransposed(unsigned value, const View &view,
                                 const WindowCell &cell) {
  const WindowAccess &access = *operands.values[value].access;
  int64_t length = llvm::bit_ceil(uint64_t(cell.rows));
  Position position{{}, Value(), length, cell.rows};
  WindowCell first = cell;
  first.counters[*rows].offset -= cell.row;
  SmallVector<Value> lines;
  for (int64_t i = 0; i < cell.active; ++i) {
    WindowCell lane = first;
    lane.counters[columns].offset += i;
    lines.push_back(
        body.load(view.buffer, indicesOf(access, view, lane), position));
  }
  SmallVector<Value> columns = transpose(b, lines, cell.rows, cell.lanes);
  for (auto [row, column] : llvm::enumerate(columns)) {
    WindowCell at = first;
    at.counters[*rows].offset += row;
    loaded[keyOf(value, at)] = column;
  }
  return columns[cell.row];
}

Value WindowBody::loadRepeated(const WindowAccess &access, const Seen &from,
                               const WindowCell &cell) {
  int64_t repeats = from.repeats;
  Position position{{},
                    Value(),
                    cell.lanes / repeats,
                    int64_t(llvm::divideCeil(cell.active, repeats))};
  Value elements =
      body.load(from.view.buffer, indicesOf(access, from.view, cell), position);
  auto each = llvm::map_to_vector(llvm::seq<int64_t>(0, cell.lanes),
                                  [&](int64_t lane) { return lane / repeats; });
  return vector::ShuffleOp::create(b, elements, elements, each);
}

Value WindowBody::load(unsigned value, const WindowCell &cell) {
  std::vector<int64_t> key = keyOf(value, cell);
  if (Value known = loaded[key])
    return known;
  const WindowAccess &access = *operands.values[value].access;
  const Seen &from = seen[value];
  Value result;
  if (from.step == 0) {
    result = memref::LoadOp::create(b, from.view.buffer,
                                    indicesOf(access, from.view, cell));
  } else if (from.step == 1) {
    // Panels have room for whole vectors.
    Position position{
        {}, Value(), cell.lanes, access.isPanels ? cell.lanes : cell.active};
    result = body.load(from.view.buffer, indicesOf(access, from.view, cell),
                       position);
  } else if (from.repeats > 1 && cell.lanes % from.repeats == 0) {
    result = loadRepeated(access, from, cell);
  } else if (from.alongRows && cell.rows > 1) {
    return loadTransposed(value, *from.alongRows, cell);
  } else {
    result = gather(access, from.view, cell);
  }
  return loaded[key] = result;
}

Value WindowBody::lanesOf(AffineExpr index, const WindowCell &cell) {
  Value first = valueOf(evaluateIndex(index, cell));
  std::optional<int64_t> step = laneStep(index, columns, cell.lanes);
  if (step == 0 || cell.lanes == 1)
    return first;
  auto type = VectorType::get({cell.lanes}, b.getIndexType());
  if (step == 1) {
    auto lanes = llvm::to_vector(llvm::seq<int64_t>(0, cell.lanes));
    Value steps = arith::ConstantOp::create(b, b.getIndexVectorAttr(lanes));
    Value all = vector::BroadcastOp::create(b, type, first);
    return arith::AddIOp::create(b, all, steps);
  }
  SmallVector<Value> each;
  WindowCell lane = cell;
  for (int64_t i = 0; i < cell.lanes; ++i) {
    each.push_back(valueOf(evaluateIndex(index, lane)));
    ++lane.counters[columns].offset;
  }
  return vector::FromElementsOp::create(b, type, each);
}

Value WindowBody::apply(const WindowValue &value, ValueRange operands,
                        const WindowCell &cell) {
  return body.apply(value.op, operands, [&](uint64_t dim) {
    return lanesOf(value.counters[dim], cell);
  });
}

SmallVector<Value> WindowBody::evaluateInputs(const WindowValue &value,
                                              const WindowCell &cell) {
  SmallVector<Value> inputs;
  linalg::LinalgOp op = value.op;
  for (std::optional<unsigned> operand :
       ArrayRef(value.operands).take_front(op.getNumDpsInputs()))
    inputs.push_back(operand ? evaluate(*operand, cell) : Value());
  return inputs;
}

Value WindowBody::evaluate(unsigned place, const WindowCell &cell) {
  const WindowValue &value = operands.values[place];
  if (value.scalar)
    return value.scalar;
  if (value.access)
    return load(place, cell);
  if (Value known = evaluated[place])
    return known;
  Value result = apply(value, evaluateInputs(value, cell), cell);
  return evaluated[place] = result;
}

void WindowBody::define(Value sum) {
  llvm::fill(evaluated, Value());
  if (sum)
    evaluated[*operands.reduction] = sum;
}

void WindowBody::store(Value value, const WindowCell &cell) {
  body.store(body.widen(value, cell.lanes), output.view.buffer,
             indicesOf(operands.output, output.view, cell),
             {{}, Value(), cell.lanes, cell.active});
}

} // namespace nascent::kernels
