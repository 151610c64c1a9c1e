//===- BatchNormalization.cpp - By statistics of a batch ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// At inference, statistics are parameters; while a network is trained, they are
// the batch's own.
//
//===----------------------------------------------------------------------===//

#include "LayerLowerings.h"
#include "Statistics.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "nascent/Conversion/NNToLinalg/LinalgBuilders.h"
#include "nascent/Conversion/NNToLinalg/Margins.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include "nascent/Dialect/NN/IR/TrainedNetworks.h"

using namespace mlir;

namespace nascent::nn {
namespace {

Value lower(BatchNormOp layer, ImplicitLocOpBuilder &b, ValueRange inputs,
            ValueRange parameters) {
  AffineMap identity = b.getMultiDimIdentityMap(typeOf(inputs[0]).getRank());
  SmallVector<Value> operands = {inputs[0]};
  llvm::append_range(operands, parameters);
  SmallVector<AffineMap> maps = {identity};
  maps.append(parameters.size(), identity.getMinorSubMap(1));
  // One multiplication and one addition, behind a convolution those of its
  // sums: all else is of channels alone.
  return elementwise(
      b, operands, maps, [&](ImplicitLocOpBuilder &in, ValueRange v) -> Value {
        Value mean = v[v.size() - 2];
        Value scale = inverseDeviation(in, v.back(), layer.getEps());
        if (!layer.getNoAffine())
          scale = arith::MulFOp::create(in, v[1], scale);
        Value offset = arith::MulFOp::create(in, mean, scale);
        Value scaled = arith::MulFOp::create(in, v[0], scale);
        if (layer.getNoAffine())
          return arith::SubFOp::create(in, scaled, offset);
        return arith::AddFOp::create(in, scaled,
                                     arith::SubFOp::create(in, v[2], offset));
      });
}

/// Normalises channels by the batch's own mean and variance, which it stores
/// where the gradients of the running ones would be: a step of training merges
/// them.
class BatchStatistics {
public:
  BatchStatistics(ImplicitLocOpBuilder &b, BatchNormOp layer, Value x)
      : b(b), layer(layer), x(x),
        identity(b.getMultiDimIdentityMap(typeOf(x).getRank())),
        channel(identity.getMinorSubMap(1)),
        reduced(
            llvm::to_vector(llvm::seq<unsigned>(0, typeOf(x).getRank() - 1))) {}

  Value lower(ValueRange parameters);

private:
  /// For each channel, `finish` of the sum of body({x, more…, sum}).
  Value sum(StringRef part, ValueRange operands, Body body, Body finish);
  void store(Value statistic, unsigned parameter);

