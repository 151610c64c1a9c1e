//===- KernelBody.cpp - A kernel's linalg ops, evaluated in vectors -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelBody.h"
#include "PanelLayout.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Kernels/LinalgBody.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace nascent::kernels {

Value KernelBody::mask(const Position &position) {
  auto type = VectorType::get({position.lanes}, b.getI1Type());
  Value active = arith::ConstantIndexOp::create(b, position.active);
  return vector::CreateMaskOp::create(b, type, active);
}

Value KernelBody::widen(Value value, int64_t lanes) {
  if (isa<VectorType>(value.getType()))
    return value;
  return vector::BroadcastOp::create(
      b, VectorType::get({lanes}, value.getType()), value);
}

/// Whether a vector of `lanes` elements of `buffer`, from a multiple of `lanes`
/// on, lies within it even where its row ends before.
static bool hasWholeVectors(Value buffer, int64_t lanes) {
  auto type = cast<MemRefType>(buffer.getType());
  if (auto view = buffer.getDefiningOp<memref::ReinterpretCastOp>())
    buffer = view.getSource();
  auto argument = dyn_cast<BlockArgument>(buffer);
  auto kernel = argument
                    ? dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp())
                    : func::FuncOp();
  if (!kernel ||
      !kernel.getArgAttr(argument.getArgNumber(), nn::kPaddedAttrName))
    return false;
  if (type.getRank() == 1)
    return lanes * type.getElementTypeBitWidth() / 8 <= nn::kBufferAlignment;
  SmallVector<int64_t> strides = type.getStridesAndOffset().first;
  int64_t closest = *llvm::min_element(ArrayRef(strides).drop_back());
  return closest >= int64_t(llvm::alignTo(type.getShape().back(), lanes));
}

Value KernelBody::load(Value buffer, ValueRange indices,
                       const Position &position, bool fromMultiple) {
  auto type = VectorType::get(
      {position.lanes}, cast<MemRefType>(buffer.getType()).getElementType());
  if (position.active == position.lanes ||
      (fromMultiple && hasWholeVectors(buffer, position.lanes)))
    return vector::LoadOp::create(b, type, buffer, indices);
  Value padding =
      arith::ConstantOp::create(b, type, cast<TypedAttr>(b.getZeroAttr(type)));
  return vector::MaskedLoadOp::create(b, type, buffer, indices, mask(position),
                                      padding);
}

void KernelBody::store(Value value, Value buffer, ValueRange indices,
                       const Position &position, bool isAlone) {
  if (position.active == position.lanes ||
      (isAlone && hasWholeVectors(buffer, position.lanes))) {
    vector::StoreOp::create(b, value, buffer, indices);
    return;
  }
  SmallVector<Value> at(indices);
  for (int64_t start = 0, count; start < position.active; start += count) {
    count = llvm::bit_floor(uint64_t(position.active - start));
    auto elements = llvm::to_vector(llvm::seq(start, start + count));
    Value piece = vector::ShuffleOp::create(b, value, value, elements);
    vector::StoreOp::create(b, piece, buffer, at);
    Value step = arith::ConstantIndexOp::create(b, count);
    at.back() = arith::AddIOp::create(b, at.back(), step);
  }
}

Value KernelBody::apply(linalg::LinalgOp op, ValueRange operands,
                        function_ref<Value(uint64_t)> indexOf) {
  return apply(*op.getBlock(), operands, indexOf).front();
}

SmallVector<Value> KernelBody::apply(Block &block, ValueRange operands,
                                     function_ref<Value(uint64_t)> indexOf) {
  IRMapping mapping;
  for (auto [argument, operand] : llvm::zip(block.getArguments(), operands))
    if (operand)
      mapping.map(argument, operand);
  for (Operation &inner : block.without_terminator()) {
    if (auto counter = dyn_cast<linalg::IndexOp>(inner)) {
      mapping.map(counter.getResult(), indexOf(counter.getDim()));
      continue;
    }
    // Elementwise arithmetic takes vectors as it takes scalars, but all
    // operands of an operation must then be vectors.
    VectorType shape;
    for (Value operand : inner.getOperands())
      if (auto vector =
              dyn_cast<VectorType>(mapping.lookupOrDefault(operand).getType()))
        shape = vector;
    IRMapping widened;
    for (Value operand : inner.getOperands()) {
      Value value = mapping.lookupOrDefault(operand);
      if (shape && !isa<VectorType>(value.getType()))
        value =
            vector::BroadcastOp::create(b, shape.clone(value.getType()), value);
      widened.map(operand, value);
    }
    Operation *clone = b.clone(inner, widened);
    for (auto [result, value] :
         llvm::zip(inner.getResults(), clone->getResults())) {
      if (shape)
        value.setType(shape.clone(value.getType()));
      mapping.map(result, value);
    }
  }
  return llvm::map_to_vector(
      block.getTerminator()->getOperands(),
      [&](Value value) { return mapping.lookupOrDefault(value); });
}

