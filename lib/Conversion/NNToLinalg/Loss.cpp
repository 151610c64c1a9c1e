//===- Loss.cpp - What training makes small -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One number for each row, then their sum: rows are many, and short.
//
//===----------------------------------------------------------------------===//

#include "LayerLowerings.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "nascent/Conversion/NNToLinalg/LinalgBuilders.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include <numeric>

using namespace mlir;

namespace nascent::nn {
namespace {

/// What has been emitted since the last part is a kernel of its own.
Value markPart(OpBuilder &b, Value value, StringRef part) {
  for (Operation *op = value.getDefiningOp(); op; op = op->getPrevNode()) {
    if (op->hasAttr(kLayerPartAttrName) || op->hasAttr(kLayerAttrName))
      break;
    if (isa<linalg::GenericOp>(op))
      op->setAttr(kLayerPartAttrName, b.getStringAttr(part));
  }
  return value;
}

/// The sum of a vector, as tensor<1xf32>.
Value sumOf(ImplicitLocOpBuilder &b, Value rows) {
  RankedTensorType type = typeOf(rows);
  Value row =
      expand(b, rows, type.clone({1, type.getDimSize(0)}), {{0, 1}}, Value());
  Value sum = reduceRows(b, row, 0.0,
                         [](ImplicitLocOpBuilder &in, ValueRange v) -> Value {
                           return arith::AddFOp::create(in, v[1], v[0]);
                         });
  return markPart(b, sum, "sum");
}

/// Values one element at a time, summed: body(x, target).
Value elementLoss(
    ImplicitLocOpBuilder &b, ValueRange inputs,
    function_ref<Value(ElementwiseBuilder &, Value, Value)> body) {
  Value x = toMatrix(b, inputs[0]);
  Value target = toMatrix(b, inputs[1]);
  Value rows =
      reduceRows(b, {x, target}, 0.0,
                 [&](ImplicitLocOpBuilder &in, ValueRange v) -> Value {
                   ElementwiseBuilder e(in, in.getLoc(), in.getF32Type());
                   Value loss = body(e, v[0], v[1]);
                   return e.add(v[2], loss);
                 });
  return sumOf(b, markPart(b, rows, "rows"));
}

/// The greater of x and 0, whose slope at 0 is that of 0.
Value positive(ElementwiseBuilder &e, Value x) {
  Value zero = e.f32(0.0f);
  return e.select(arith::CmpFPredicate::OGT, x, zero, x, zero);
}

Value lossOf(MseOp, ElementwiseBuilder &e, Value x, Value target) {
  Value difference = e.sub(x, target);
  return e.mul(difference, difference);
}

/// Frameworks take the slope of |d| to be 0 at 0.
Value lossOf(L1Op, ElementwiseBuilder &e, Value x, Value target) {
  Value zero = e.f32(0.0f);
  Value difference = e.sub(x, target);
  Value none = e.mul(difference, zero);
  Value negative = e.neg(difference);
  Value falling =
      e.select(arith::CmpFPredicate::OLT, difference, zero, negative, none);
  return e.select(arith::CmpFPredicate::OGT, difference, zero, difference,
                  falling);
}

Value lossOf(HuberOp op, ElementwiseBuilder &e, Value x, Value target) {
  float delta = op.getDelta().convertToDouble();
  Value difference = e.sub(x, target);
  Value magnitude = math::AbsFOp::create(e.getBuilder(), difference);
  Value half = e.mul(difference, e.f32(0.5f));
  Value square = e.mul(half, difference);
  Value beyond = e.sub(magnitude, e.f32(0.5f * delta));
  Value linear = e.mul(e.f32(delta), beyond);
  return e.select(arith::CmpFPredicate::OLT, magnitude, e.f32(delta), square,
                  linear);
}

Value lossOf(BceWithLogitsOp, ElementwiseBuilder &e, Value x, Value target) {
  ImplicitLocOpBuilder &b = e.getBuilder();
  Value magnitude = math::AbsFOp::create(b, x);
  Value exp = math::ExpOp::create(b, e.neg(magnitude));
  Value bend = math::Log1pOp::create(b, exp);
  Value rising = positive(e, x);
  Value linear = e.sub(rising, e.mul(x, target));
  return e.add(linear, bend);
}

template <typename LayerOp>
Value lowerElementLoss(LayerOp op, ImplicitLocOpBuilder &b, ValueRange inputs,
                       ValueRange) {
  return elementLoss(b, inputs,
                     [&](ElementwiseBuilder &e, Value x, Value target) {
                       return lossOf(op, e, x, target);
                     });
}

/// A row of numbers, one for each class, for each label.
struct Labelled {
  Value matrix, labels;
};

template <typename LayerOp>
Labelled labelled(LayerOp layer, ImplicitLocOpBuilder &b, ValueRange inputs) {
  int64_t rank = typeOf(inputs[0]).getRank(), axis = layer.getAxis();
  axis = axis < 0 ? axis + rank : axis;
  SmallVector<int64_t> order(rank);
  std::iota(order.begin(), order.end(), 0);
  order.erase(order.begin() + axis);
  order.push_back(axis);
  Value x = inputs[0];
  if (axis != rank - 1)
    x = transpose(b, x, order);
  Value labels = inputs[1];
  if (rank > 2)
    labels = tensor::CollapseShapeOp::create(
        b, labels,
        ArrayRef{llvm::to_vector<2>(llvm::seq<int64_t>(0, rank - 1))});
  return {toMatrix(b, x), labels};
}

/// The bits of a label.
Value labelOf(ImplicitLocOpBuilder &b, Value word) {
  return arith::BitcastOp::create(b, b.getI32Type(), word);
}

/// Of each row, what the table has for the class that is its label, or what the
/// row has, if there is no table; 0 where the label is none.
Value ofLabel(ImplicitLocOpBuilder &b, const Labelled &of, Value table = {}) {
  SmallVector<Value> operands = {of.matrix, of.labels};
  AffineMap identity = b.getMultiDimIdentityMap(2);
  SmallVector<AffineMap> maps = {identity, identity.getMajorSubMap(1)};
  if (table) {
    operands.push_back(table);
    maps.push_back(identity.getMinorSubMap(1));
  }
  return reduce(
      b, operands, maps, /*reduced=*/1u, 0.0,
      [&](ImplicitLocOpBuilder &in, ValueRange v) -> Value {
        Value index = linalg::IndexOp::create(in, 1);
        Value number = arith::IndexCastOp::create(in, in.getI32Type(), index);
        Value isIt = arith::CmpIOp::create(in, arith::CmpIPredicate::eq, number,
                                           labelOf(in, v[1]));
        Value zero = constant(in, 0.0);
        Value own =
            arith::SelectOp::create(in, isIt, table ? v[2] : v[0], zero);
        return arith::AddFOp::create(in, v.back(), own);
      });
}

/// `loss`, and 0 where the label is one that does not count.
Value unlessIgnored(ImplicitLocOpBuilder &b, Value word, int64_t ignored,
                    Value loss) {
  Value label = labelOf(b, word);
  Value number = arith::ConstantIntOp::create(b, int32_t(ignored), 32);
  Value isIgnored =
      arith::CmpIOp::create(b, arith::CmpIPredicate::eq, label, number);
  Value zero = constant(b, 0.0);
  return arith::SelectOp::create(b, isIgnored, zero, loss);
}

/// What the losses of each class are multiplied by; empty where that is 1.
ArrayRef<double> weightsOf(Operation *op) {
  auto weights = op->getAttrOfType<DenseF64ArrayAttr>("weights");
  return weights ? weights.asArrayRef() : ArrayRef<double>();
}

/// The same as a table; null where there are none.
Value tableOf(ImplicitLocOpBuilder &b, ArrayRef<double> weights) {
  if (weights.empty())
    return Value();
  SmallVector<float> numbers(weights.begin(), weights.end());
  auto type = RankedTensorType::get(int64_t(numbers.size()), b.getF32Type());
  return arith::ConstantOp::create(
      b, DenseElementsAttr::get(type, ArrayRef<float>(numbers)));
}

/// The sum of each row's numbers, each multiplied by the weight of its class.
Value weightedSum(ImplicitLocOpBuilder &b, Value matrix, Value table) {
  AffineMap identity = b.getMultiDimIdentityMap(2);
  SmallVector<Value> operands = {matrix};
  SmallVector<AffineMap> maps = {identity};
  if (table) {
    operands.push_back(table);
    maps.push_back(identity.getMinorSubMap(1));
  }
  return reduce(b, operands, maps, /*reduced=*/1u, 0.0,
                [&](ImplicitLocOpBuilder &in, ValueRange v) -> Value {
                  Value summand =
                      table ? arith::MulFOp::create(in, v[0], v[1]) : v[0];
                  return arith::AddFOp::create(in, v.back(), summand);
                });
}

Value lower(NllOp layer, ImplicitLocOpBuilder &b, ValueRange inputs,
            ValueRange) {
  Labelled of = labelled(layer, b, inputs);
  SmallVector<Value> operands = {ofLabel(b, of), of.labels};
  if (Value table = tableOf(b, weightsOf(layer)))
    operands.push_back(ofLabel(b, of, table));
  Value rows =
      elementwise(b, operands, [&](ImplicitLocOpBuilder &in, ValueRange v) {
        Value loss = arith::NegFOp::create(in, v[0]);
        if (v.size() > 2)
          loss = arith::MulFOp::create(in, loss, v[2]);
        return unlessIgnored(in, v[1], layer.getIgnoreIndex(), loss);
      });
  return sumOf(b, markPart(b, rows, "rows"));
}

/// log Σ eˣ − x of the label, which is no softmax: nothing overflows, and
/// nothing is the logarithm of 0.
Value lower(CrossEntropyOp layer, ImplicitLocOpBuilder &b, ValueRange inputs,
            ValueRange) {
  Labelled of = labelled(layer, b, inputs);
  double share = layer.getLabelSmoothing().convertToDouble();
  Value maximum = maximumOfRows(b, of.matrix);
  Value sum = sumOfExponentials(b, of.matrix, maximum);
  Value number = ofLabel(b, of);
  SmallVector<Value> operands = {sum, maximum, number, of.labels};
  ArrayRef<double> weights = weightsOf(layer);
  Value table = tableOf(b, weights);
  if (share > 0.0)
    operands.push_back(weightedSum(b, of.matrix, table));
  if (table)
    operands.push_back(ofLabel(b, of, table));
  double classes = typeOf(of.matrix).getDimSize(1);
  double all = weights.empty()
                   ? classes
                   : std::accumulate(weights.begin(), weights.end(), 0.0);
  Value rows =
      elementwise(b, operands, [&](ImplicitLocOpBuilder &in, ValueRange v) {
        ElementwiseBuilder e(in, in.getLoc(), in.getF32Type());
        Value log = math::LogOp::create(in, v[0]);
        // Of large numbers, first what is left of their difference.
        Value own = e.add(log, e.sub(v[1], v[2]));
        Value loss = table ? e.mul(own, v.back()) : own;
        if (share > 0.0) {
          Value factor = e.f32(all);
          Value rest = e.sub(e.mul(factor, v[1]), v[4]);
          Value others = e.add(e.mul(factor, log), rest);
          loss = e.mul(loss, e.f32(1.0 - share));
          loss = e.add(loss, e.mul(others, e.f32(share / classes)));
        }
        return unlessIgnored(in, v[3], layer.getIgnoreIndex(), loss);
      });
  return sumOf(b, markPart(b, rows, "rows"));
}

template <typename... LayerOps>
void attachElementLosses(MLIRContext &context) {
  (attach<LayerOps, lowerElementLoss>(context), ...);
}

} // namespace

void attachLossLowerings(MLIRContext &context) {
  attachElementLosses<MseOp, L1Op, HuberOp, BceWithLogitsOp>(context);
  attach<NllOp, lower>(context);
  attach<CrossEntropyOp, lower>(context);
}

} // namespace nascent::nn