  ImplicitLocOpBuilder &b;
  BatchNormOp layer;
  Value x;
  AffineMap identity, channel;
  SmallVector<unsigned> reduced;
};

Value BatchStatistics::sum(StringRef part, ValueRange operands, Body body,
                           Body finish) {
  SmallVector<AffineMap> maps(operands.size(), channel);
  maps.front() = identity;
  Value sums = reduce(b, operands, maps, reduced, 0.0, body);
  Value finished = elementwise(b, sums, finish);
  for (Value value : {sums, finished})
    value.getDefiningOp()->setAttr(kLayerPartAttrName, b.getStringAttr(part));
  return finished;
}

/// Whether a batch norm in front of `layer` has this parameter, too; without a
/// weight and a bias, it is another one of its parameters.
static bool isUsedBefore(BatchNormOp layer, FlatSymbolRefAttr ref) {
  for (Operation *op = layer->getPrevNode(); op; op = op->getPrevNode())
    if (isa<BatchNormOp>(op)) {
      auto before = cast<LayerOpInterface>(op);
      for (unsigned i = 0, e = before.getParameters().size(); i < e; ++i)
        if (before.getParameterRef(i) == ref)
          return true;
    }
  return false;
}

void BatchStatistics::store(Value statistic, unsigned parameter) {
  FlatSymbolRefAttr ref =
      cast<LayerOpInterface>(layer.getOperation()).getParameterRef(parameter);
  double momentum = layer.getMomentum().convertToDouble();
  // Of a layer that was used before, both are one statistic, which is merged as
  // if one had been merged after the other.
  bool isFirst = !isUsedBefore(layer, ref);
  for (auto before :
       llvm::make_early_inc_range(b.getBlock()->getOps<StoreGradientOp>())) {
    if (isFirst)
      break;
    if (before.getParameterAttr() != ref)
      continue;
    double first =
        before->getAttrOfType<FloatAttr>(kMomentumAttrName).getValueAsDouble();
    double both = mergeMomenta(first, momentum);
    double share = both == 0 ? 1 : momentum / both;
    statistic =
        elementwise(b, {before.getValue(), statistic},
                    [&](ImplicitLocOpBuilder &in, ValueRange v) -> Value {
                      ElementwiseBuilder e(in, in.getLoc(), in.getF32Type());
                      Value old = e.mul(e.f32(1 - share), v[0]);
                      Value own = e.mul(e.f32(share), v[1]);
                      return e.add(old, own);
                    });
    nameKernel(statistic, "merged_" + std::to_string(parameter));
    momentum = both;
    before.erase();
  }
  auto stored = StoreGradientOp::create(b, statistic, ref);
  stored->setAttr(kMomentumAttrName, b.getF32FloatAttr(float(momentum)));
}

Value BatchStatistics::lower(ValueRange parameters) {
  Count count = Count::of(b, x, reduced);
  if (!count.open && count.known < 2) {
    emitLayerError(layer) << "has one value of each channel in a batch, whose "
                             "variance is 0; bind a batch of two or more";
    return Value();
  }
  Value mean = sum(
      "mean", x,
      [](ImplicitLocOpBuilder &in, ValueRange v) -> Value {
        return arith::AddFOp::create(in, v[1], v[0]);
      },
      [&](ImplicitLocOpBuilder &in, ValueRange v) {
        return divide(in, v[0], count);
      });
  Value variance = sum(
      "variance", {x, mean},
      [](ImplicitLocOpBuilder &in, ValueRange v) -> Value {
        return addSquare(in, v[2], arith::SubFOp::create(in, v[0], v[1]));
      },
      [&](ImplicitLocOpBuilder &in, ValueRange v) {
        return divide(in, v[0], count);
      });
  // Of a sample, as the running one is an estimate.
  Value unbiased =
      elementwise(b, variance, [&](ImplicitLocOpBuilder &in, ValueRange v) {
        ElementwiseBuilder e(in, in.getLoc(), in.getF32Type());
        if (!count.open)
          return e.mul(v[0], e.f32(double(count.known) / (count.known - 1)));
        Value less = e.sub(count.open, e.f32(1.0f));
        return e.emit<arith::DivFOp>(e.mul(v[0], count.open), less);
      });
  nameKernel(unbiased, "unbiased");
  unsigned last = layer.getNoAffine() ? 0 : 2;
  store(mean, last);
  store(unbiased, last + 1);
  SmallVector<Value> operands = {x, mean, variance};
  llvm::append_range(operands, parameters.drop_back(2));
  SmallVector<AffineMap> maps(operands.size(), channel);
  maps.front() = identity;
  return elementwise(
      b, operands, maps, [&](ImplicitLocOpBuilder &in, ValueRange v) {
        Value inverse = inverseDeviation(in, v[2], layer.getEps());
        Value normal = arith::MulFOp::create(
            in, arith::SubFOp::create(in, v[0], v[1]), inverse);
        return scaleAndShift(in, normal, v.drop_front(3));
      });
}

Value lowerTrained(BatchNormOp layer, ImplicitLocOpBuilder &b,
                   ValueRange inputs, ValueRange parameters) {
  return BatchStatistics(b, layer, inputs[0]).lower(parameters);
}

} // namespace

void attachBatchNormalizationLowerings(MLIRContext &context) {
  attach<BatchNormOp, lower, lowerTrained>(context);
}

} // namespace nascent::nn
