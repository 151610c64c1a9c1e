//===- Normalization.cpp - Layers of means and variances ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerLowerings.h"
#include "Statistics.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "nascent/Conversion/NNToLinalg/LinalgBuilders.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NNOps.h"

using namespace mlir;

namespace nascent::nn {
namespace {

/// One kernel of rows, as softmax is.
Value lower(LayerNormOp layer, ImplicitLocOpBuilder &b, ValueRange inputs,
            ValueRange parameters) {
  unsigned dims = layer.getDims();
  Value x = toMatrix(b, inputs[0], dims);
  Count count = Count::of(b, x, 1u);
  Value sum = reduceRows(b, x, 0.0,
                         [](ImplicitLocOpBuilder &in, ValueRange v) -> Value {
                           return arith::AddFOp::create(in, v[1], v[0]);
                         });
  Value mean = elementwise(b, sum, [&](ImplicitLocOpBuilder &in, ValueRange v) {
    return divide(in, v[0], count);
  });
  Value squares =
      reduceRows(b, {x, mean}, 0.0, [](ImplicitLocOpBuilder &in, ValueRange v) {
        return addSquare(in, v[2], arith::SubFOp::create(in, v[0], v[1]));
      });
  Value inverse =
      elementwise(b, squares, [&](ImplicitLocOpBuilder &in, ValueRange v) {
        return inverseDeviation(in, divide(in, v[0], count), layer.getEps());
      });
  AffineMap identity = b.getMultiDimIdentityMap(2);
  AffineMap row = identity.getMajorSubMap(1),
            column = identity.getMinorSubMap(1);
  SmallVector<Value> operands = {x, mean, inverse};
  SmallVector<AffineMap> maps = {identity, row, row};
  for (Value parameter : parameters) {
    if (dims > 1)
      parameter = tensor::CollapseShapeOp::create(
          b, parameter,
          ArrayRef{llvm::to_vector<2>(llvm::seq<int64_t>(0, dims))});
    operands.push_back(parameter);
    maps.push_back(column);
  }
  Value result = elementwise(
      b, operands, maps, [](ImplicitLocOpBuilder &in, ValueRange v) {
        Value normal = arith::MulFOp::create(
            in, arith::SubFOp::create(in, v[0], v[1]), v[2]);
        return scaleAndShift(in, normal, v.drop_front(3));
      });
  return fromMatrix(b, result, typeOf(inputs[0]), inputs[0], dims);
}

/// Normalises groups of the channels of (batch, …, channels). Sums of channels
/// come first, since those lie side by side, then sums of groups, which all of
/// their channels get: several kernels.
class GroupLowering {
public:
  GroupLowering(ImplicitLocOpBuilder &b, Value x, int64_t groups, APFloat eps)
      : b(b), x(x), eps(eps), type(typeOf(x)), rank(type.getRank()),
        identity(b.getMultiDimIdentityMap(rank)), groups(groups),
        channels(type.getDimSize(rank - 1)) {
    perChannel = AffineMap::get(
        rank, 0, {identity.getResult(0), identity.getResult(rank - 1)},
        b.getContext());
    count = Count::of(b, x, llvm::to_vector(llvm::seq<unsigned>(1, rank - 1)));
    count.known *= channels / groups;
    if (count.open && groups < channels) {
      Value members = constant(b, double(channels / groups));
      count.open = arith::MulFOp::create(b, count.open, members);
    }
  }

  Value lower(ValueRange parameters);

private:
  /// For each channel, the sum of body({0, x, values of the channel…}) over its
  /// places: (batch, channels).
  Value sumPlaces(
      StringRef part, ValueRange perChannelValues,
      function_ref<Value(ImplicitLocOpBuilder &, Value sum, ValueRange)> add);
  /// For each channel, `finish` of the sum over its group.
  Value finishGroups(StringRef part, StringRef wholePart, Value sums,
                     function_ref<Value(ImplicitLocOpBuilder &, Value)> finish);
  /// What has been emitted last is a kernel of its own.
  Value mark(Value value, StringRef part) {
    value.getDefiningOp()->setAttr(kLayerPartAttrName, b.getStringAttr(part));
    return value;
  }

