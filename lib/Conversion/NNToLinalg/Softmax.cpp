//===- Softmax.cpp - Activations of a row ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerLowerings.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "nascent/Conversion/NNToLinalg/LinalgBuilders.h"
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
Value alongAxis(LayerOp layer, ImplicitLocOpBuilder &b, Value input,
                function_ref<Value(Value matrix)> rows) {
  auto type = cast<RankedTensorType>(layer.getType());
  int64_t rank = type.getRank(), axis = layer.getAxis();
  // A merged dimension is the last one, too.
  int64_t dim = storedDim(type, axis < 0 ? axis + rank : axis);
  if (dim == rank - 1) {
    Value result = rows(toMatrix(b, input));
    return fromMatrix(b, result, cast<RankedTensorType>(input.getType()),
                      input);
  }
  auto permutation = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  // Neighbours along the axis become neighbours in memory, and go back.
  std::swap(permutation[dim], permutation[rank - 1]);
  Value turned = transpose(b, input, permutation);
  Value result = rows(toMatrix(b, turned));
  result =
      fromMatrix(b, result, cast<RankedTensorType>(turned.getType()), turned);
  return transpose(b, result, permutation);
}

Value lower(SoftmaxOp op, ImplicitLocOpBuilder &b, ValueRange inputs,
            ValueRange) {
  auto rows = [&](Value x) {
    Value maximum = maximumOfRows(b, x);
    Value sum = sumOfExponentials(b, x, maximum);
    return elementwise(b, {x, maximum, sum},
                       [](ImplicitLocOpBuilder &in, ValueRange v) -> Value {
                         return arith::DivFOp::create(
                             in, expOfDifference(in, v[0], v[1]), v[2]);
                       });
  };
  return alongAxis(op, b, inputs[0], rows);
}

Value lower(LogSoftmaxOp op, ImplicitLocOpBuilder &b, ValueRange inputs,
            ValueRange) {
  auto rows = [&](Value x) {
    Value maximum = maximumOfRows(b, x);
    Value sum = sumOfExponentials(b, x, maximum);
    Value log = elementwise(
        b, sum, [](ImplicitLocOpBuilder &in, ValueRange v) -> Value {
          return math::LogOp::create(in, v[0]);
        });
    return elementwise(b, {x, maximum, log},
                       [](ImplicitLocOpBuilder &in, ValueRange v) -> Value {
                         return arith::SubFOp::create(
                             in, arith::SubFOp::create(in, v[0], v[1]), v[2]);
                       });
  };
  return alongAxis(op, b, inputs[0], rows);
}

} // namespace

Value maximumOfRows(ImplicitLocOpBuilder &b, Value x) {
  Value maximum =
      reduceRows(b, x, -std::numeric_limits<double>::infinity(),
                 [](ImplicitLocOpBuilder &in, ValueRange v) -> Value {
                   // It is subtracted: the sign of a zero changes nothing.
                   return arith::MaximumFOp::create(in, v[0], v[1],
                                                    arith::FastMathFlags::nsz);
                 });
  maximum.getDefiningOp()->setAttr(kNoGradientAttrName, b.getUnitAttr());
  return maximum;
}

Value sumOfExponentials(ImplicitLocOpBuilder &b, Value x, Value maximum) {
  return reduceRows(b, {x, maximum}, 0.0,
                    [](ImplicitLocOpBuilder &in, ValueRange v) -> Value {
                      return arith::AddFOp::create(
                          in, v[2], expOfDifference(in, v[0], v[1]));
                    });
}

Value weightsOfScores(ImplicitLocOpBuilder &b, Value scores, bool isMasked) {
  auto exponential = [&](ImplicitLocOpBuilder &in, ValueRange v) -> Value {
    if (!isMasked)
      return expOfDifference(in, v[0], v[1]);
    // What is left out is no exponential that leaves the range of floats, which
    // takes some processors ten times as long.
    Value nothing = constant(in, -std::numeric_limits<double>::infinity());
    Value zero = constant(in, 0.0);
    Value isLeftOut =
        arith::CmpFOp::create(in, arith::CmpFPredicate::OEQ, v[0], nothing);
    Value seen = arith::SelectOp::create(in, isLeftOut, v[1], v[0]);
    Value power = expOfDifference(in, seen, v[1]);
    return arith::SelectOp::create(in, isLeftOut, zero, power);
  };
  Value maximum = maximumOfRows(b, scores);
  Value sum = reduceRows(b, {scores, maximum}, 0.0,
                         [&](ImplicitLocOpBuilder &in, ValueRange v) -> Value {
                           Value power = exponential(in, v);
                           return arith::AddFOp::create(in, v[2], power);
                         });
  // One division a row.
  Value inverse =
      elementwise(b, sum, [&](ImplicitLocOpBuilder &in, ValueRange v) -> Value {
        return arith::DivFOp::create(in, constant(in, 1.0), v[0]);
      });
  return elementwise(b, {scores, maximum, inverse},
                     [&](ImplicitLocOpBuilder &in, ValueRange v) -> Value {
                       Value power = exponential(in, v);
                       return arith::MulFOp::create(in, power, v[2]);
                     });
}

void attachSoftmaxLowerings(MLIRContext &context) {
  attach<SoftmaxOp, lower>(context);
  attach<LogSoftmaxOp, lower>(context);
}

} // namespace nascent::nn
