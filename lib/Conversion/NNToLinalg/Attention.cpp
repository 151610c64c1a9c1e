//===- Attention.cpp - Attention ------------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerLowerings.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "nascent/Conversion/NNToLinalg/LinalgBuilders.h"
#include "nascent/Conversion/NNToLinalg/Margins.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include <cmath>
#include <limits>

using namespace mlir;

namespace nascent::nn {
namespace {

/// Attention of one value on itself, in kernels one after the other. Heads lie
/// side by side in rows of what is projected, and stay there: only keys are
/// turned, so that those of all places are side by side, as the columns of a
/// weight are.
class Attention {
public:
  Attention(ImplicitLocOpBuilder &b, AttentionOp layer, ValueRange inputs)
      : b(b), layer(layer), input(inputs[0]),
        lengths(layer.getLengths() ? inputs[1] : Value()),
        isStream(layer->getParentOfType<ModuleOp>()->hasAttr(kStreamAttrName)),
        heads(layer.getHeads()) {
    RankedTensorType type = typeOf(input);
    size = sizesLike(b, input, type.getShape());
    share = type.getDimSize(2) / heads;
  }

  Value lower(ValueRange parameters, bool isTrained);

private:
  /// The loops: images, heads, places that ask, and what the two products
  /// differ in.
  enum Loop { Batch, Head, Query, Column, Depth };
  AffineMap along(ArrayRef<unsigned> loops) {
    auto indices = llvm::map_to_vector(
        loops, [&](unsigned loop) { return b.getAffineDimExpr(loop); });
    return AffineMap::get(Depth + 1, 0, indices, b.getContext());
  }
  /// The sum over the last loop of the products of what is read by two maps.
  Value multiply(Value first, AffineMap firstMap, Value second,
                 AffineMap secondMap, Sizes sizes, AffineMap written);
  /// The heads' values at each place, (batch, length, heads, share), where it
  /// sees all others, or those up to itself.
  Value seeAll(Value queries, Value keys, Value values);
  /// The same where it sees those of a window that ends with itself.
  Value seeWindow(Value queries, Value keys, Value values);
  /// `value` behind what a window reaches before its first place: zeros, and in
  /// a stream a pad, in whose stead are the places of earlier blocks.
  Value reachBack(Value value, int64_t dim);
  /// 1 for each place, behind zeros where there is none.
  Value markThere(Value turned);
  /// Scores of windows as they enter softmax.
  Value maskWindow(Value scores, Value turned);
  /// Queries, keys or values as (batch, length, heads, share), of what has all
  /// three.
  Value take(Value all, int64_t which);
  /// Whether some keys are left out.
  bool isMasked() { return layer.getCausal() || lengths; }
  /// Scores as they enter softmax.
  Value scale(Value scores);
  /// What has been emitted since the last part is a kernel of its own.
  Value mark(Value value, StringRef part);

