//===- Softmax.cpp - Activations of a row ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerLowerings.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "nascent/Conversion/NNToLinalg/LinalgBuilders.h"
#include "nascent/Conversion/NNToLinalg/LinalgLowering.h"
#include "nascent/Dialect/NN/IR/LoweringAttributes.h"
#include "nascent/Dialect/NN/IR/NNOps.h"
#include <limits>

using namespace mlir;

namespace nascent::nn {
namespace {

/// e^(x − max), the difference never positive.
Value expOfDifference(ImplicitLocOpBuilder &b, Value x, Value maximum) {
  return math::ExpOp::create(b, arith::SubFOp::create(b, x, maximum));
}

/// Where a matrix has the elements of a row of a value along `axis`, counted
/// from the last one on where negative: what `rows` makes of it, as the value.
template <typename LayerOp>
Value alongAxis(LayerOp layer, OpBuilder &builder, Location loc, Value input,
                function_ref<Value(Value matrix)> rows) {
  auto type = cast<RankedTensorType>(layer.getType());
  int64_t rank = type.getRank(), axis = layer.getAxis();
  // A merged dimension is the last one, too.
  int64_t dim = storedDim(type, axis < 0 ? axis + rank : axis);
  if (dim == rank - 1) {
    Value result = rows(toMatrix(builder, loc, input));
    return fromMatrix(builder, loc, result,
                      cast<RankedTensorType>(input.getType()), input);
  }
  auto permutation = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  // Neighbours along the axis become neighbours in memory, and go back.
  std::swap(permutation[dim], permutation[rank - 1]);
  Value turned = transpose(builder, loc, input, permutation);
  Value result = rows(toMatrix(builder, loc, turned));
  result = fromMatrix(builder, loc, result,
                      cast<RankedTensorType>(turned.getType()), turned);
  return transpose(builder, loc, result, permutation);
}

struct SoftmaxLowering
    : LinalgLoweringOpInterface::ExternalModel<SoftmaxLowering, SoftmaxOp> {
  Value lowerToLinalg(Operation *op, OpBuilder &builder, Location loc,
                      ValueRange inputs, ValueRange) const {
    auto rows = [&](Value x) {
      Value maximum = maximumOfRows(builder, loc, x);
      Value sum = sumOfExponentials(builder, loc, x, maximum);
      return elementwise(builder, loc, {x, maximum, sum},
                         [](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
                           return arith::DivFOp::create(
                               b, expOfDifference(b, v[0], v[1]), v[2]);
                         });
    };
    return alongAxis(cast<SoftmaxOp>(op), builder, loc, inputs[0], rows);
  }
};

struct LogSoftmaxLowering
    : LinalgLoweringOpInterface::ExternalModel<LogSoftmaxLowering,
                                               LogSoftmaxOp> {
  Value lowerToLinalg(Operation *op, OpBuilder &builder, Location loc,
                      ValueRange inputs, ValueRange) const {
    auto rows = [&](Value x) {
      Value maximum = maximumOfRows(builder, loc, x);
      Value sum = sumOfExponentials(builder, loc, x, maximum);
      Value log =
          elementwise(builder, loc, sum,
                      [](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
                        return math::LogOp::create(b, v[0]);
                      });
      return elementwise(builder, loc, {x, maximum, log},
                         [](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
                           return arith::SubFOp::create(
                               b, arith::SubFOp::create(b, v[0], v[1]), v[2]);
                         });
    };
    return alongAxis(cast<LogSoftmaxOp>(op), builder, loc, inputs[0], rows);
  }
};

} // namespace

Value maximumOfRows(OpBuilder &builder, Location loc, Value x) {
  Value maximum =
      reduceRows(builder, loc, x, -std::numeric_limits<double>::infinity(),
                 [](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
                   // It is subtracted: the sign of a zero changes nothing.
                   return arith::MaximumFOp::create(b, v[0], v[1],
                                                    arith::FastMathFlags::nsz);
                 });
  maximum.getDefiningOp()->setAttr(kNoGradientAttrName, builder.getUnitAttr());
  return maximum;
}

Value sumOfExponentials(OpBuilder &builder, Location loc, Value x,
                        Value maximum) {
  return reduceRows(builder, loc, {x, maximum}, 0.0,
                    [](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
                      return arith::AddFOp::create(
                          b, v[2], expOfDifference(b, v[0], v[1]));
                    });
}

Value weightsOfScores(OpBuilder &builder, Location loc, Value scores,
                      bool isMasked) {
  auto exponential = [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
    if (!isMasked)
      return expOfDifference(b, v[0], v[1]);
    // What is left out is no exponential that leaves the range of floats, which
    // takes some processors ten times as long.
    Value nothing = constant(b, loc, -std::numeric_limits<double>::infinity());
    Value zero = constant(b, loc, 0.0);
    Value isLeftOut =
        arith::CmpFOp::create(b, arith::CmpFPredicate::OEQ, v[0], nothing);
    Value seen = arith::SelectOp::create(b, isLeftOut, v[1], v[0]);
    Value power = expOfDifference(b, seen, v[1]);
    return arith::SelectOp::create(b, isLeftOut, zero, power);
  };
  Value maximum = maximumOfRows(builder, loc, scores);
  Value sum = reduceRows(builder, loc, {scores, maximum}, 0.0,
                         [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
                           Value power = exponential(b, v);
                           return arith::AddFOp::create(b, v[2], power);
                         });
  // One division a row.
  Value inverse = elementwise(
      builder, loc, sum, [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
        return arith::DivFOp::create(b, constant(b, loc, 1.0), v[0]);
      });
  return elementwise(builder, loc, {scores, maximum, inverse},
                     [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
                       Value power = exponential(b, v);
                       return arith::MulFOp::create(b, power, v[2]);
                     });
}

void attachSoftmaxLowerings(MLIRContext &context) {
  SoftmaxOp::attachInterface<SoftmaxLowering>(context);
  LogSoftmaxOp::attachInterface<LogSoftmaxLowering>(context);
}

} // namespace nascent::nn