auto KernelBody::extentOf(AffineMap map, Extent user) const
    -> std::optional<Extent> {
  if (map.isIdentity())
    return user;
  if (isScalar(map))
    return Extent::Scalar;
  if (user != Extent::Whole || rank < 2 || map.getNumDims() != rank)
    return std::nullopt;
  if (map == b.getMultiDimIdentityMap(rank).dropResult(rank - 1))
    return Extent::PerRow;
  if (map == AffineMap::get(rank, 0, b.getAffineDimExpr(rank - 1)))
    return Extent::PerColumn;
  return std::nullopt;
}

FailureOr<SmallVector<Value>>
KernelBody::evaluateInputs(linalg::LinalgOp op, const Position &position) {
  evaluated.clear();
  return evaluateOperands(op, position, Extent::Whole);
}

FailureOr<Value> KernelBody::evaluate(Value tensor, const Position &position) {
  evaluated.clear();
  return evaluateTensor(tensor, position, Extent::Whole);
}

FailureOr<SmallVector<Value>>
KernelBody::evaluateOperands(linalg::LinalgOp op, const Position &position,
                             Extent extent) {
  SmallVector<Value> values;
  for (OpOperand *operand : op.getDpsInputOperands()) {
    auto it = defined.find(operand->get());
    std::optional<Extent> read =
        extentOf(op.getMatchingIndexingMap(operand), extent);
    if (it == defined.end() ? !read : read == Extent::Scalar)
      return op->emitOpError("reads an operand in a way that kernels do not "
                             "support");
    FailureOr<Value> value =
        it == defined.end() ? evaluateTensor(operand->get(), position, *read)
                            : it->second;
    if (failed(value))
      return failure();
    values.push_back(*value);
  }
  return values;
}

Value KernelBody::evaluateLeaf(Value buffer, const Position &position,
                               Extent extent) {
  if (extent == Extent::PerColumn)
    return load(buffer, position.column, position);
  if (extent == Extent::Scalar) {
    Value zero = arith::ConstantIndexOp::create(b, 0);
    int64_t numDims = cast<MemRefType>(buffer.getType()).getRank();
    return memref::LoadOp::create(b, buffer, SmallVector<Value>(numDims, zero));
  }
  Value view = views.lookup(buffer);
  if (view)
    buffer = view;
  SmallVector<Value> indices(position.row);
  if (extent == Extent::PerRow)
    return memref::LoadOp::create(b, buffer, indices);
  indices.push_back(position.column);
  return load(buffer, indices, position);
}

FailureOr<Value> KernelBody::evaluateTensor(Value tensor,
                                            const Position &position,
                                            Extent extent) {
  if (auto it = defined.find(tensor); it != defined.end())
    return it->second;
  std::pair<Value, unsigned> key(tensor, unsigned(extent));
  if (Value known = evaluated.lookup(key))
    return known;
  Operation *definition = storedFormOf(tensor).getDefiningOp();
  if (!definition)
    return emitError(tensor.getLoc(), "kernels read buffers, not tensors that "
                                      "are arguments");
  if (auto leaf = dyn_cast<bufferization::ToTensorOp>(definition))
    return evaluated[key] = evaluateLeaf(leaf.getBuffer(), position, extent);
  auto op = dyn_cast<linalg::GenericOp>(definition);
  if (!op || op.getNumReductionLoops() != 0)
    return definition->emitOpError(
        "is not something that kernels support here");
  FailureOr<SmallVector<Value>> inputs = evaluateOperands(op, position, extent);
  if (failed(inputs))
    return failure();
  Value result = apply(op, *inputs);
  return evaluated[key] = result;
}

} // namespace nascent::kernels
