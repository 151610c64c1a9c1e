//===- Cotangents.cpp - How the loss changes with each value --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Cotangents.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "nascent/Conversion/NNToLinalg/LinalgBuilders.h"
#include "nascent/Conversion/NNToLinalg/Margins.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Support/Quote.h"

using namespace mlir;

namespace nascent::gradients {

/// Whether `value` is nothing but zeros.
static bool isZero(Value value) {
  if (auto fill = value.getDefiningOp<linalg::FillOp>())
    return matchPattern(fill.value(), m_AnyZeroFloat());
  auto generic = value.getDefiningOp<linalg::GenericOp>();
  return generic &&
         matchPattern(generic.getBlock()->getTerminator()->getOperand(0),
                      m_AnyZeroFloat());
}

/// Whether `op` puts parts together, or shows what has been put together.
static bool isJoined(Operation *op) {
  if (!isa_and_nonnull<tensor::CollapseShapeOp, tensor::ExtractSliceOp>(op))
    return isa_and_nonnull<tensor::ConcatOp>(op);
  return isJoined(op->getOperand(0).getDefiningOp());
}

/// Whether `one` moves elements as `other` does, by the same numbers.
static bool movesAlike(Operation *one, Operation *other) {
  auto isAlike = [](auto operands) {
    auto [own, its] = operands;
    return own == its || (isa<RankedTensorType>(own.getType()) &&
                          own.getType() == its.getType());
  };
  return isa_and_nonnull<tensor::CollapseShapeOp, tensor::ExpandShapeOp,
                         tensor::ExtractSliceOp, tensor::ConcatOp>(one) &&
         other && one->getName() == other->getName() &&
         one->getNumOperands() == other->getNumOperands() &&
         llvm::all_of(llvm::zip(one->getOperands(), other->getOperands()),
                      isAlike) &&
         one->getResultTypes() == other->getResultTypes() &&
         one->getPropertiesAsAttribute() == other->getPropertiesAsAttribute();
}

Value Cotangents::sumParts(Location loc, Value a, Value b) {
  if (isZero(a))
    return b;
  if (isZero(b))
    return a;
  Operation *one = a.getDefiningOp(), *other = b.getDefiningOp();
  if (!movesAlike(one, other))
    return sum(loc, a, b);
  IRMapping sums;
  for (auto [left, right] : llvm::zip(one->getOperands(), other->getOperands()))
    sums.map(left, isa<RankedTensorType>(left.getType())
                       ? sumParts(loc, left, right)
                       : left);
  return builder.clone(*one, sums)->getResult(0);
}

Value Cotangents::sum(Location loc, Value a, Value b) {
  ImplicitLocOpBuilder at(loc, builder);
  Value total = nn::elementwise(
      at, {a, b}, [](ImplicitLocOpBuilder &inner, ValueRange v) -> Value {
        return arith::AddFOp::create(inner, v[0], v[1]);
      });
  sums.push_back(total.getDefiningOp<linalg::GenericOp>());
  return total;
}

void Cotangents::fuseSums() {
  IRRewriter rewriter(builder);
  for (linalg::GenericOp total : sums) {
    // What has been added last stands just before the sum. What that is added
    // to has to be in memory if it goes by indices: then only one of the two.
    OpOperand *last = total.getDpsInputOperand(1);
    auto addend = last->get().getDefiningOp<linalg::GenericOp>();
    auto before = total.getInputs().front().getDefiningOp<linalg::GenericOp>();
    if (!addend || !addend->hasOneUse() || addend.hasIndexSemantics() ||
        (before && before.hasIndexSemantics()) ||
        !linalg::areElementwiseOpsFusable(last))
      continue;
    rewriter.setInsertionPoint(total);
    auto fused = linalg::fuseElementwiseOps(rewriter, last);
    if (failed(fused))
      continue;
    rewriter.replaceOp(total, fused->replacements.lookup(total.getResult(0)));
    rewriter.eraseOp(addend);
  }
}

void Cotangents::add(Value value, Value cotangent) {
  Value &known = whole[value];
  if (known && isJoined(known.getDefiningOp()) &&
      movesAlike(known.getDefiningOp(), cotangent.getDefiningOp()))
    known = sumParts(value.getLoc(), known, cotangent);
  else
    known = known ? sum(value.getLoc(), known, cotangent) : cotangent;
}

void Cotangents::addPart(tensor::ExtractSliceOp slice, Value cotangent) {
  parts[slice.getSource()].push_back({slice, cotangent});
}

Value Cotangents::pad(Part part) {
  tensor::ExtractSliceOp slice = part.slice;
  Value result = part.cotangent;
  for (auto [dim, start, size, all] :
       llvm::enumerate(slice.getStaticOffsets(), slice.getStaticSizes(),
                       slice.getSourceType().getShape()))
    if (size != all)
      result = withMargins(builder, result, dim, start, all - start - size);
  return result;
}

Value Cotangents::join(Value value, MutableArrayRef<Part> all) {
  ArrayRef<int64_t> shape = nn::typeOf(value).getShape();
  std::optional<unsigned> axis;
  for (Part &part : all)
    for (auto [dim, size] : llvm::enumerate(part.slice.getStaticSizes()))
      if (size != shape[dim]) {
        if (axis.value_or(dim) != dim)
          return Value();
        axis = dim;
      }
  if (!axis)
    return Value();
  llvm::sort(all, [&](Part a, Part b) {
    return a.slice.getStaticOffsets()[*axis] <
           b.slice.getStaticOffsets()[*axis];
  });
  int64_t end = 0;
  SmallVector<Value> values;
  for (Part &part : all) {
    if (part.slice.getStaticOffsets()[*axis] != end)
      return Value();
    end += part.slice.getStaticSizes()[*axis];
    values.push_back(part.cotangent);
  }
  if (end != shape[*axis])
    return Value();
  return tensor::ConcatOp::create(builder, value.getLoc(), *axis, values);
}

Value Cotangents::take(Value value) {
  if (auto it = parts.find(value); it != parts.end()) {
    SmallVector<Part> all = std::move(it->second);
    parts.erase(it);
    if (Value joined = join(value, all))
      add(value, joined);
    else
      for (const Part &part : all)
        add(value, pad(part));
  }
  return whole.lookup(value);
}

InFlightDiagnostic emitNoGradient(Operation *op) {
  InFlightDiagnostic diag = mlir::emitError(op->getLoc());
  if (auto layer = op->getAttrOfType<StringAttr>(nn::kLayerAttrName))
    diag << "layer '" << printable(layer.getValue()) << "' has no gradient: ";
  else
    diag << "no gradient: ";
  return diag;
}

Value withMargins(OpBuilder &builder, Value value, unsigned dim, int64_t before,
                  int64_t after, double outside) {
  if (before == 0 && after == 0)
    return value;
  ImplicitLocOpBuilder at(value.getLoc(), builder);
  nn::Margins margins(at, "constant", outside);
  if (dim > 0)
    return margins.add(value, dim, before, after);
  // The first dimension is the batch to those who give values their places.
  // Here it is one of a weight.
  RankedTensorType type = nn::typeOf(value);
  SmallVector<ReassociationIndices> groups = {{0, 1}};
  for (int64_t each = 1; each < type.getRank(); ++each)
    groups.push_back({each + 1});
  SmallVector<int64_t> shape = {1};
  llvm::append_range(shape, type.getShape());
  Value inner = nn::expand(at, value, type.clone(shape), groups, value);
  Value joined = margins.add(inner, 1, before, after);
  return tensor::CollapseShapeOp::create(at, joined, groups);
}

void nameGradient(Value result, Operation *op) {
  auto layer = op->getAttrOfType<StringAttr>(nn::kLayerAttrName);
  Operation *emitted = result.getDefiningOp();
  if (!layer || !isa<linalg::LinalgOp, nn::RecurrenceOp>(emitted))
    return;
  auto part = op->getAttrOfType<StringAttr>(nn::kLayerPartAttrName);
  emitted->setAttr(nn::kLayerAttrName, layer);
  // Which of several it is decides whoever has all of them.
  emitted->setAttr(
      nn::kLayerPartAttrName,
      StringAttr::get(op->getContext(),
                      (part ? part.getValue() + "." : Twine()) + "gradient"));
}

} // namespace nascent::gradients
