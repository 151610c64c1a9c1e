//===- Normalization.cpp - Layers of means and variances ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerLowerings.h"
#include "Statistics.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "nascent/Conversion/NNToLinalg/LinalgBuilders.h"
#include "nascent/Conversion/NNToLinalg/LinalgLowering.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NNOps.h"

using namespace mlir;

namespace nascent::nn {
namespace {

/// One kernel of rows, as softmax is.
struct LayerNormLowering
    : LinalgLoweringOpInterface::ExternalModel<LayerNormLowering, LayerNormOp> {
  Value lowerToLinalg(Operation *op, OpBuilder &builder, Location loc,
                      ValueRange inputs, ValueRange parameters) const {
    auto layer = cast<LayerNormOp>(op);
    unsigned dims = layer.getDims();
    Value x = toMatrix(builder, loc, inputs[0], dims);
    Count count = Count::of(builder, loc, x, 1u);
    Value sum = reduceRows(builder, loc, x, 0.0,
                           [](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
                             return arith::AddFOp::create(b, v[1], v[0]);
                           });
    Value mean = elementwise(builder, loc, sum,
                             [&](ImplicitLocOpBuilder &b, ValueRange v) {
                               return divide(b, v[0], count);
                             });
    Value squares = reduceRows(
        builder, loc, {x, mean}, 0.0,
        [](ImplicitLocOpBuilder &b, ValueRange v) {
          return addSquare(b, v[2], arith::SubFOp::create(b, v[0], v[1]));
        });
    Value inverse = elementwise(
        builder, loc, squares, [&](ImplicitLocOpBuilder &b, ValueRange v) {
          return inverseDeviation(b, divide(b, v[0], count), layer.getEps());
        });
    AffineMap identity = builder.getMultiDimIdentityMap(2);
    AffineMap row = identity.getMajorSubMap(1),
              column = identity.getMinorSubMap(1);
    SmallVector<Value> operands = {x, mean, inverse};
    SmallVector<AffineMap> maps = {identity, row, row};
    for (Value parameter : parameters) {
      if (dims > 1)
        parameter = tensor::CollapseShapeOp::create(
            builder, loc, parameter,
            ArrayRef{llvm::to_vector<2>(llvm::seq<int64_t>(0, dims))});
      operands.push_back(parameter);
      maps.push_back(column);
    }
    Value result =
        elementwise(builder, loc, operands, maps,
                    [](ImplicitLocOpBuilder &b, ValueRange v) {
                      Value normal = arith::MulFOp::create(
                          b, arith::SubFOp::create(b, v[0], v[1]), v[2]);
                      return scaleAndShift(b, normal, v.drop_front(3));
                    });
    return fromMatrix(builder, loc, result, typeOf(inputs[0]), inputs[0], dims);
  }
};

/// Normalises groups of the channels of (batch, …, channels). Sums of channels
/// come first, since those lie side by side, then sums of groups, which all of
/// their channels get: several kernels.
class GroupLowering {
public:
  GroupLowering(OpBuilder &builder, Location loc, Value x, int64_t groups,
                APFloat eps)
      : builder(builder), loc(loc), x(x), eps(eps), type(typeOf(x)),
        rank(type.getRank()), identity(builder.getMultiDimIdentityMap(rank)),
        groups(groups), channels(type.getDimSize(rank - 1)) {
    perChannel = AffineMap::get(
        rank, 0, {identity.getResult(0), identity.getResult(rank - 1)},
        builder.getContext());
    count = Count::of(builder, loc, x,
                      llvm::to_vector(llvm::seq<unsigned>(1, rank - 1)));
    count.known *= channels / groups;
    if (count.open && groups < channels) {
      Value members = constant(builder, loc, double(channels / groups));
      count.open = arith::MulFOp::create(builder, loc, count.open, members);
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
    value.getDefiningOp()->setAttr(kLayerPartAttrName,
                                   builder.getStringAttr(part));
    return value;
  }

  OpBuilder &builder;
  Location loc;
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
    return mark(elementwise(builder, loc, operands, maps,
                            [&](ImplicitLocOpBuilder &b, ValueRange v) {
                              return add(b, constant(b, loc, 0.0), v);
                            }),
                part);
  return mark(reduce(builder, loc, operands, maps, places, 0.0,
                     [&](ImplicitLocOpBuilder &b, ValueRange v) {
                       return add(b, v.back(), v.drop_back());
                     }),
              part);
}

Value GroupLowering::finishGroups(
    StringRef part, StringRef wholePart, Value sums,
    function_ref<Value(ImplicitLocOpBuilder &, Value)> finish) {
  auto finishOne = [&](ImplicitLocOpBuilder &b, ValueRange v) {
    return finish(b, v[0]);
  };
  // A channel that is a group is finished where it is summed.
  if (groups == channels)
    return mark(elementwise(builder, loc, sums, finishOne), part);
  RankedTensorType flat = typeOf(sums);
  SmallVector<ReassociationIndices> split = {{0}, {1, 2}};
  auto grouped = flat.clone({flat.getDimSize(0), groups, channels / groups});
  Value members = expand(builder, loc, sums, grouped, split, sums);
  // Loops: batch, groups, channels that get the sum, channels that are summed.
  AffineExpr batch = builder.getAffineDimExpr(0),
             group = builder.getAffineDimExpr(1),
             channel = builder.getAffineDimExpr(2),
             summed = builder.getAffineDimExpr(3);
  MLIRContext *context = builder.getContext();
  AffineMap read = AffineMap::get(4, 0, {batch, group, summed}, context);
  AffineMap all = AffineMap::get(4, 0, {batch, group, channel}, context);
  auto parallel = utils::IteratorType::parallel;
  Value init = filled(builder, loc, members, grouped.getShape(), 0.0);
  auto sum = linalg::GenericOp::create(
      builder, loc, grouped, members, init, ArrayRef{read, all},
      ArrayRef{parallel, parallel, parallel, utils::IteratorType::reduction},
      [](OpBuilder &nested, Location inner, ValueRange v) {
        linalg::YieldOp::create(
            nested, inner,
            arith::AddFOp::create(nested, inner, v[1], v[0]).getResult());
      });
  mark(sum.getResult(0), wholePart);
  Value finished =
      mark(elementwise(builder, loc, sum.getResult(0), finishOne), wholePart);
  return tensor::CollapseShapeOp::create(builder, loc, flat, finished, split);
}

Value GroupLowering::lower(ValueRange parameters) {
  Value sums =
      sumPlaces("sums", {},
                [](ImplicitLocOpBuilder &b, Value sum, ValueRange v) -> Value {
                  return arith::AddFOp::create(b, sum, v[0]);
                });
  Value mean = finishGroups("sums", "mean", sums,
                            [&](ImplicitLocOpBuilder &b, Value sum) {
                              return divide(b, sum, count);
                            });
  Value squares = sumPlaces(
      "squares", mean, [](ImplicitLocOpBuilder &b, Value sum, ValueRange v) {
        return addSquare(b, sum, arith::SubFOp::create(b, v[0], v[1]));
      });
  Value inverse = finishGroups(
      "squares", "deviation", squares, [&](ImplicitLocOpBuilder &b, Value sum) {
        return inverseDeviation(b, divide(b, sum, count), eps);
      });
  SmallVector<Value> operands = {x, mean, inverse};
  llvm::append_range(operands, parameters);
  SmallVector<AffineMap> maps = {identity, perChannel, perChannel};
  maps.append(parameters.size(), identity.getMinorSubMap(1));
  return elementwise(builder, loc, operands, maps,
                     [](ImplicitLocOpBuilder &b, ValueRange v) {
                       Value normal = arith::MulFOp::create(
                           b, arith::SubFOp::create(b, v[0], v[1]), v[2]);
                       return scaleAndShift(b, normal, v.drop_front(3));
                     });
}

struct GroupNormLowering
    : LinalgLoweringOpInterface::ExternalModel<GroupNormLowering, GroupNormOp> {
  Value lowerToLinalg(Operation *op, OpBuilder &builder, Location loc,
                      ValueRange inputs, ValueRange parameters) const {
    auto layer = cast<GroupNormOp>(op);
    return GroupLowering(builder, loc, inputs[0], layer.getGroups(),
                         layer.getEps())
        .lower(parameters);
  }
};

struct InstanceNormLowering
    : LinalgLoweringOpInterface::ExternalModel<InstanceNormLowering,
                                               InstanceNormOp> {
  Value lowerToLinalg(Operation *op, OpBuilder &builder, Location loc,
                      ValueRange inputs, ValueRange parameters) const {
    int64_t channels = typeOf(inputs[0]).getShape().back();
    return GroupLowering(builder, loc, inputs[0], channels,
                         cast<InstanceNormOp>(op).getEps())
        .lower(parameters);
  }
};

} // namespace

void attachNormalizationLowerings(MLIRContext &context) {
  LayerNormOp::attachInterface<LayerNormLowering>(context);
  GroupNormOp::attachInterface<GroupNormLowering>(context);
  InstanceNormOp::attachInterface<InstanceNormLowering>(context);
}

} // namespace nascent::nn