  ImplicitLocOpBuilder &b;
  AttentionOp layer;
  Value input;
  /// How many keys each row has; null where all have all.
  Value lengths;
  bool isStream;
  int64_t heads, share;
  /// Batch, length and width.
  Sizes size;
};

Value Attention::mark(Value value, StringRef part) {
  // From the last operation backwards, up to those that are marked already.
  for (Operation *op = value.getDefiningOp(); op; op = op->getPrevNode()) {
    if (op->hasAttr(kLayerPartAttrName) || op->hasAttr(kLayerAttrName))
      break;
    if (isa<linalg::GenericOp, linalg::MatmulOp>(op))
      op->setAttr(kLayerPartAttrName, b.getStringAttr(part));
  }
  return value;
}

Value Attention::multiply(Value first, AffineMap firstMap, Value second,
                          AffineMap secondMap, Sizes sizes, AffineMap written) {
  Value init = filledOf(b, sizes, 0.0);
  return sumOfProducts(b, first, second, init, {firstMap, secondMap, written});
}

Value Attention::take(Value all, int64_t which) {
  Sizes offsets(4, b.getIndexAttr(0)), steps(4, b.getIndexAttr(1));
  offsets[2] = b.getIndexAttr(which * heads);
  Sizes sizes = {size[0], size[1], b.getIndexAttr(heads),
                 b.getIndexAttr(share)};
  return tensor::ExtractSliceOp::create(b, all, offsets, sizes, steps);
}

Value Attention::scale(Value scores) {
  double factor = 1.0 / std::sqrt(double(share));
  AffineMap all = b.getMultiDimIdentityMap(4);
  bool isCausal = layer.getCausal();
  SmallVector<Value> inputs = {scores};
  SmallVector<AffineMap> maps = {all};
  if (lengths) {
    inputs.push_back(lengths);
    maps.push_back(all.getMajorSubMap(1));
  }
  return elementwise(
      b, inputs, maps, [&](ImplicitLocOpBuilder &in, ValueRange v) -> Value {
        Value scaled = arith::MulFOp::create(in, v[0], constant(in, factor));
        if (!isMasked())
          return scaled;
        Value query =
            isCausal ? Value(linalg::IndexOp::create(in, 2)) : Value();
        Value key = linalg::IndexOp::create(in, 3);
        Value isSeen = lengths ? isWithin(in, key, v[1]) : Value();
        if (isCausal) {
          Value isBefore =
              arith::CmpIOp::create(in, arith::CmpIPredicate::ule, key, query);
          if (std::optional<uint64_t> window = layer.getWindow()) {
            Value size = arith::ConstantIndexOp::create(in, *window);
            Value end = arith::AddIOp::create(in, key, size);
            Value isNear = arith::CmpIOp::create(in, arith::CmpIPredicate::ult,
                                                 query, end);
            isBefore = arith::AndIOp::create(in, isBefore, isNear);
          }
          isSeen = isSeen ? Value(arith::AndIOp::create(in, isSeen, isBefore))
                          : isBefore;
        }
        Value nothing = constant(in, -std::numeric_limits<double>::infinity());
        return arith::SelectOp::create(in, isSeen, scaled, nothing);
      });
}

Value Attention::lower(ValueRange parameters, bool isTrained) {
  bool hasBias = parameters.size() == 4;
  Value inBias = hasBias ? parameters[1] : Value();
  Value outWeight = parameters[hasBias ? 2 : 1];
  Value outBias = hasBias ? parameters[3] : Value();
  RankedTensorType type = typeOf(input);
  Value rows = toMatrix(b, input);
  Value projected = mark(dense(b, rows, parameters[0], inBias), "projections");
  SmallVector<int64_t> shape = {type.getDimSize(0), type.getDimSize(1),
                                3 * heads, share};
  Value all = expand(b, projected, type.clone(shape), {{0, 1}, {2, 3}}, input);
  Value queries = take(all, 0), keys = take(all, 1), values = take(all, 2);
  Value seen = layer.getWindow() && !isTrained
                   ? seeWindow(queries, keys, values)
                   : seeAll(queries, keys, values);
  Value joined = tensor::CollapseShapeOp::create(
      b, seen, SmallVector<ReassociationIndices>{{0, 1}, {2, 3}});
  Value result = mark(dense(b, joined, outWeight, outBias), "output");
  return fromMatrix(b, result, type, input);
}

Value Attention::seeAll(Value queries, Value keys, Value values) {
  Value turned = transpose(b, keys, {0, 2, 3, 1});
  Sizes square = {size[0], b.getIndexAttr(heads), size[1], size[1]};
  Value scores = multiply(queries, along({Batch, Query, Head, Depth}), turned,
                          along({Batch, Head, Depth, Column}), square,
                          along({Batch, Head, Query, Column}));
  if (isMasked())
    scores = mark(scale(mark(scores, "scores")), "mask");
  else
    scores = mark(scale(scores), "scores");
  Value matrix = weightsOfScores(b, toMatrix(b, scores), isMasked());
  mark(matrix, "softmax");
  Value weights = fromMatrix(b, matrix, typeOf(scores), scores);
  Sizes places = {size[0], size[1], b.getIndexAttr(heads),
                  b.getIndexAttr(share)};
  Value seen = multiply(weights, along({Batch, Head, Query, Depth}), values,
                        along({Batch, Depth, Head, Column}), places,
                        along({Batch, Query, Head, Column}));
  return mark(seen, "values");
}

Value Attention::reachBack(Value value, int64_t dim) {
  int64_t earlier = *layer.getWindow() - 1;
  if (earlier == 0)
    return value;
  if (!isStream)
    return Margins(b, "constant").add(value, dim, earlier, 0);
  RankedTensorType type = typeOf(value);
  SmallVector<int64_t> shape(type.getShape());
  if (!type.isDynamicDim(dim))
    shape[dim] += earlier;
  Sizes none(shape.size(), b.getIndexAttr(0)), low(none);
  low[dim] = b.getIndexAttr(earlier);
  Value zero = constant(b, 0.0);
  return tensor::PadOp::create(b, type.clone(shape), value, low, none, zero);
}

Value Attention::markThere(Value turned) {
  MLIRContext *context = b.getContext();
  AffineExpr zero = getAffineConstantExpr(0, context);
  AffineExpr batch = getAffineDimExpr(0, context);
  AffineExpr place = getAffineDimExpr(1, context);
  AffineMap first = AffineMap::get(2, 0, {batch, zero, zero, place}, context);
  Value there = mapElements(b, turned, first, {size[0], size[1]},
                            [&](ImplicitLocOpBuilder &in, ValueRange) -> Value {
                              return constant(in, 1.0);
                            });
  return reachBack(mark(there, "there"), 1);
}

Value Attention::maskWindow(Value scores, Value turned) {
  double factor = 1.0 / std::sqrt(double(share));
  MLIRContext *context = b.getContext();
  AffineExpr place =
      getAffineDimExpr(Query, context) + getAffineDimExpr(Column, context);
  SmallVector<Value> inputs = {scores};
  SmallVector<AffineMap> maps = {b.getMultiDimIdentityMap(4)};
  // How many places came before a block is known from what they have left.
  if (isStream) {
    inputs.push_back(markThere(turned));
    maps.push_back(AffineMap::get(
        4, 0, {getAffineDimExpr(Batch, context), place}, context));
  }
  int64_t earlier = *layer.getWindow() - 1;
  return elementwise(
      b, inputs, maps, [&](ImplicitLocOpBuilder &in, ValueRange v) -> Value {
        Value isThere;
        if (isStream) {
          isThere = arith::CmpFOp::create(in, arith::CmpFPredicate::OGT, v[1],
                                          constant(in, 0.0));
        } else {
          Value query = linalg::IndexOp::create(in, Query);
          Value column = linalg::IndexOp::create(in, Column);
          Value at = arith::AddIOp::create(in, query, column);
          Value first = arith::ConstantIndexOp::create(in, earlier);
          isThere =
              arith::CmpIOp::create(in, arith::CmpIPredicate::uge, at, first);
        }
        Value scaled = arith::MulFOp::create(in, v[0], constant(in, factor));
        Value nothing = constant(in, -std::numeric_limits<double>::infinity());
        return arith::SelectOp::create(in, isThere, scaled, nothing);
      });
}

Value Attention::seeWindow(Value queries, Value keys, Value values) {
  MLIRContext *context = b.getContext();
  AffineExpr batch = getAffineDimExpr(Batch, context);
  AffineExpr head = getAffineDimExpr(Head, context);
  AffineExpr query = getAffineDimExpr(Query, context);
  AffineExpr column = getAffineDimExpr(Column, context);
  AffineExpr depth = getAffineDimExpr(Depth, context);
  auto map = [&](ArrayRef<AffineExpr> indices) {
    return AffineMap::get(Depth + 1, 0, indices, context);
  };
  Value turned = transpose(b, keys, {0, 2, 3, 1});
  OpFoldResult numHeads = b.getIndexAttr(heads);
  Sizes window = {size[0], numHeads, size[1],
                  b.getIndexAttr(*layer.getWindow())};
  Value scores =
      multiply(queries, along({Batch, Query, Head, Depth}),
               reachBack(turned, 3), map({batch, head, depth, query + column}),
               window, along({Batch, Head, Query, Column}));
  scores = mark(maskWindow(mark(scores, "scores"), turned), "mask");
  Value matrix = weightsOfScores(b, toMatrix(b, scores), true);
  mark(matrix, "softmax");
  Value weights = fromMatrix(b, matrix, typeOf(scores), scores);
  Sizes places = {size[0], size[1], numHeads, b.getIndexAttr(share)};
  Value seen =
      multiply(weights, along({Batch, Head, Query, Depth}),
               reachBack(values, 1), map({batch, query + depth, head, column}),
               places, along({Batch, Query, Head, Column}));
  return mark(seen, "values");
}

Value lower(AttentionOp layer, ImplicitLocOpBuilder &b, ValueRange inputs,
            ValueRange parameters) {
  return Attention(b, layer, inputs).lower(parameters, /*isTrained=*/false);
}

/// Scores of all places have a gradient, those of windows have none.
Value lowerTrained(AttentionOp layer, ImplicitLocOpBuilder &b,
                   ValueRange inputs, ValueRange parameters) {
  return Attention(b, layer, inputs).lower(parameters, /*isTrained=*/true);
}

} // namespace

void attachAttentionLowerings(MLIRContext &context) {
  attach<AttentionOp, lower, lowerTrained>(context);
}

} // namespace nascent::nn