  ImplicitLocOpBuilder &b;
  Value x;
  APFloat eps;
  RankedTensorType type;
  unsigned rank;
  AffineMap identity, perChannel;
  int64_t groups, channels;
  /// How many elements a group has.
  Count count;
};

Value GroupLowering::sumPlaces(
    StringRef part, ValueRange perChannelValues,
    function_ref<Value(ImplicitLocOpBuilder &, Value, ValueRange)> add) {
  SmallVector<Value> operands = {x};
  llvm::append_range(operands, perChannelValues);
  SmallVector<AffineMap> maps = {identity};
  maps.append(perChannelValues.size(), perChannel);
  auto places = llvm::to_vector(llvm::seq<unsigned>(1, rank - 1));
  if (places.empty())
    return mark(elementwise(b, operands, maps,
                            [&](ImplicitLocOpBuilder &in, ValueRange v) {
                              return add(in, constant(in, 0.0), v);
                            }),
                part);
  return mark(reduce(b, operands, maps, places, 0.0,
                     [&](ImplicitLocOpBuilder &in, ValueRange v) {
                       return add(in, v.back(), v.drop_back());
                     }),
              part);
}

Value GroupLowering::finishGroups(
    StringRef part, StringRef wholePart, Value sums,
    function_ref<Value(ImplicitLocOpBuilder &, Value)> finish) {
  auto finishOne = [&](ImplicitLocOpBuilder &in, ValueRange v) {
    return finish(in, v[0]);
  };
  // A channel that is a group is finished where it is summed.
  if (groups == channels)
    return mark(elementwise(b, sums, finishOne), part);
  RankedTensorType flat = typeOf(sums);
  SmallVector<ReassociationIndices> split = {{0}, {1, 2}};
  auto grouped = flat.clone({flat.getDimSize(0), groups, channels / groups});
  Value members = expand(b, sums, grouped, split, sums);
  // Loops: batch, groups, channels that get the sum, channels that are summed.
  AffineExpr batch = b.getAffineDimExpr(0), group = b.getAffineDimExpr(1),
             channel = b.getAffineDimExpr(2), summed = b.getAffineDimExpr(3);
  MLIRContext *context = b.getContext();
  AffineMap read = AffineMap::get(4, 0, {batch, group, summed}, context);
  AffineMap all = AffineMap::get(4, 0, {batch, group, channel}, context);
  auto parallel = utils::IteratorType::parallel;
  Value init = filled(b, members, grouped.getShape(), 0.0);
  auto sum = linalg::GenericOp::create(
      b, grouped, members, init, ArrayRef{read, all},
      ArrayRef{parallel, parallel, parallel, utils::IteratorType::reduction},
      [](OpBuilder &nested, Location inner, ValueRange v) {
        linalg::YieldOp::create(
            nested, inner,
            arith::AddFOp::create(nested, inner, v[1], v[0]).getResult());
      });
  mark(sum.getResult(0), wholePart);
  Value finished = mark(elementwise(b, sum.getResult(0), finishOne), wholePart);
  return tensor::CollapseShapeOp::create(b, flat, finished, split);
}

Value GroupLowering::lower(ValueRange parameters) {
  Value sums =
      sumPlaces("sums", {},
                [](ImplicitLocOpBuilder &in, Value sum, ValueRange v) -> Value {
                  return arith::AddFOp::create(in, sum, v[0]);
                });
  Value mean = finishGroups("sums", "mean", sums,
                            [&](ImplicitLocOpBuilder &in, Value sum) {
                              return divide(in, sum, count);
                            });
  Value squares = sumPlaces(
      "squares", mean, [](ImplicitLocOpBuilder &in, Value sum, ValueRange v) {
        return addSquare(in, sum, arith::SubFOp::create(in, v[0], v[1]));
      });
  Value inverse =
      finishGroups("squares", "deviation", squares,
                   [&](ImplicitLocOpBuilder &in, Value sum) {
                     return inverseDeviation(in, divide(in, sum, count), eps);
                   });
  SmallVector<Value> operands = {x, mean, inverse};
  llvm::append_range(operands, parameters);
  SmallVector<AffineMap> maps = {identity, perChannel, perChannel};
  maps.append(parameters.size(), identity.getMinorSubMap(1));
  return elementwise(b, operands, maps,
                     [](ImplicitLocOpBuilder &in, ValueRange v) {
                       Value normal = arith::MulFOp::create(
                           in, arith::SubFOp::create(in, v[0], v[1]), v[2]);
                       return scaleAndShift(in, normal, v.drop_front(3));
                     });
}

Value lower(GroupNormOp layer, ImplicitLocOpBuilder &b, ValueRange inputs,
            ValueRange parameters) {
  return GroupLowering(b, inputs[0], layer.getGroups(), layer.getEps())
      .lower(parameters);
}

Value lower(InstanceNormOp op, ImplicitLocOpBuilder &b, ValueRange inputs,
            ValueRange parameters) {
  int64_t channels = typeOf(inputs[0]).getShape().back();
  return GroupLowering(b, inputs[0], channels, op.getEps()).lower(parameters);
}

} // namespace

void attachNormalizationLowerings(MLIRContext &context) {
  attach<LayerNormOp, lower>(context);
  attach<GroupNormOp, lower>(context);
  attach<InstanceNormOp, lower>(context);
}

} // namespace nascent::nn
